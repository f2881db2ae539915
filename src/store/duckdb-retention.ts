/**
 * Lets go of what is too old or too much: first samples, of which each sensor's hours are kept, and much later those. A process killed
 * in between leaves hours beside their samples; the samples are read until they are let go again.
 */
import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { DAY_MS } from "../model/clock.ts";
import { inTransaction } from "./duckdb-columns.ts";
import type { DuckdbFolder } from "./duckdb-folder.ts";
import { writeHours } from "./duckdb-hourly.ts";
import { forgetFiles } from "./duckdb-sealed-index.ts";
import type { ParquetFolder } from "./parquet-folder.ts";
import { ALL_TIME, type Stretch } from "./sealed-stretch.ts";

export interface Retention {
  /** Sealed samples older than this become hours. Kept for ever when left out. */
  readonly samplesDays?: number | undefined;
  /** Hours older than this are deleted. Kept for ever when left out. */
  readonly hoursDays?: number | undefined;
  /** Of all files. Above it the oldest samples become hours before their time, and the oldest hours are deleted. */
  readonly maxBytes?: number | undefined;
}

export interface RetentionReport {
  /** Days and months whose samples became hours, and whose hours were deleted. */
  readonly summed: readonly string[];
  readonly deleted: readonly string[];
  readonly bytes: number;
  /** True when there is still too much: nothing more may go. */
  readonly isOverMaximum: boolean;
}

export interface RetentionParts {
  readonly samples: ParquetFolder;
  readonly hourly: ParquetFolder;
  readonly recentPath: string;
  readonly connection: DuckDBConnection;
  /** Gives the connection that writes samples, between two appends and while nobody reads. */
  readonly betweenAppends: (work: (writer: DuckDBConnection) => Promise<void>) => Promise<void>;
}

/** Judgement rests on the last weeks: whatever the size, samples younger than this stay. */
const LEAST_SAMPLES_MS = 42 * DAY_MS;

/** Bytes of all files. */
export async function sizeOf({
  recentPath,
  files,
  hourly,
}: Pick<DuckdbFolder, "recentPath" | "files" | "hourly">): Promise<number> {
  let sum = (await stat(recentPath)).size;
  for (const folder of [files, hourly]) {
    for (const stretch of folder.overlapping(ALL_TIME)) sum += await folder.bytesOf(stretch);
  }
  return sum;
}

/** One call at a time, and not while days are sealed. */
export function createRetention({ samples, hourly, recentPath, connection, betweenAppends }: RetentionParts) {
  async function sumUp(stretch: Stretch): Promise<void> {
    await writeHours(connection, samples.pathOf(stretch), hourly, stretch);
    await betweenAppends(async (writer) => {
      await inTransaction(writer, () => forgetFiles(writer, [stretch.name]));
      samples.remove(stretch);
    });
    await samples.sweep();
  }

  async function deleteHours(stretch: Stretch): Promise<void> {
    await betweenAppends(async () => hourly.remove(stretch));
    await hourly.sweep();
  }

  const bytes = () => sizeOf({ recentPath, files: samples, hourly });

  return async (limits: Retention, nowMs: number): Promise<RetentionReport> => {
    const { samplesDays = Number.POSITIVE_INFINITY, hoursDays = Number.POSITIVE_INFINITY } = limits;
    const summed: string[] = [];
    const deleted: string[] = [];
    const oldest = (folder: ParquetFolder, untilMs: number) =>
      folder.overlapping(ALL_TIME).find(({ toMs }) => toMs <= untilMs);
    const sumUpOldest = async (untilMs: number) => {
      const stretch = oldest(samples, untilMs);
      if (stretch) await sumUp(stretch);
      if (stretch) summed.push(stretch.name);
      return stretch !== undefined;
    };
    const deleteOldest = async (untilMs: number) => {
      const stretch = oldest(hourly, untilMs);
      if (stretch) await deleteHours(stretch);
      if (stretch) deleted.push(stretch.name);
      return stretch !== undefined;
    };
    while (await sumUpOldest(nowMs - samplesDays * DAY_MS));
    while (await deleteOldest(nowMs - hoursDays * DAY_MS));
    const isOverMaximum = async () => limits.maxBytes !== undefined && (await bytes()) > limits.maxBytes;
    const youngestMs = nowMs - LEAST_SAMPLES_MS;
    while ((await isOverMaximum()) && ((await sumUpOldest(youngestMs)) || (await deleteOldest(youngestMs))));
    return { summed, deleted, bytes: await bytes(), isOverMaximum: await isOverMaximum() };
  };
}
