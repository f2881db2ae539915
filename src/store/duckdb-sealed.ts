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

const isWithinBounds = (from: string, to: string) =>
  `time_utc >= make_timestamp_ms(${from}::BIGINT) AND time_utc < make_timestamp_ms(${to}::BIGINT)`;

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
    `SELECT epoch_ms(time_utc)::DOUBLE, value, status FROM ${rowsOf(paths)} WHERE sensor = $1 AND ${isWithinBounds("$2", "$3")}`,
    [sensor, ...boundsOf(range)],
    [VARCHAR, DOUBLE, DOUBLE],
  );
  const [timesMs, values, statuses] = await numberColumns(result);
  return { sensor, timesMs: timesMs!, values: values!, statuses: Uint32Array.from(statuses!) };
}

/** A row's value where it counts, that is where it is neither bad nor missing; else NULL. */
export const USABLE_VALUE = `CASE WHEN status < ${0x8000_0000} THEN value END`;

/** Of rows with a column `usable`: how many count though they are uncertain, and how many do not count. */
export const QUALITY_COUNTS = `count(usable) FILTER (status >= ${0x4000_0000})::DOUBLE AS uncertain,
  (count(*) - count(usable))::DOUBLE AS bad`;

/** Adds the sealed samples of each tally's sensor to it. All tallies are over the same range and buckets. */
export async function tallySealed(
  reader: DuckDBConnection,
  paths: readonly string[],
  tallies: readonly Tally[],
): Promise<void> {
  const [first] = tallies;
  if (paths.length === 0 || !first) return;
  const { range, bucketMs } = first;
  // Written out, not bound: only then are row groups without these sensors passed over.
  const names = tallies.map(({ sensor }) => literal(sensor)).join(", ");
  const result = await reader.run(
    `SELECT list_position([${names}], sensor)::DOUBLE, * EXCLUDE sensor FROM (
       SELECT sensor, floor((epoch_ms(time_utc)::DOUBLE - $3) / $4) AS bucket,
         min(usable), sum(usable), max(usable), count(usable)::DOUBLE, ${QUALITY_COUNTS}
       FROM (SELECT *, ${USABLE_VALUE} AS usable FROM ${rowsOf(paths)}
         WHERE sensor IN (${names}) AND ${isWithinBounds("$1", "$2")})
       GROUP BY sensor, bucket)`,
    [...boundsOf(range), range.fromMs, bucketMs],
    [DOUBLE, DOUBLE, DOUBLE, DOUBLE],
  );
  const [positions, buckets, minima, sums, maxima, counts, uncertain, bad] = await numberColumns(result);
  for (const [row, position] of positions!.entries()) {
    tallies[position - 1]!.add(buckets![row]!, {
      minimum: minima![row]!,
      sum: sums![row]!,
      maximum: maxima![row]!,
      count: counts![row]!,
      uncertain: uncertain![row]!,
      bad: bad![row]!,
    });
  }
}
