/** Columns of one sensor: put in order of time with the last value winning, laid over each other, cut to a range, summed up in buckets. Pure. */
import { Failure } from "../model/failure.ts";
import type { Buckets } from "../model/history-store.ts";
import { firstAtOrAfter, type Series, type TimeRange, withDelays } from "../model/sample.ts";
import { qualityOf } from "../model/status.ts";

/** More buckets than any screen or report needs; beyond it the question is a mistake. */
const MAX_BUCKETS = 1_000_000;

/** Ascending by time, one sample a time. Of several with the same time the one that came last stays. */
export function lastWins(series: Series): Series {
  const { timesMs } = series;
  if (isStrictlyAscending(timesMs)) return series;
  const order = Uint32Array.from(timesMs.keys()).sort((a, b) => timesMs[a]! - timesMs[b]! || a - b);
  const kept = order.filter((row, i) => i + 1 === order.length || timesMs[order[i + 1]!] !== timesMs[row]);
  const last = {
    sensor: series.sensor,
    timesMs: Float64Array.from(kept, (row) => timesMs[row]!),
    values: Float64Array.from(kept, (row) => series.values[row]!),
    statuses: Uint32Array.from(kept, (row) => series.statuses[row]!),
  };
  const delays = series.serverDelaysMs;
  return withDelays(last, delays && Float64Array.from(kept, (row) => delays[row]!));
}

/** One after the other, in the order given. */
export function concatenate(sensor: string, parts: readonly Series[]): Series {
  const length = parts.reduce((sum, part) => sum + part.timesMs.length, 0);
  const whole = {
    sensor,
    timesMs: new Float64Array(length),
    values: new Float64Array(length),
    statuses: new Uint32Array(length),
  };
  const delays = parts.some((part) => part.serverDelaysMs)
    ? new Float64Array(length).fill(Number.NaN)
    : undefined;
  let offset = 0;
  for (const part of parts) {
    whole.timesMs.set(part.timesMs, offset);
    whole.values.set(part.values, offset);
    whole.statuses.set(part.statuses, offset);
    if (part.serverDelaysMs) delays?.set(part.serverDelaysMs, offset);
    offset += part.timesMs.length;
  }
  return delays ? { ...whole, serverDelaysMs: delays } : whole;
}

/** The samples of an ascending series that lie in the range. */
export function cut(series: Series, range: TimeRange): Series {
  const from = firstAtOrAfter(series.timesMs, range.fromMs);
  return rowsOf(series, from, Math.max(from, firstAtOrAfter(series.timesMs, range.toMs)));
}

/** Two strictly ascending series as one; of equal times the second's sample stays. */
export function overlay(under: Series, over: Series): Series {
  if (under.timesMs.length === 0) return over;
  const overStartMs = over.timesMs[0];
  if (overStartMs === undefined) return under;
  const head = firstAtOrAfter(under.timesMs, overStartMs);
  const tail = lastWins(concatenate(under.sensor, [rowsOf(under, head, under.timesMs.length), over]));
  return head === 0 ? tail : concatenate(under.sensor, [rowsOf(under, 0, head), tail]);
}

/** Neither bad nor missing. */
export function isUsable(value: number, status: number): boolean {
  return !Number.isNaN(value) && qualityOf(status) !== "bad";
}

/** Figures of several samples of one bucket: the first four of `count` usable ones. */
export interface BucketPart {
  readonly minimum: number;
  readonly sum: number;
  readonly maximum: number;
  readonly count: number;
  readonly uncertain: number;
  readonly bad: number;
}

/** Buckets in the making, from samples or from parts summed up elsewhere. */
export interface Tally {
  readonly sensor: string;
  readonly range: TimeRange;
  readonly bucketMs: number;
  add(bucket: number, part: BucketPart): void;
  /** Takes an ascending series within the range. */
  addSeries(series: Series): void;
  buckets(): Buckets;
}

/** Throws Failure "bad-buckets" when bucketMs is not above 0 or makes more than a million buckets. */
export function createTally(sensor: string, range: TimeRange, bucketMs: number): Tally {
  const length = Math.max(0, Math.ceil((range.toMs - range.fromMs) / bucketMs));
  if (!(bucketMs > 0) || !(length <= MAX_BUCKETS)) {
    throw new Failure("bad-buckets", `buckets of ${bucketMs} ms over ${range.toMs - range.fromMs} ms`);
  }
  const minima = new Float64Array(length).fill(Number.NaN);
  const maxima = new Float64Array(length).fill(Number.NaN);
  const sums = new Float64Array(length);
  const counts = new Uint32Array(length);
  const uncertain = new Uint32Array(length);
  const bad = new Uint32Array(length);

  function addTo(bucket: number, minimum: number, sum: number, maximum: number, count: number): void {
    // Written so that a comparison with NaN takes the value.
    if (!(minima[bucket]! <= minimum)) minima[bucket] = minimum;
    if (!(maxima[bucket]! >= maximum)) maxima[bucket] = maximum;
    sums[bucket] = sums[bucket]! + sum;
    counts[bucket] = counts[bucket]! + count;
  }

  return {
    sensor,
    range,
    bucketMs,
    add(bucket, part) {
      if (part.count > 0) addTo(bucket, part.minimum, part.sum, part.maximum, part.count);
      uncertain[bucket] = uncertain[bucket]! + part.uncertain;
      bad[bucket] = bad[bucket]! + part.bad;
    },
    addSeries({ timesMs, values, statuses }) {
      for (let i = 0; i < timesMs.length; i += 1) {
        const value = values[i]!;
        const bucket = Math.floor((timesMs[i]! - range.fromMs) / bucketMs);
        const quality = Number.isNaN(value) ? "bad" : qualityOf(statuses[i]!);
        if (quality === "bad") bad[bucket] = bad[bucket]! + 1;
        else addTo(bucket, value, value, value, 1);
        if (quality === "uncertain") uncertain[bucket] = uncertain[bucket]! + 1;
      }
    },
    buckets: () => ({
      sensor,
      bucketMs,
      startsMs: Float64Array.from({ length }, (_, bucket) => range.fromMs + bucket * bucketMs),
      minima,
      means: sums.map((sum, bucket) => sum / counts[bucket]!),
      maxima,
      counts,
      uncertain,
      bad,
    }),
  };
}

/** Throws Failure "time-not-whole-ms": sealed files keep whole milliseconds, and nothing is rounded in silence. */
export function checkTimes(series: readonly Series[]): void {
  for (const { sensor, timesMs } of series) {
    const wrong = timesMs.find((timeMs) => !Number.isSafeInteger(timeMs));
    if (wrong !== undefined) {
      throw new Failure(
        "time-not-whole-ms",
        `sensor ${sensor}: ${wrong} is not a time in whole milliseconds`,
      );
    }
  }
}

function rowsOf(series: Series, from: number, to: number): Series {
  const rows = {
    sensor: series.sensor,
    timesMs: series.timesMs.slice(from, to),
    values: series.values.slice(from, to),
    statuses: series.statuses.slice(from, to),
  };
  return withDelays(rows, series.serverDelaysMs?.slice(from, to));
}

function isStrictlyAscending(timesMs: Float64Array): boolean {
  for (let i = 1; i < timesMs.length; i += 1) if (!(timesMs[i]! > timesMs[i - 1]!)) return false;
  return true;
}
