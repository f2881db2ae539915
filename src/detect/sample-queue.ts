/**
 * Samples of one sensor that wait to be judged: they may arrive in any order and more than once, and leave in order of time, the
 * later value of equal times winning, so that the judgement does not depend on how they came.
 */
import { isUsable } from "../leakage/slot-grid.ts";
import type { Series } from "../model/sample.ts";

/** What was handed over is let go from so many samples on, once it is more than what waits: the newest sample always waits. */
const HANDED_OVER_KEPT = 64;

export interface SampleQueue {
  times: number[];
  /** NaN where not usable. */
  values: number[];
  /** What lies before this place was handed over. */
  head: number;
  sorted: boolean;
  /** The newest time ever added; -Infinity before the first. */
  newestMs: number;
}

export function createSampleQueue(): SampleQueue {
  return { times: [], values: [], head: 0, sorted: true, newestMs: Number.NEGATIVE_INFINITY };
}

/** Keeps what lies at or after `fromMs`. Hands back the earliest time before it, or null. */
export function addSamples(queue: SampleQueue, series: Series, fromMs: number): number | null {
  const { times, values, head } = queue;
  let earliestLate: number | null = null;
  for (let i = 0; i < series.timesMs.length; i += 1) {
    const time = series.timesMs[i]!;
    if (time < fromMs) {
      earliestLate = Math.min(earliestLate ?? time, time);
      continue;
    }
    const last = times.length > head ? times[times.length - 1]! : Number.NEGATIVE_INFINITY;
    if (time <= last) queue.sorted = false;
    times.push(time);
    values.push(isUsable(series, i) ? series.values[i]! : Number.NaN);
    if (time > queue.newestMs) queue.newestMs = time;
  }
  return earliestLate;
}

/** The earliest time that waits; Infinity when none does. */
export function nextSampleMs(queue: SampleQueue): number {
  sortWaiting(queue);
  return queue.times[queue.head] ?? Number.POSITIVE_INFINITY;
}

/** Hands over, in order of time, what lies before `untilMs`. A value that is not usable is NaN. */
export function drainSamples(
  queue: SampleQueue,
  untilMs: number,
  each: (timeMs: number, value: number) => void,
): void {
  sortWaiting(queue);
  const { times, values } = queue;
  while (queue.head < times.length && times[queue.head]! < untilMs) {
    each(times[queue.head]!, values[queue.head]!);
    queue.head += 1;
  }
  const { head } = queue;
  if (head === times.length) {
    queue.times = [];
    queue.values = [];
    queue.head = 0;
  } else if (head > HANDED_OVER_KEPT && head * 2 > times.length) {
    queue.times = times.slice(head);
    queue.values = values.slice(head);
    queue.head = 0;
  }
}

function sortWaiting(queue: SampleQueue): void {
  if (queue.sorted) return;
  const { times, values, head } = queue;
  const order = times
    .map((_, i) => i)
    .slice(head)
    .sort((a, b) => times[a]! - times[b]! || a - b)
    .filter((row, i, rows) => times[rows[i + 1] ?? -1] !== times[row]);
  queue.times = order.map((row) => times[row]!);
  queue.values = order.map((row) => values[row]!);
  queue.head = 0;
  queue.sorted = true;
}
