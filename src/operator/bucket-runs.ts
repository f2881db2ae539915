/**
 * The buckets of a question, as runs of equal length: what a store sums up at once. A fixed length is one run; local days are as long as
 * the wall clock makes them, so a year of them is a few runs: 24 h, the 23 h of spring, 24 h, the 25 h of autumn, 24 h. Pure.
 */
import { addDays, dayRangeOf, localDateOf } from "../model/local-time.ts";
import type { TimeRange } from "../model/sample.ts";

/** Buckets of one length from fromMs on; the last may be cut short by toMs. */
export interface BucketRun extends TimeRange {
  readonly bucketMs: number;
}

export type BucketRule =
  | { readonly kind: "fixed"; readonly bucketMs: number }
  /** Local midnight to local midnight; the first and the last are cut by the range. */
  | { readonly kind: "day"; readonly timeZone: string };

export function bucketRuns(range: TimeRange, rule: BucketRule): readonly BucketRun[] {
  if (rule.kind === "fixed") return [{ ...range, bucketMs: rule.bucketMs }];
  const runs: BucketRun[] = [];
  for (const day of localDays(range, rule.timeZone)) {
    const bucketMs = day.toMs - day.fromMs;
    const last = runs.at(-1);
    if (last?.bucketMs === bucketMs) runs[runs.length - 1] = { ...last, toMs: day.toMs };
    else runs.push({ ...day, bucketMs });
  }
  return runs;
}

/** How many buckets the runs have. */
export function bucketCount(runs: readonly BucketRun[]): number {
  return runs.reduce((sum, { fromMs, toMs, bucketMs }) => sum + Math.ceil((toMs - fromMs) / bucketMs), 0);
}

function* localDays(range: TimeRange, timeZone: string): Generator<TimeRange> {
  let date = localDateOf(range.fromMs, timeZone);
  for (let fromMs = range.fromMs; fromMs < range.toMs; date = addDays(date, 1)) {
    const toMs = Math.min(dayRangeOf(date, timeZone).toMs, range.toMs);
    // A date that the zone skipped, as Samoa did in 2011, has no time in it.
    if (toMs > fromMs) yield { fromMs, toMs };
    fromMs = Math.max(fromMs, toMs);
  }
}
