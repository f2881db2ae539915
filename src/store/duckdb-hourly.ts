/**
 * What is kept of samples that are let go: each sensor's hours, in files of their own. Columns: sensor VARCHAR, hour_utc TIMESTAMP (ms),
 * minimum, mean, maximum DOUBLE (NULL without usable samples), samples DOUBLE (those of good or uncertain status), uncertain DOUBLE (of
 * these), bad DOUBLE (those that do not count). Sorted by sensor and hour.
 */
import { DOUBLE, type DuckDBConnection, VARCHAR } from "@duckdb/node-api";
import { HOUR_MS } from "../model/clock.ts";
import { type Series, seriesOf, type TimeRange } from "../model/sample.ts";
import { isUsable, type Tally } from "./columns.ts";
import { literal, numberColumns } from "./duckdb-columns.ts";
import { QUALITY_COUNTS, rowsOf, USABLE_VALUE } from "./duckdb-sealed.ts";
import type { ParquetFolder } from "./parquet-folder.ts";
import { isWithin, type Stretch } from "./sealed-stretch.ts";

/** One row an hour. */
export interface Hours {
  readonly startsMs: Float64Array;
  readonly minima: Float64Array;
  readonly means: Float64Array;
  readonly maxima: Float64Array;
  readonly counts: Float64Array;
  readonly uncertain: Float64Array;
  readonly bad: Float64Array;
}

const NO_HOURS: Hours = {
  startsMs: new Float64Array(),
  minima: new Float64Array(),
  means: new Float64Array(),
  maxima: new Float64Array(),
  counts: new Float64Array(),
  uncertain: new Float64Array(),
  bad: new Float64Array(),
};

/** The hours that begin in the range. */
export async function readHours(
  reader: DuckDBConnection,
  paths: readonly string[],
  sensor: string,
  range: TimeRange,
): Promise<Hours> {
  if (paths.length === 0) return NO_HOURS;
  const result = await reader.run(
    `SELECT epoch_ms(hour_utc)::DOUBLE, minimum, mean, maximum, samples, uncertain, bad
     FROM ${hoursOf(paths)}
     WHERE sensor = $1 AND hour_utc >= make_timestamp_ms($2::BIGINT) AND hour_utc < make_timestamp_ms($3::BIGINT)`,
    [sensor, Math.ceil(range.fromMs), Math.ceil(range.toMs)],
    [VARCHAR, DOUBLE, DOUBLE],
  );
  const [startsMs, minima, means, maxima, counts, uncertain, bad] = await numberColumns(result);
  return {
    startsMs: startsMs!,
    minima: minima!,
    means: means!,
    maxima: maxima!,
    counts: counts!,
    uncertain: uncertain!,
    bad: bad!,
  };
}

/**
 * Adds hours and samples to the tally. Where both speak of an hour, the one that knows more samples counts: the samples may have come
 * late for an hour that was let go, or be the same sent again, and nobody can tell which. An hour counts in the bucket it begins in.
 */
export function addHoursAndSeries(tally: Tally, hours: Hours, series: Series): void {
  const sampled = countByHour(series);
  const summed = new Set<number>();
  for (const [row, startMs] of hours.startsMs.entries()) {
    const [count, uncertain, bad] = [hours.counts[row]!, hours.uncertain[row]!, hours.bad[row]!];
    const known = sampled.get(startMs);
    if (known !== undefined && known >= count) continue;
    summed.add(startMs);
    const bucket = Math.floor((startMs - tally.range.fromMs) / tally.bucketMs);
    const [minimum, maximum, sum] = [hours.minima[row]!, hours.maxima[row]!, hours.means[row]! * count];
    tally.add(bucket, { minimum, sum, maximum, count, uncertain, bad });
  }
  tally.addSeries(summed.size === 0 ? series : outside(series, summed));
}

const hourOf = (timeMs: number) => Math.floor(timeMs / HOUR_MS) * HOUR_MS;

function countByHour({ timesMs, values, statuses }: Series): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const [row, timeMs] of timesMs.entries()) {
    const startMs = hourOf(timeMs);
    counts.set(startMs, (counts.get(startMs) ?? 0) + (isUsable(values[row]!, statuses[row]!) ? 1 : 0));
  }
  return counts;
}

function outside({ sensor, timesMs, values, statuses }: Series, hours: ReadonlySet<number>): Series {
  const rows = [...timesMs.keys()].filter((row) => !hours.has(hourOf(timesMs[row]!)));
  const pick = (column: ArrayLike<number>) => rows.map((row) => column[row]!);
  return seriesOf(sensor, pick(timesMs), pick(values), pick(statuses));
}

/**
 * Sums sealed samples up by the hour, on disk when it resolves. Where an hour is known already, the one made of more samples stays,
 * of equals the new one.
 */
export async function writeHours(
  connection: DuckDBConnection,
  samplesPath: string,
  hourly: ParquetFolder,
  stretch: Stretch,
): Promise<void> {
  const known = hourly.overlapping(stretch);
  const target = known.find((one) => isWithin(stretch, one)) ?? stretch;
  await connection.run(
    `COPY (
       SELECT * EXCLUDE is_new FROM (
         SELECT true AS is_new, sensor, date_trunc('hour', time_utc)::TIMESTAMP_MS AS hour_utc,
           min(usable) AS minimum, avg(usable) AS mean, max(usable) AS maximum, count(usable)::DOUBLE AS samples,
           ${QUALITY_COUNTS}
         FROM (SELECT *, ${USABLE_VALUE} AS usable FROM ${rowsOf([samplesPath])}) GROUP BY ALL
         UNION ALL
         SELECT false, * FROM ${hoursOf(known.map(hourly.pathOf))}
       )
       QUALIFY row_number() OVER (PARTITION BY sensor, hour_utc ORDER BY samples DESC, is_new DESC) = 1
       ORDER BY sensor, hour_utc
     ) TO ${literal(hourly.draftOf(target))} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await hourly.settle(target);
  await hourly.put(target);
}

function hoursOf(paths: readonly string[]): string {
  if (paths.length > 0) return `read_parquet([${paths.map(literal).join(", ")}])`;
  return `(SELECT '' AS sensor, NULL::TIMESTAMP_MS AS hour_utc, 0::DOUBLE AS minimum, 0::DOUBLE AS mean,
    0::DOUBLE AS maximum, 0::DOUBLE AS samples, 0::DOUBLE AS uncertain, 0::DOUBLE AS bad WHERE false)`;
}
