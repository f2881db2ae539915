/** The mean flow of each of a meter's days within a year: whether what it reads now is further off than anything it has read. Bounded: 400 numbers. */
import { WEEK_DAYS } from "./meter-days.ts";

const DAYS_KEPT = 400;
const YEAR_DAYS = 366;
/** Of a week's days that must be known. */
const LEAST_DAYS = 5;

export interface YearLevels {
  /** By day modulo the days kept. */
  readonly meansM3h: Float32Array;
  newestDay: number;
}

export function createYearLevels(): YearLevels {
  return {
    meansM3h: new Float32Array(DAYS_KEPT).fill(Number.NaN),
    newestDay: Number.NEGATIVE_INFINITY,
  };
}

/** Size of the mean flow of a day, m3/h; NaN when too little of the day is known. */
export function noteDayLevel(levels: YearLevels, day: number, meanM3h: number): void {
  for (let missed = Math.max(levels.newestDay + 1, day - DAYS_KEPT); missed < day; missed += 1)
    levels.meansM3h[missed % DAYS_KEPT] = Number.NaN;
  levels.meansM3h[day % DAYS_KEPT] = meanM3h;
  levels.newestDay = day;
}

/** What was read from `fromDay` on, before `untilDay`, was wrong: no later day is held against it. */
export function forgetDayLevels(levels: YearLevels, fromDay: number, untilDay: number): void {
  for (let day = Math.max(fromDay, levels.newestDay - DAYS_KEPT + 1); day < untilDay; day += 1)
    levels.meansM3h[day % DAYS_KEPT] = Number.NaN;
}

/**
 * Least and greatest mean of the weeks that ended within a year before `untilDay`, m3/h; null when no such week is
 * known.
 */
export function yearLevelsBefore(
  levels: YearLevels,
  untilDay: number,
): { readonly leastM3h: number; readonly mostM3h: number } | null {
  let leastM3h = Number.POSITIVE_INFINITY;
  let mostM3h = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let known = 0;
  const count = (day: number, sign: 1 | -1) => {
    const meanM3h = dayLevelAt(levels, day);
    if (Number.isNaN(meanM3h)) return;
    sum += sign * meanM3h;
    known += sign;
  };
  const fromDay = untilDay - YEAR_DAYS;
  for (let day = fromDay; day < untilDay; day += 1) {
    count(day, 1);
    // Days before the year were never added.
    if (day - WEEK_DAYS >= fromDay) count(day - WEEK_DAYS, -1);
    if (known < LEAST_DAYS) continue;
    leastM3h = Math.min(leastM3h, sum / known);
    mostM3h = Math.max(mostM3h, sum / known);
  }
  return leastM3h <= mostM3h ? { leastM3h, mostM3h } : null;
}

function dayLevelAt({ meansM3h, newestDay }: YearLevels, day: number): number {
  return day > newestDay || day <= newestDay - DAYS_KEPT ? Number.NaN : meansM3h[day % DAYS_KEPT]!;
}
