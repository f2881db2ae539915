/**
 * Questions to sealed files, answered inside DuckDB: one sensor's samples, and its buckets.
 *
 * Columns: sensor VARCHAR, time_utc TIMESTAMP (ms), value DOUBLE (NULL where there is none), status UINTEGER (OPC UA status code).
 * Sorted by sensor and time, one row for each.
 */
import { DOUBLE, type DuckDBConnection, VARCHAR } from "@duckdb/node-api";
import { type Series, seriesOf, type TimeRange } from "../model/sample.ts";
import type { Tally } from "./columns.ts";
import { literal, numberColumns } from "./duckdb-columns.ts";

/** The rows of these files, in the order given, for use after FROM. */
export function rowsOf(paths: readonly string[]): string {
  if (paths.length > 0) return `read_parquet([${paths.map(literal).join(", ")}])`;
  return "(SELECT '' AS sensor, NULL::TIMESTAMP_MS AS time_utc, NULL::DOUBLE AS value, 0::UINTEGER AS status WHERE false)";
}

const OF_SENSOR =
  "sensor = $1 AND time_utc >= make_timestamp_ms($2::BIGINT) AND time_utc < make_timestamp_ms($3::BIGINT)";

/** Times are whole milliseconds, so bounds may be rounded up. */
const boundsOf = ({ fromMs, toMs }: TimeRange) => [Math.ceil(fromMs), Math.ceil(toMs)];

export async function readSealed(
  reader: DuckDBConnection,
  paths: readonly string[],
  sensor: string,
  range: TimeRange,
): Promise<Series> {
  if (paths.length === 0) return seriesOf(sensor, [], []);
  const result = await reader.run(
    `SELECT epoch_ms(time_utc)::DOUBLE, value, status FROM ${rowsOf(paths)} WHERE ${OF_SENSOR}`,
    [sensor, ...boundsOf(range)],
    [VARCHAR, DOUBLE, DOUBLE],
  );
  const [timesMs, values, statuses] = await numberColumns(result);
  return { sensor, timesMs: timesMs!, values: values!, statuses: Uint32Array.from(statuses!) };
}

/** A row that counts: neither bad nor missing. */
export const IS_USABLE = `value IS NOT NULL AND status < ${0x8000_0000}`;

/** Adds the sealed samples of the tally's range to it. */
export async function tallySealed(
  reader: DuckDBConnection,
  paths: readonly string[],
  sensor: string,
  tally: Tally,
): Promise<void> {
  if (paths.length === 0) return;
  const result = await reader.run(
    `SELECT floor((epoch_ms(time_utc)::DOUBLE - $4) / $5) AS bucket,
       min(value), sum(value), max(value), count(value)::DOUBLE
     FROM ${rowsOf(paths)} WHERE ${OF_SENSOR} AND ${IS_USABLE} GROUP BY bucket`,
    [sensor, ...boundsOf(tally.range), tally.range.fromMs, tally.bucketMs],
    [VARCHAR, DOUBLE, DOUBLE, DOUBLE, DOUBLE],
  );
  const [buckets, minima, sums, maxima, counts] = await numberColumns(result);
  for (const [row, bucket] of buckets!.entries()) {
    tally.add(bucket, {
      minimum: minima![row]!,
      sum: sums![row]!,
      maximum: maxima![row]!,
      count: counts![row]!,
    });
  }
}
