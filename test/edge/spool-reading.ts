/** What a test asks of a spool: everything that it holds, and everything that it says it lost. */
import type { BatchContent } from "../../edge/batch.ts";
import type { Spool } from "../../edge/sqlite-spool.ts";
import { seriesOf } from "../../src/model/sample.ts";

/** Samples whose value is their time: from, from + 1, ... */
export function counting(from: number, count: number) {
  const times = Array.from({ length: count }, (_, index) => from + index);
  return [seriesOf("meter", times, times)];
}

export function contentOf(spool: Spool, seq: number): BatchContent {
  return JSON.parse(spool.read(seq) ?? '{"series":[],"notices":[]}');
}

export function contentsOf(spool: Spool): BatchContent[] {
  return spool
    .lanes()
    .flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index))
    .map((seq) => contentOf(spool, seq));
}

export function timesHeld(spool: Spool): number[] {
  return contentsOf(spool).flatMap(({ series }) => series.flatMap(({ t }) => t));
}

export function noticesHeld(spool: Spool, code: string): BatchContent["notices"][number][] {
  return contentsOf(spool).flatMap(({ notices }) => notices.filter((notice) => notice.code === code));
}

export function droppedCount(spool: Spool): number {
  return noticesHeld(spool, "samples-dropped").reduce((sum, { figures }) => sum + Number(figures.count), 0);
}
