/** Parts of ascending series by time, without copying. */
import { firstAtOrAfter, type Series, type TimeRange } from "../model/sample.ts";

export function rangeOf(series: readonly Series[]): TimeRange {
  const filled = series.filter(({ timesMs }) => timesMs.length > 0);
  if (filled.length === 0) return { fromMs: 0, toMs: 0 };
  return {
    fromMs: Math.min(...filled.map(({ timesMs }) => timesMs[0]!)),
    toMs: Math.max(...filled.map(({ timesMs }) => timesMs.at(-1)!)) + 1,
  };
}

export function between(series: Series, fromMs: number, toMs: number): Series {
  const from = firstAtOrAfter(series.timesMs, fromMs);
  const to = Math.max(from, firstAtOrAfter(series.timesMs, toMs));
  return {
    sensor: series.sensor,
    timesMs: series.timesMs.subarray(from, to),
    values: series.values.subarray(from, to),
    statuses: series.statuses.subarray(from, to),
  };
}
