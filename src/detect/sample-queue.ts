/**
 * Samples of one sensor that wait to be judged: they may arrive in any order and more than once, and leave in order of time, the
 * later value of equal times winning, so that the judgement does not depend on how they came.
 */
import { isUsable } from "../leakage/slot-grid.ts";
import type { Series } from "../model/sample.ts";

/** What was handed over is let go from so many samples on, once it is more than what waits: the newest sample always waits. */
const HANDED_OVER_KEPT = 64;

export interface SampleQueue {
  /** Keeps what lies at or after `fromMs`. Hands back the earliest time before it, or null. */
  add(series: Series, fromMs: number): number | null;
  /** The newest time ever added; -Infinity before the first. */
  newestMs(): number;
  /** The earliest time that waits; Infinity when none does. */
  nextMs(): number;
  /** Hands over, in order of time, what lies before `untilMs`. A value that is not usable is NaN. */
  drain(untilMs: number, each: (timeMs: number, value: number) => void): void;
}

export function createSampleQueue(): SampleQueue {
  let times: number[] = [];
  let values: number[] = [];
  let head = 0;
  let sorted = true;
  let newest = Number.NEGATIVE_INFINITY;

  function sort(): void {
    if (sorted) return;
    const order = times
      .map((_, i) => i)
      .slice(head)
      .sort((a, b) => times[a]! - times[b]! || a - b)
      .filter((row, i, rows) => times[rows[i + 1] ?? -1] !== times[row]);
    const unsorted = { times, values };
    times = order.map((row) => unsorted.times[row]!);
    values = order.map((row) => unsorted.values[row]!);
    head = 0;
    sorted = true;
  }

  return {
    add(series, fromMs) {
      let earliestLate: number | null = null;
      for (let i = 0; i < series.timesMs.length; i += 1) {
        const time = series.timesMs[i]!;
        if (time < fromMs) {
          earliestLate = Math.min(earliestLate ?? time, time);
          continue;
        }
        const last = times.length > head ? times[times.length - 1]! : Number.NEGATIVE_INFINITY;
        if (time <= last) sorted = false;
        times.push(time);
        values.push(isUsable(series, i) ? series.values[i]! : Number.NaN);
        if (time > newest) newest = time;
      }
      return earliestLate;
    },
    newestMs: () => newest,
    nextMs() {
      sort();
      return times[head] ?? Number.POSITIVE_INFINITY;
    },
    drain(untilMs, each) {
      sort();
      while (head < times.length && times[head]! < untilMs) {
        each(times[head]!, values[head]!);
        head += 1;
      }
      if (head === times.length) {
        times = [];
        values = [];
        head = 0;
      } else if (head > HANDED_OVER_KEPT && head * 2 > times.length) {
        times = times.slice(head);
        values = values.slice(head);
        head = 0;
      }
    },
  };
}
