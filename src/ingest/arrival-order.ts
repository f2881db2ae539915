/**
 * Counts how samples stand to what came before them and to the clock. All of these are stored, each at its own time; the counts say which
 * sources deserve a look: a late one has a slow link, one that repeats times is polled too often or corrected by hand, one that is ahead
 * has a clock that is not set.
 */
import type { LatestSample } from "../model/history-store.ts";
import type { Series } from "../model/sample.ts";

/** `late` samples are older than the newest of their sensor, `repeated` ones have its time, `ahead` ones are later than the centre's clock. */
export type ArrivalCounts = Record<"late" | "repeated" | "ahead", number>;

export interface ArrivalOrder {
  count(series: readonly Series[], nowMs: number): void;
  counts(): Readonly<ArrivalCounts>;
}

export function createArrivalOrder(latest: readonly LatestSample[]): ArrivalOrder {
  const newest = new Map(latest.map(({ sensor, timeMs }) => [sensor, timeMs]));
  const counts: ArrivalCounts = { late: 0, repeated: 0, ahead: 0 };
  return {
    count(series, nowMs) {
      for (const { sensor, timesMs } of series) {
        let newestMs = newest.get(sensor) ?? Number.NEGATIVE_INFINITY;
        for (const timeMs of timesMs) {
          if (timeMs < newestMs) counts.late += 1;
          else if (timeMs === newestMs) counts.repeated += 1;
          else newestMs = timeMs;
          if (timeMs > nowMs) counts.ahead += 1;
        }
        newest.set(sensor, newestMs);
      }
    },
    counts: () => ({ ...counts }),
  };
}
