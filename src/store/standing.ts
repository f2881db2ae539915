/** What a store remembers beside its logs, for quick answers: each sensor's newest sample, the
 * extent of all, and each spool's watermark. */
import type { Watermark } from "../model/agent.ts";
import type { LatestSample } from "../model/history-store.ts";
import type { Series, TimeRange } from "../model/sample.ts";

export interface Standing {
  samples(series: readonly Series[]): void;
  /** A sensor's newest sample and the time of its oldest, from before the start. */
  known(newest: LatestSample, oldestMs: number): void;
  /** The oldest sample there is now; null when there is none. */
  startsAt(oldestMs: number | null): void;
  watermarks(watermarks: readonly Watermark[]): void;
  latest(): readonly LatestSample[];
  extent(): TimeRange | null;
  stored(): readonly Watermark[];
}

export function createStanding(): Standing {
  const newest = new Map<string, LatestSample>();
  const stored = new Map<string, Watermark>();
  let oldestMs = Number.POSITIVE_INFINITY;

  function note(latest: LatestSample): void {
    const known = newest.get(latest.sensor);
    if (!known || known.timeMs <= latest.timeMs) newest.set(latest.sensor, latest);
  }

  return {
    samples(series) {
      for (const { sensor, timesMs, values, statuses } of series) {
        for (const timeMs of timesMs) if (timeMs < oldestMs) oldestMs = timeMs;
        const row = newestRow(timesMs);
        const timeMs = timesMs[row];
        if (timeMs !== undefined) note({ sensor, timeMs, value: values[row]!, status: statuses[row]! });
      }
    },
    known(latest, sinceMs) {
      oldestMs = Math.min(oldestMs, sinceMs);
      note(latest);
    },
    startsAt(sinceMs) {
      oldestMs = sinceMs ?? Number.POSITIVE_INFINITY;
    },
    watermarks(watermarks) {
      for (const one of watermarks) {
        const key = `${one.site}/${one.epoch}`;
        if (one.stored >= (stored.get(key)?.stored ?? 0)) stored.set(key, one);
      }
    },
    latest: () => [...newest.values()],
    extent() {
      if (newest.size === 0 || oldestMs === Number.POSITIVE_INFINITY) return null;
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
