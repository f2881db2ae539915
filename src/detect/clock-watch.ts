/**
 * The clock of the source: the day's shape fits the same weekday of the weeks before, and the days before, much better when it is moved by
 * one and the same time. Peaks that come earlier or later on some days (a Sunday, a holiday) do not move the whole day; a clock does, and then
 * tanks and other meters do not show the water at the hours at which this one reads it.
 * Shifts under half an hour are not looked for.
 */
import { DAY_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { NO_VERDICTS } from "./fault-watch.ts";
import { HOURS } from "./local-hours.ts";
import { forgetMeterDays, type MeterDay, type MeterDays, meanOfDays, meterDayAt } from "./meter-days.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

const STEP_H = 0.25;
const LEAST_SHIFT_H = 0.5;
const MOST_SHIFT_H = 12;
/** How many times better the moved day must fit, told after one day, or after two that agree. */
const ONE_DAY_RATIO = 8;
const TWO_DAYS_RATIO = 3;
/** The misfit of the day as it stands must be so many times what days usually misfit by. */
const MISFIT_FACTOR = 3;
/** What the moved day is still off by must be no more than so many times that. */
const LEFT_FACTOR = 2;
/** A meter whose days fit best when moved, by chance, by more than this has no shape to tell a clock by: a tank's inlet. */
const MOST_USUAL_SHIFT_H = 0.75;
/** Nor has one that stands still for whole hours, a pump or a district that is supplied by turns: this share of its highest hour is still. */
const STILL_SHARE = 0.03;
const MISFIT_WEIGHT = 0.1;
const LEAST_AGE_DAYS = 5;
const LEAST_HOURS = 22;
/** A usual misfit is never taken for less than this share of the day's own variance: no two days are the same. */
const LEAST_MISFIT_SHARE = 0.002;
const RECENT_DAYS = 7;

interface Shift {
  readonly shiftH: number;
  readonly ratio: number;
  /** As the day stands, and moved. */
  readonly misfit: number;
  readonly left: number;
}

/** By hour, m3/h: of the same weekday of the last three weeks, and of the last week. */
interface ClockReference {
  readonly weekly: Float64Array;
  readonly recent: Float64Array;
}

export interface ClockWatch {
  readonly subject: Subject;
  /** While it stands the meter is withdrawn. */
  shifted: Verdict | null;
  /** While a shift stands, or is suspected, of the days before it. */
  reference: ClockReference | null;
  usualMisfit: number;
  usualShiftH: number;
  age: number;
  suspect: { readonly day: MeterDay; readonly shift: Shift } | null;
}

export function createClockWatch(subject: Subject): ClockWatch {
  return {
    subject,
    shifted: null,
    reference: null,
    usualMisfit: Number.NaN,
    usualShiftH: 0,
    age: 0,
    suspect: null,
  };
}

/** The newest of the days. */
export function watchClock(
  watch: ClockWatch,
  day: MeterDay,
  days: MeterDays,
  balanceHolds: (day: number) => boolean,
): readonly Verdict[] {
  const { shifted, usualMisfit } = watch;
  // While a shift stands, its days are compared with those before it.
  const against = shifted ? watch.reference : clockReferenceFor(day.day, days);
  const byWeekday = against && bestShift(against.weekly, day.flowsM3h);
  const byRecent = against && bestShift(against.recent, day.flowsM3h);
  if (!byWeekday || !byRecent) return NO_VERDICTS;
  const found = byWeekday.left < byRecent.left ? byWeekday : byRecent;
  if (shifted) {
    if (Math.abs(found.shiftH) >= LEAST_SHIFT_H || found.ratio > TWO_DAYS_RATIO) return NO_VERDICTS;
    const overDays = Math.round((day.startMs - shifted.startMs) / DAY_MS);
    const how = evidence("day-shape-right-again", { overDays });
    watch.shifted = null;
    forgetMeterDays(days, shifted.startMs, day.startMs);
    return [endFinding(shifted, day.startMs, day.endMs, how)];
  }
  const agree = Math.abs(byWeekday.shiftH - byRecent.shiftH) <= 2 * STEP_H;
  const ratio = Math.min(byWeekday.ratio, byRecent.ratio);
  const isOff = found.misfit > MISFIT_FACTOR * usualMisfit && found.left < LEFT_FACTOR * usualMisfit;
  const hasShape = watch.age >= LEAST_AGE_DAYS && watch.usualShiftH < MOST_USUAL_SHIFT_H;
  const moved =
    agree && isOff && hasShape && Math.abs(found.shiftH) >= LEAST_SHIFT_H && !balanceHolds(day.day);
  if (!moved || ratio < TWO_DAYS_RATIO) {
    watch.suspect = null;
    learnShift(watch, found);
    return NO_VERDICTS;
  }
  const before = watch.suspect;
  const shift: Shift = { ...found, ratio };
  watch.suspect = { day, shift };
  if (!before) watch.reference = against;
  if (ratio >= ONE_DAY_RATIO) return openShift(watch, before?.day ?? day, shift, day.endMs);
  const same = before && Math.abs(before.shift.shiftH - found.shiftH) <= 2 * STEP_H;
  return before && same ? openShift(watch, before.day, shift, day.endMs) : NO_VERDICTS;
}

function clockReferenceFor(day: number, days: MeterDays): ClockReference | null {
  const recent = meanOfDays(days, day - RECENT_DAYS, day, RECENT_DAYS - 2);
  const same = [7, 14, 21].flatMap((back) => meterDayAt(days, day - back) ?? []);
  if (!recent || same.length < 2) return null;
  const weekly = recent.map(
    (_, hour) => same.reduce((sum, { flowsM3h }) => sum + flowsM3h[hour]!, 0) / same.length,
  );
  return { weekly, recent };
}

function learnShift(watch: ClockWatch, { misfit, shiftH }: Shift): void {
  watch.age += 1;
  const share = Math.max(MISFIT_WEIGHT, 1 / watch.age);
  const { usualMisfit } = watch;
  watch.usualShiftH += share * (Math.abs(shiftH) - watch.usualShiftH);
  watch.usualMisfit = Number.isNaN(usualMisfit) ? misfit : usualMisfit + share * (misfit - usualMisfit);
}

function openShift(
  watch: ClockWatch,
  from: MeterDay,
  { shiftH, ratio }: Shift,
  endMs: number,
): readonly Verdict[] {
  const figures = {
    shiftH,
    timesBetterFit: ratio,
    overDays: Math.round((endMs - from.startMs) / DAY_MS),
  };
  watch.shifted = openFinding(watch.subject, "clock-shift", from.startMs, {
    decidedMs: endMs,
    confidence: 0.9,
    evidence: [evidence("day-shape-shifted", figures)],
  });
  watch.suspect = null;
  return [watch.shifted];
}

/** How a day is moved against another to fit it best; levels may differ, shapes are compared. Null with too few hours. */
function bestShift(usual: Float64Array, flowsM3h: Float32Array): Shift | null {
  let most = Number.NEGATIVE_INFINITY;
  for (const flow of usual) most = Math.max(most, flow);
  for (const flow of usual) if (Math.abs(flow) < STILL_SHARE * most) return null;
  const day = Float64Array.from(flowsM3h);
  const asItStands = misfitAt(usual, day, 0);
  if (Number.isNaN(asItStands)) return null;
  let best = asItStands;
  let shiftH = 0;
  for (let shift = -MOST_SHIFT_H; shift <= MOST_SHIFT_H; shift += STEP_H) {
    const misfit = misfitAt(usual, day, shift);
    if (!(misfit < best)) continue;
    best = misfit;
    shiftH = shift;
  }
  const variance = misfitAt(new Float64Array(HOURS), usual, 0);
  const floor = LEAST_MISFIT_SHARE * variance;
  return {
    shiftH,
    ratio: (asItStands + floor) / (best + floor),
    misfit: Math.max(asItStands, floor),
    left: best,
  };
}

/**
 * Variance of what is left when the usual day, moved later by `shiftH`, is taken off the day. Two hundred times a day for each meter: every
 * hour lies the same share of an hour behind another, and a remainder is taken nowhere.
 */
function misfitAt(usual: Float64Array, day: Float64Array, shiftH: number): number {
  const wholeH = Math.floor(-shiftH);
  const share = -shiftH - wholeH;
  let first = wholeH < 0 ? wholeH + HOURS : wholeH;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let hour = 0; hour < HOURS; hour += 1) {
    const next = first + 1 === HOURS ? 0 : first + 1;
    const expected = share === 0 ? usual[first]! : usual[first]! * (1 - share) + usual[next]! * share;
    first = next;
    const left = day[hour]! - expected;
    if (Number.isNaN(left)) continue;
    sum += left;
    squares += left * left;
    count += 1;
  }
  return count >= LEAST_HOURS ? squares / count - (sum / count) ** 2 : Number.NaN;
}
