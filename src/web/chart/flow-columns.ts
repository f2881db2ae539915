/**
 * The columns a chart draws: one row a time; the sum of all meters, then each of them; gaps explicit. History comes in buckets,
 * live readings are added behind it one by one. Pure.
 */
import type { LatestSample } from "../../model/history-store.ts";
import { qualityOf } from "../../model/status.ts";

/** null is a gap, and breaks the line; undefined is no value of this line at this time, and does not. */
export type Cell = number | null | undefined;

export interface Columns {
  /** Ascending, ms UTC. */
  readonly timesMs: readonly number[];
  /** The sum first, then a line a meter. */
  readonly lines: readonly (readonly Cell[])[];
}

export interface ChartMeter {
  readonly sensor: string;
  readonly sign: 1 | -1;
  /** A longer silence is a gap. */
  readonly gapMs: number;
}

/** Bucket means of one sensor as history answers; equal starts for all that were asked for the same range and points. */
export interface History {
  readonly bucketMs: number;
  readonly startsMs: readonly number[];
  /** null where the bucket is empty. */
  readonly means: readonly (number | null)[];
}

export const NO_COLUMNS: Columns = { timesMs: [], lines: [] };

/** Each value stands in the middle of its bucket. `histories` are in the order of `meters`. */
export function historyColumns(histories: readonly History[], meters: readonly ChartMeter[]): Columns {
  const first = histories[0];
  if (!first) return NO_COLUMNS;
  const { bucketMs, startsMs } = first;
  const lines = histories.map(({ means }, i) => {
    const { sign, gapMs } = meters[i]!;
    return bridged(
      means.map((mean) => (mean === null ? null : mean * sign)),
      gapMs / bucketMs,
    );
  });
  // The buckets to come are no gap: the present is somewhere in the last one.
  const rows = Math.max(
    0,
    ...lines.map((line) => line.findLastIndex((cell) => typeof cell === "number") + 1),
  );
  const timesMs = startsMs.slice(0, rows).map((start) => start + bucketMs / 2);
  return { timesMs, lines: [sumOf(lines, rows), ...lines.map((line) => line.slice(0, rows))] };
}

/** The columns with the newest readings behind them and without rows before `fromMs`; the same object when nothing changes. */
export function withReadings(
  columns: Columns,
  readings: readonly (LatestSample | undefined)[],
  meters: readonly ChartMeter[],
  fromMs: number,
): Columns {
  const lastMs = columns.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  const fresh = readings.filter((sample) => sample !== undefined && sample.timeMs > lastMs);
  const times = [...new Set(fresh.map((sample) => sample!.timeMs))].sort((a, b) => a - b);
  const beyond = columns.timesMs.findIndex((timeMs) => timeMs >= fromMs);
  const keepFrom = beyond < 0 ? columns.timesMs.length : beyond;
  if (times.length === 0 && keepFrom === 0) return columns;
  const newestMs = times.at(-1);
  const added: Cell[][] = [
    times.map((timeMs) => (timeMs === newestMs ? sumNow(readings, meters, timeMs) : undefined)),
    ...meters.map(({ sign }, i) =>
      times.map((timeMs) => (readings[i]?.timeMs === timeMs ? cellOf(readings[i], sign) : undefined)),
    ),
  ];
  return {
    timesMs: [...columns.timesMs.slice(keepFrom), ...times],
    lines: added.map((cells, i) => [...(columns.lines[i] ?? []).slice(keepFrom), ...cells]),
  };
}

/** Empty buckets between two values are no gap while the silence is short: a slow meter fills only some. */
function bridged(cells: readonly (number | null)[], gapBuckets: number): readonly Cell[] {
  const line: Cell[] = [...cells];
  let last = -1;
  cells.forEach((cell, row) => {
    if (cell === null) return;
    if (last >= 0 && row - last <= gapBuckets) line.fill(undefined, last + 1, row);
    last = row;
  });
  return line;
}

/** A gap in one meter is a gap in the sum; where one has no value of its own, there is no sum either. */
function sumOf(lines: readonly (readonly Cell[])[], rows: number): readonly Cell[] {
  return Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    let whole = true;
    for (const line of lines) {
      const cell = line[row];
      if (cell === null) return null;
      if (cell === undefined) whole = false;
      else sum += cell;
    }
    return whole ? sum : undefined;
  });
}

/** The sum of what all meters read last; a gap when one of them has been silent or bad. */
function sumNow(
  readings: readonly (LatestSample | undefined)[],
  meters: readonly ChartMeter[],
  nowMs: number,
): Cell {
  return meters.reduce<Cell>((sum, { sign, gapMs }, i) => {
    const sample = readings[i];
    if (!sample || nowMs - sample.timeMs > gapMs) return null;
    const cell = cellOf(sample, sign);
    return typeof sum === "number" && typeof cell === "number" ? sum + cell : null;
  }, 0);
}

function cellOf({ value, status }: LatestSample, sign: number): Cell {
  return Number.isFinite(value) && qualityOf(status) !== "bad" ? value * sign : null;
}
