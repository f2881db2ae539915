/**
 * What the recent database remembers of each sealed file, so that a start need not read them all: for every sensor in it the number of
 * samples, the time of the oldest, and the newest. A file it does not know, put there by a process that was killed next or by hand, is
 * read once.
 */
import { DOUBLE, type DuckDBConnection, UINTEGER, VARCHAR } from "@duckdb/node-api";
import { appendColumns, inTransaction, literal } from "./duckdb-columns.ts";
import { rowsOf } from "./duckdb-sealed.ts";
import type { ParquetFolder } from "./parquet-folder.ts";
import { ALL_TIME, type Stretch } from "./sealed-stretch.ts";
import type { Standing } from "./standing.ts";

export const SEALED_SCHEMA = `CREATE TABLE IF NOT EXISTS sealed
  (file VARCHAR, sensor VARCHAR, samples DOUBLE, oldest_ms DOUBLE, newest_ms DOUBLE, value DOUBLE, status UINTEGER);`;

export interface SealedSensor {
  readonly sensor: string;
  readonly samples: number;
  readonly oldestMs: number;
  readonly newestMs: number;
  readonly value: number;
  readonly status: number;
}

export async function summariseFile(
  reader: DuckDBConnection,
  path: string,
): Promise<readonly SealedSensor[]> {
  const result = await reader.runAndReadAll(
    `SELECT sensor, samples, oldest_ms, newest_ms, newest.value, newest.status FROM (
       SELECT sensor, count(*) AS samples, epoch_ms(min(time_utc)) AS oldest_ms, epoch_ms(max(time_utc)) AS newest_ms,
         arg_max({value: coalesce(value, 'NaN'), status: status}, time_utc) AS newest
       FROM ${rowsOf([path])} GROUP BY sensor)`,
  );
  return result.getRows().map(([sensor, ...figures]) => {
    const [samples, oldestMs, newestMs, value, status] = figures.map(Number);
    return {
      sensor: String(sensor),
      samples: samples!,
      oldestMs: oldestMs!,
      newestMs: newestMs!,
      value: value!,
      status: status!,
    };
  });
}

/** Within the connection's transaction. */
export async function rememberFile(
  writer: DuckDBConnection,
  file: string,
  sensors: readonly SealedSensor[],
): Promise<void> {
  await appendColumns(writer, "sealed", [
    { type: VARCHAR, values: sensors.map(() => file) },
    { type: VARCHAR, values: sensors.map((one) => one.sensor) },
    { type: DOUBLE, values: sensors.map((one) => one.samples) },
    { type: DOUBLE, values: sensors.map((one) => one.oldestMs) },
    { type: DOUBLE, values: sensors.map((one) => one.newestMs) },
    { type: DOUBLE, values: sensors.map((one) => one.value) },
    { type: UINTEGER, values: sensors.map((one) => one.status) },
  ]);
}

/** In the order asked; as if without end where a file is not known. */
export async function rowsInFiles(
  reader: DuckDBConnection,
  stretches: readonly Stretch[],
): Promise<readonly number[]> {
  if (stretches.length === 0) return [];
  const names = stretches.map(({ name }) => literal(name)).join(", ");
  const result = await reader.runAndReadAll(
    `SELECT file, sum(samples) FROM sealed WHERE file IN (${names}) GROUP BY file`,
  );
  const rows = new Map(result.getRows().map(([file, samples]) => [String(file), Number(samples)]));
  return stretches.map(({ name }) => rows.get(name) ?? Number.POSITIVE_INFINITY);
}

/** Within the connection's transaction. */
export async function forgetFiles(writer: DuckDBConnection, files: readonly string[]): Promise<void> {
  for (const file of files) await writer.run("DELETE FROM sealed WHERE file = $1", [file], [VARCHAR]);
}

/** At the start: brings the index in line with the files, and tells the standing what they hold. */
export async function recallSealed(
  writer: DuckDBConnection,
  files: ParquetFolder,
  standing: Standing,
): Promise<void> {
  const known = (await writer.runAndReadAll("SELECT DISTINCT file FROM sealed")).getRows().map(String);
  const stretches = new Map(files.overlapping(ALL_TIME).map((stretch) => [stretch.name, stretch]));
  const gone = known.filter((name) => !stretches.has(name));
  for (const stretch of stretches.values()) {
    if (known.includes(stretch.name)) continue;
    const sensors = await summariseFile(writer, files.pathOf(stretch));
    await inTransaction(writer, () => rememberFile(writer, stretch.name, sensors));
  }
  await inTransaction(writer, () => forgetFiles(writer, gone));
  const result = await writer.runAndReadAll(
    `SELECT sensor, oldest_ms, newest.newest_ms, newest.value, newest.status FROM (
       SELECT sensor, min(oldest_ms) AS oldest_ms, arg_max(sealed, newest_ms) AS newest FROM sealed GROUP BY sensor)`,
  );
  for (const [sensor, ...figures] of result.getRows()) {
    const [oldestMs, timeMs, value, status] = figures.map(Number);
    standing.known({ sensor: String(sensor), timeMs: timeMs!, value: value!, status: status! }, oldestMs!);
  }
}
