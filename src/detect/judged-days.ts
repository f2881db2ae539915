/**
 * What of a sensor has been judged, by UTC day: so that a state which was stored can be held against the history it was made of, and is not
 * carried on when that has changed since. Memory is bounded: the days before the last weeks are not remembered.
 */
import { DAY_MS } from "../model/clock.ts";

export const DAYS_REMEMBERED = 35;

export interface JudgedDays {
  /** By day modulo the days remembered: which day since 1970 stands there, NaN for none. */
  readonly days: Float64Array;
  /** Samples of any quality; of these the ones that are not usable; the sum of the others. */
  readonly counts: Uint32Array;
  readonly bad: Uint32Array;
  readonly sums: Float64Array;
}

export interface JudgedDay {
  readonly count: number;
  readonly bad: number;
  readonly sum: number;
}

const NOTHING: JudgedDay = { count: 0, bad: 0, sum: 0 };

export function createJudgedDays(): JudgedDays {
  return {
    days: new Float64Array(DAYS_REMEMBERED).fill(Number.NaN),
    counts: new Uint32Array(DAYS_REMEMBERED),
    bad: new Uint32Array(DAYS_REMEMBERED),
    sums: new Float64Array(DAYS_REMEMBERED),
  };
}

/** The next sample in order of time; NaN is one that is not usable. */
export function noteJudged(judged: JudgedDays, timeMs: number, value: number): void {
  const day = Math.floor(timeMs / DAY_MS);
  const at = judgedDayPlace(day);
  if (judged.days[at] !== day) {
    judged.days[at] = day;
    judged.counts[at] = 0;
    judged.bad[at] = 0;
    judged.sums[at] = 0;
  }
  judged.counts[at]! += 1;
  if (Number.isNaN(value)) judged.bad[at]! += 1;
  else judged.sums[at]! += value;
}

/** `day` since 1970; not one before the days remembered, which nothing is known of. */
export function judgedDay({ days, counts, bad, sums }: JudgedDays, day: number): JudgedDay {
  const at = judgedDayPlace(day);
  return days[at] === day ? { count: counts[at]!, bad: bad[at]!, sum: sums[at]! } : NOTHING;
}

function judgedDayPlace(day: number): number {
  return ((day % DAYS_REMEMBERED) + DAYS_REMEMBERED) % DAYS_REMEMBERED;
}
