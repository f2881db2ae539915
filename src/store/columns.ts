/** Columns of one sensor: put in order of time with the last value winning, cut to a range, summed up in buckets. Pure. */
import { Failure } from "../model/failure.ts";
import type { Buckets } from "../model/history-store.ts";
import type { Series, TimeRange } from "../model/sample.ts";
import { qualityOf } from "../model/status.ts";

/** More buckets than any screen or report needs; beyond it the question is a mistake. */
const MAX_BUCKETS = 1_000_000;

/** Ascending by time, one sample a time. Of several with the same time the one that came last stays. */
export function lastWins(series: Series): Series {
  const { timesMs } = series;
  if (isStrictlyAscending(timesMs)) return series;
  const order = Uint32Array.from(timesMs.keys()).sort((a, b) => timesMs[a]! - timesMs[b]! || a - b);
  const kept = order.filter((row, i) => i + 1 === order.length || timesMs[order[i + 1]!] !== timesMs[row]);
  return {
    sensor: series.sensor,
    timesMs: Float64Array.from(kept, (row) => timesMs[row]!),
    values: Float64Array.from(kept, (row) => series.values[row]!),
    statuses: Uint32Array.from(kept, (row) => series.statuses[row]!),
  };
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
  let offset = 0;
  for (const part of parts) {
    whole.timesMs.set(part.timesMs, offset);
    whole.values.set(part.values, offset);
    whole.statuses.set(part.statuses, offset);
    offset += part.timesMs.length;
  }
  return whole;
}

/** The samples of an ascending series that lie in the range. */
export function cut(series: Series, range: TimeRange): Series {
  const from = firstAtOrAfter(series.timesMs, range.fromMs);
  const to = Math.max(from, firstAtOrAfter(series.timesMs, range.toMs));
  return {
    sensor: series.sensor,
    timesMs: series.timesMs.slice(from, to),
    values: series.values.slice(from, to),
    statuses: series.statuses.slice(from, to),
  };
}

/**
 * Buckets of an ascending series that lies within the range. Bad and missing values count nothing.
 * Throws Failure "bad-buckets" when bucketMs is not above 0 or makes more than a million buckets.
 */
export function summarise(series: Series, range: TimeRange, bucketMs: number): Buckets {
  const count = Math.max(0, Math.ceil((range.toMs - range.fromMs) / bucketMs));
  if (!(bucketMs > 0) || count > MAX_BUCKETS) {
    throw new Failure("bad-buckets", `buckets of ${bucketMs} ms over ${range.toMs - range.fromMs} ms`);
  }
  const minima = new Float64Array(count).fill(Number.NaN);
  const maxima = new Float64Array(count).fill(Number.NaN);
  const sums = new Float64Array(count);
  const counts = new Uint32Array(count);
  for (let i = 0; i < series.timesMs.length; i += 1) {
    const value = series.values[i]!;
    if (Number.isNaN(value) || qualityOf(series.statuses[i]!) === "bad") continue;
    const bucket = Math.floor((series.timesMs[i]! - range.fromMs) / bucketMs);
    // Written so that a comparison with NaN takes the value.
    if (!(minima[bucket]! <= value)) minima[bucket] = value;
    if (!(maxima[bucket]! >= value)) maxima[bucket] = value;
    sums[bucket] = sums[bucket]! + value;
    counts[bucket] = counts[bucket]! + 1;
  }
  return {
    sensor: series.sensor,
    bucketMs,
    startsMs: Float64Array.from({ length: count }, (_, bucket) => range.fromMs + bucket * bucketMs),
    minima,
    means: sums.map((sum, bucket) => sum / counts[bucket]!),
    maxima,
    counts,
  };
}

function isStrictlyAscending(timesMs: Float64Array): boolean {
  for (let i = 1; i < timesMs.length; i += 1) if (!(timesMs[i]! > timesMs[i - 1]!)) return false;
  return true;
}

function firstAtOrAfter(timesMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesMs[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
