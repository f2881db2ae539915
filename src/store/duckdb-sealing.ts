/**
 * Moves whole days out of the recent table into sealed Parquet files, and what came late into those that are sealed already:
 *
 *   draft written -> on disk -> renamed -> recent rows deleted, in one transaction with what is remembered about the file
 *
 * A process killed at any point leaves a draft, which is swept up, or rows that are sealed and recent at once: the same values.
 */
import { DOUBLE, type DuckDBConnection } from "@duckdb/node-api";
import { DAY_MS } from "../model/clock.ts";
import { inTransaction, literal } from "./duckdb-columns.ts";
import { RECENT_ROWS, RECENT_TABLES } from "./duckdb-recent.ts";
import { delayedRowsOf } from "./duckdb-sealed.ts";
import { forgetFiles, rememberFile, summariseFile } from "./duckdb-sealed-index.ts";
import type { ParquetFolder } from "./parquet-folder.ts";
import { dayAt, monthAt, type Stretch } from "./sealed-stretch.ts";

export interface SealReport {
  /** The days and months written, in the order of time. */
  readonly sealed: readonly string[];
  /** Samples that left the recent table. */
  readonly samples: number;
}

export interface SealingParts {
  readonly files: ParquetFolder;
  readonly sealer: DuckDBConnection;
  /** Gives the connection that writes samples, between two appends and while nobody reads. */
  readonly betweenAppends: (work: (writer: DuckDBConnection) => Promise<void>) => Promise<void>;
  /** Every sample with a lower ordinal is committed. */
  readonly nextOrdinal: () => number;
  /** Names of the sealed stretches whose files have server delays; kept up to date. */
  readonly timed: Set<string>;
}

/** A month is sealed as one file when it has been over for this long. */
const MONTH_SETTLED_MS = 7 * DAY_MS;
/** Late samples of a sealed stretch wait until there are so many of them, */
const LATE_SAMPLES = 100_000;
/** or until a day has passed since late samples were sealed last. */
const LATE_EVERY_MS = DAY_MS;
/** Larger groups make a file quicker to open and smaller on disk, smaller ones a single sensor quicker to read. */
const ROW_GROUP_ROWS = 2 * 122_880;
/**
 * A month's file holds its first half before its second, so that a day's question to many sensors passes over one of them; in more parts
 * one sensor's year would take too long.
 */
const HALF_MONTH_MS = 15 * DAY_MS;

/** Seals what is recent of the whole UTC days before `beforeMs`. One call at a time. */
export function createSealing({
  files,
  sealer,
  betweenAppends,
  nextOrdinal,
  timed,
}: SealingParts): (beforeMs: number) => Promise<SealReport> {
  let lateSealedMs = Number.NEGATIVE_INFINITY;

  async function recentDays(endMs: number, bound: number): Promise<ReadonlyMap<number, number>> {
    const result = await sealer.runAndReadAll(
      `SELECT floor(time_ms / ${DAY_MS}) * ${DAY_MS} AS day_ms, count(*)
       FROM ${RECENT_ROWS} WHERE time_ms < $1 AND ordinal < $2 GROUP BY day_ms`,
      [endMs, bound],
      [DOUBLE, DOUBLE],
    );
    return new Map(result.getRows().map(([dayMs, samples]) => [Number(dayMs), Number(samples)]));
  }

  const isSealed = (stretch: Stretch) => files.overlapping(stretch).some(({ name }) => name === stretch.name);

  function stretchFor(dayMs: number, endMs: number): Stretch {
    const month = monthAt(dayMs);
    return isSealed(month) || month.toMs + MONTH_SETTLED_MS <= endMs ? month : dayAt(dayMs);
  }

  async function stretchesDue(endMs: number, bound: number): Promise<readonly Stretch[]> {
    const recent = new Map<string, { readonly stretch: Stretch; readonly samples: number }>();
    for (const [dayMs, samples] of await recentDays(endMs, bound)) {
      const stretch = stretchFor(dayMs, endMs);
      recent.set(stretch.name, { stretch, samples: samples + (recent.get(stretch.name)?.samples ?? 0) });
    }
    const isLateDue = endMs - lateSealedMs >= LATE_EVERY_MS;
    if (isLateDue) lateSealedMs = endMs;
    const due = [...recent.values()]
      .filter(({ stretch, samples }) => isLateDue || samples >= LATE_SAMPLES || !isSealed(stretch))
      .map(({ stretch }) => stretch);
    const settledDays = files
      .overlapping({ fromMs: Number.NEGATIVE_INFINITY, toMs: endMs })
      .map(({ fromMs }) => stretchFor(fromMs, endMs))
      .filter((stretch) => !isSealed(stretch));
    const unique = new Map([...due, ...settledDays].map((stretch) => [stretch.name, stretch]));
    return [...unique.values()].sort((a, b) => a.fromMs - b.fromMs);
  }

  /** Whether any sample of the stretch has a server's time. */
  async function isTimed(stretch: Stretch, bound: number): Promise<boolean> {
    if (files.overlapping(stretch).some(({ name }) => timed.has(name))) return true;
    const result = await sealer.runAndReadAll(
      "SELECT 1 FROM timed_sample WHERE time_ms >= $1 AND time_ms < $2 AND ordinal < $3 LIMIT 1",
      [stretch.fromMs, stretch.toMs, bound],
      [DOUBLE, DOUBLE, DOUBLE],
    );
    return result.currentRowCount > 0;
  }

  async function writeDraft(stretch: Stretch, bound: number, withDelays: boolean): Promise<void> {
    const sealedPaths = files.overlapping(stretch).map(files.pathOf);
    await sealer.run(
      `COPY (
         SELECT sensor, time_utc, value, status${withDelays ? ", server_delay_ms" : ""} FROM (
           SELECT name AS sensor, make_timestamp_ms(time_ms::BIGINT)::TIMESTAMP_MS AS time_utc,
             CASE WHEN isnan(value) THEN NULL ELSE value END AS value, status,
             CASE WHEN isnan(server_delay_ms) THEN NULL ELSE server_delay_ms END::BIGINT AS server_delay_ms, ordinal
           FROM ${RECENT_ROWS} JOIN sensor ON sensor = id WHERE time_ms >= $1 AND time_ms < $2 AND ordinal < $3
           UNION ALL
           SELECT sensor, time_utc, value, status, server_delay_ms, -1 FROM ${delayedRowsOf(sealedPaths)}
         )
         QUALIFY lead(time_utc) OVER (PARTITION BY sensor ORDER BY time_utc, ordinal) IS DISTINCT FROM time_utc
         ORDER BY time_utc >= make_timestamp_ms($4::BIGINT), sensor, time_utc
       ) TO ${literal(files.draftOf(stretch))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
      [stretch.fromMs, stretch.toMs, bound, stretch.fromMs + HALF_MONTH_MS],
      [DOUBLE, DOUBLE, DOUBLE, DOUBLE],
    );
    await files.settle(stretch);
  }

  /** Answers how many samples left the recent table. */
  async function sealStretch(stretch: Stretch, bound: number): Promise<number> {
    const withDelays = await isTimed(stretch, bound);
    await writeDraft(stretch, bound, withDelays);
    const sensors = await summariseFile(sealer, files.draftOf(stretch));
    const replaced = files.overlapping(stretch).map(({ name }) => name);
    let samples = 0;
    await betweenAppends(async (writer) => {
      await files.put(stretch);
      if (withDelays) timed.add(stretch.name);
      else timed.delete(stretch.name);
      await inTransaction(writer, async () => {
        samples = 0;
        for (const table of RECENT_TABLES) {
          const deleted = await writer.run(
            `DELETE FROM ${table} WHERE time_ms >= $1 AND time_ms < $2 AND ordinal < $3`,
            [stretch.fromMs, stretch.toMs, bound],
            [DOUBLE, DOUBLE, DOUBLE],
          );
          samples += deleted.rowsChanged;
        }
        await forgetFiles(writer, [stretch.name, ...replaced]);
        await rememberFile(writer, stretch.name, sensors);
      });
    });
    await files.sweep();
    return samples;
  }

  return async (beforeMs) => {
    const endMs = dayAt(beforeMs).fromMs;
    const bound = nextOrdinal();
    const stretches = await stretchesDue(endMs, bound);
    let samples = 0;
    for (const stretch of stretches) samples += await sealStretch(stretch, bound);
    return { sealed: stretches.map(({ name }) => name), samples };
  };
}
