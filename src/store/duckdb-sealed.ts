/**
 * Questions to sealed files, answered inside DuckDB: one sensor's samples, and its buckets.
 *
 * Columns: sensor VARCHAR, time_utc TIMESTAMP (ms), value DOUBLE (NULL where there is none), status UINTEGER (OPC UA status code),
 * and where any is known server_delay_ms BIGINT (server's time less the source's, NULL where there is none).
 * Sorted by sensor and time, one row for each.
 */
import { BIGINT, DOUBLE, type DuckDBConnection, VARCHAR } from "@duckdb/node-api";
import { type Series, seriesOf, type TimeRange, withDelays } from "../model/sample.ts";
import type { Tally } from "./columns.ts";
import { literal, numberColumns } from "./duckdb-columns.ts";

/** The rows of these files, in the order given, for use after FROM. */
export function rowsOf(paths: readonly string[]): string {
  if (paths.length > 0) return `read_parquet([${paths.map(literal).join(", ")}])`;
  return "(SELECT '' AS sensor, NULL::TIMESTAMP_MS AS time_utc, NULL::DOUBLE AS value, 0::UINTEGER AS status WHERE false)";
}

/** The same with the server's delay, for which only some of the files have a column. */
export function delayedRowsOf(paths: readonly string[]): string {
  const none = "SELECT NULL::BIGINT AS server_delay_ms WHERE false";
  if (paths.length === 0) return `(SELECT * FROM ${rowsOf(paths)} UNION ALL BY NAME ${none})`;
  const files = paths.map(literal).join(", ");
  return `(SELECT * FROM read_parquet([${files}], union_by_name = true) UNION ALL BY NAME ${none})`;
}

const isWithinBounds = (from: string, to: string) =>
  `time_utc >= make_timestamp_ms(${from}::BIGINT) AND time_utc < make_timestamp_ms(${to}::BIGINT)`;

/** Times are whole milliseconds, so bounds may be rounded up. */
const boundsOf = ({ fromMs, toMs }: TimeRange) => [Math.ceil(fromMs), Math.ceil(toMs)];

/** Where rows lie in these files is remembered, so that the first question is not the slowest. A file that cannot be read is left to it. */
export async function rememberWhereRowsLie(
  reader: DuckDBConnection,
  paths: readonly string[],
): Promise<void> {
  if (paths.length > 0) await reader.run(`SELECT count(*) FROM ${rowsOf(paths)}`).catch(() => undefined);
}

/** Those of the files that have a column of server delays. One that cannot be read is left to the first question. */
export async function timedFiles(
  reader: DuckDBConnection,
  paths: readonly string[],
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const schemas = `parquet_schema([${paths.map(literal).join(", ")}])`;
  try {
    const result = await reader.runAndReadAll(
      `SELECT DISTINCT file_name FROM ${schemas} WHERE name = 'server_delay_ms'`,
    );
    return result.getRows().map(([file]) => String(file));
  } catch {
    if (paths.length === 1) return [];
    const each: string[] = [];
    for (const path of paths) each.push(...(await timedFiles(reader, [path])));
    return each;
  }
}

/** `timed`: whether any of the files has a column of server delays. Without, the others are quicker to read. */
export async function readSealed(
  reader: DuckDBConnection,
  paths: readonly string[],
  sensor: string,
  range: TimeRange,
  timed: boolean,
): Promise<Series> {
  if (paths.length === 0) return seriesOf(sensor, [], []);
  const columns = `epoch_ms(time_utc)::DOUBLE, value, status${timed ? ", server_delay_ms::DOUBLE" : ""}`;
  const rows = timed ? delayedRowsOf(paths) : rowsOf(paths);
  const result = await reader.run(
    `SELECT ${columns} FROM ${rows} WHERE sensor = $1 AND ${isWithinBounds("$2", "$3")}`,
    [sensor, ...boundsOf(range)],
    [VARCHAR, DOUBLE, DOUBLE],
  );
  const [timesMs, values, statuses, delaysMs] = await numberColumns(result);
  const plain = { sensor, timesMs: timesMs!, values: values!, statuses: Uint32Array.from(statuses!) };
  return withDelays(plain, delaysMs);
}

/** A row's value where it counts, that is where it is neither bad nor missing; else NULL. */
export const USABLE_VALUE = `CASE WHEN status < ${0x8000_0000} THEN value END`;

/** Of rows with a column `usable`: how many count though they are uncertain, and how many do not count. */
export const QUALITY_COUNTS = `count(usable) FILTER (status >= ${0x4000_0000})::DOUBLE AS uncertain,
  (count(*) - count(usable))::DOUBLE AS bad`;

/**
 * DuckDB finds the rows of one sensor without looking at most of a sorted file; of several it looks at every row whose time may be asked
 * for. So in large files a few sensors are asked for one after the other, each as if it cost so many rows: its row groups, and those
 * passed over. The less of a file's time is asked for, the sooner all at once is cheaper.
 */
const ROWS_A_SENSOR_COSTS = { ofAllTime: 1_000_000, ofSomeTime: 4_000_000 };

export interface SealedFile {
  readonly path: string;
  readonly rows: number;
  /** Nothing in it is outside the range asked for. */
  readonly isWithin: boolean;
}

/** Adds the sealed samples of each tally's sensor to it. All tallies are over the same range and buckets. */
export async function tallySealed(
  reader: DuckDBConnection,
  sealed: readonly SealedFile[],
  tallies: readonly Tally[],
): Promise<void> {
  for (const isWithin of [true, false]) {
    const files = sealed.filter((file) => file.isWithin === isWithin);
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const rowsASensor = isWithin ? ROWS_A_SENSOR_COSTS.ofAllTime : ROWS_A_SENSOR_COSTS.ofSomeTime;
    const rowsOneByOne = files.reduce((sum, file) => sum + Math.min(file.rows, rowsASensor), 0);
    const paths = files.map(({ path }) => path);
    if (tallies.length * rowsOneByOne > rows) await tallyTogether(reader, paths, tallies, isWithin);
    else for (const tally of tallies) await tallyTogether(reader, paths, [tally], isWithin);
  }
}

async function tallyTogether(
  reader: DuckDBConnection,
  paths: readonly string[],
  tallies: readonly Tally[],
  isWithin: boolean,
): Promise<void> {
  const [first] = tallies;
  if (paths.length === 0 || !first) return;
  const { range, bucketMs } = first;
  const { fromMs } = range;
  // Whole numbers save a twentieth of the time; no sample is before the range, so that both round alike.
  const isWhole = Number.isSafeInteger(fromMs) && Number.isSafeInteger(bucketMs);
  const bucket = isWhole
    ? "(epoch_ms(time_utc) - $1) // $2"
    : "floor((epoch_ms(time_utc)::DOUBLE - $1) / $2)";
  // Written out, not bound: only then are row groups without these sensors passed over.
  const names = `[${tallies.map(({ sensor }) => literal(sensor)).join(", ")}]`;
  // Not IN, which is asked of every row before its time is, and passes over no row groups either: a third slower.
  const isAsked =
    tallies.length === 1 ? `sensor = ${literal(first.sensor)}` : `list_contains(${names}, sensor)`;
  const isInTime = isWithin ? "" : `AND ${isWithinBounds("$3", "$4")}`;
  const result = await reader.run(
    `SELECT ${tallies.length === 1 ? "1" : `list_position(${names}, sensor)`}::DOUBLE, bucket::DOUBLE, * EXCLUDE (sensor, bucket) FROM (
       SELECT ${tallies.length === 1 ? "NULL AS " : ""}sensor, ${bucket} AS bucket,
         min(usable), sum(usable), max(usable), count(usable)::DOUBLE, ${QUALITY_COUNTS}
       FROM (SELECT *, ${USABLE_VALUE} AS usable FROM ${rowsOf(paths)} WHERE ${isAsked} ${isInTime})
       GROUP BY ${tallies.length === 1 ? "" : "sensor, "}bucket)`,
    [
      ...(isWhole ? [BigInt(fromMs), BigInt(bucketMs)] : [fromMs, bucketMs]),
      ...(isWithin ? [] : boundsOf(range)),
    ],
    [...(isWhole ? [BIGINT, BIGINT] : [DOUBLE, DOUBLE]), ...(isWithin ? [] : [DOUBLE, DOUBLE])],
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
