/** What a store remembers beside its logs, for quick answers: each sensor's newest sample, the
 * extent of all, and each spool's watermark. */
import type { Watermark } from "../model/agent.ts";
import type { LatestSample } from "../model/history-store.ts";
import type { Series, TimeRange } from "../model/sample.ts";

export interface Standing {
  samples(series: readonly Series[]): void;
  watermarks(watermarks: readonly Watermark[]): void;
  latest(): readonly LatestSample[];
  extent(): TimeRange | null;
  stored(): readonly Watermark[];
}

export function createStanding(): Standing {
  const newest = new Map<string, LatestSample>();
  const stored = new Map<string, Watermark>();
  let oldestMs = Number.POSITIVE_INFINITY;
  return {
    samples(series) {
      for (const one of series) {
        for (const timeMs of one.timesMs) if (timeMs < oldestMs) oldestMs = timeMs;
        const row = newestRow(one.timesMs);
        const timeMs = one.timesMs[row];
        const known = newest.get(one.sensor);
        if (timeMs === undefined || (known && known.timeMs > timeMs)) continue;
        newest.set(one.sensor, {
          sensor: one.sensor,
          timeMs,
          value: one.values[row]!,
          status: one.statuses[row]!,
        });
      }
    },
    watermarks(watermarks) {
      for (const one of watermarks) {
        const key = `${one.site}/${one.epoch}`;
        if (one.stored >= (stored.get(key)?.stored ?? 0)) stored.set(key, one);
      }
    },
    latest: () => [...newest.values()],
    extent() {
      if (newest.size === 0) return null;
      const newestMs = Math.max(...[...newest.values()].map(({ timeMs }) => timeMs));
      return { fromMs: oldestMs, toMs: newestMs + 1 };
    },
    stored: () => [...stored.values()],
  };
}

/** The later one of equal times, as everywhere. */
function newestRow(timesMs: Float64Array): number {
  let row = 0;
  for (let i = 1; i < timesMs.length; i += 1) if (timesMs[i]! >= timesMs[row]!) row = i;
  return row;
}
