/**
 * Drift of a meter beside tanks, pumps and other meters, where it has no steady shape of the day: the district's balance of the last week
 * stands off that of some weeks before by one share of what this meter reads, whatever the others read meanwhile. A leak is a constant and
 * use goes as use does: neither comes and goes with one meter. What the same fit gives for the weeks before is taken off: a level that is
 * read wrong, or a tank's area, was so then as well.
 */
import { variance } from "simple-statistics";
import { DAY_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Evidence, Verdict } from "../model/verdict.ts";
import { type BalanceHour, type BalanceShare, balanceShare, pooledShare } from "./balance-fit.ts";
import {
  driftOver,
  driftSettled,
  LAGS_DAYS,
  LEAST_DAYS,
  NOT_YET_SHARE,
  OVER_DAYS,
  OVER_SHARE,
  SETTLED_DAYS,
  SETTLED_SHARE,
  TOLD_AGAIN_FACTOR,
} from "./drift-course.ts";
import { NO_VERDICTS } from "./fault-watch.ts";
import { createLocalHours, HOURS, hoursOver, type LocalHour, type LocalHours } from "./local-hours.ts";
import { medianByHour } from "./median-by-hour.ts";
import { WEEK_DAYS } from "./meter-days.ts";
import type { Balance } from "./net-inflow.ts";
import { scatterOf } from "./robust-scale.ts";
import { openFinding } from "./standing-finding.ts";

const DAYS_KEPT = WEEK_DAYS + 28;
/** Meters agree with a balance this well; more is drift. Without any, seven weeks of four simulated networks gave at most 0.025. */
const LEAST_SHARE = 0.06;
const LEAST_SIGMAS = 5;
const LEAST_AGREEING = 0.8;
/** The share must leave so little of what stood off, and less than any other meter's by this. */
const MOST_UNEXPLAINED = 0.6;
const BETTER_THAN_OTHERS = 0.8;
/** A meter of which the weeks before gave more goes with what happens to be used: then it tells nothing of the balance. */
const MOST_SHARE_BEFORE = 0.2;
/** Less than that is not told, but no leak is told of such a balance either. */
const LEANING_SHARE = 0.03;
const LEANING_SIGMAS = 3;
const LEANING_UNEXPLAINED = 0.85;
/** Of the newest days, when all of them agree: what begins to drift is not half a week's mean yet. */
const NEWEST_DAYS = 3;
const NEWEST_SHARE = 0.04;
const NEWEST_UNEXPLAINED = 0.6;
/** Of the few days since a claim began, by themselves. */
const SINCE_UNEXPLAINED = 0.7;
/** Of the squares by which the meter stood off, the balance's are less than this where other terms took what it read. */
const HELD_SHARE = 0.25;
/** No hour is known finer than this share of the mean. */
const LEAST_SIGMA_SHARE = 0.02;

export interface BalanceSurroundings {
  /** Another district tells of the others. */
  tellsOf(meter: number): boolean;
  /** Why the balance may be another: a boundary valve, or a meter that is known to be wrong. */
  isExplained(timeMs: number): boolean;
}

interface OpenDay {
  readonly day: number;
  readonly startMs: number;
  /** By hour: the net inflow, then each meter's part of it. */
  readonly columns: readonly Float32Array[];
}

interface Day extends OpenDay {
  readonly endMs: number;
}

/** The balance of some weeks before. */
interface Reference {
  readonly usualM3h: Float64Array;
  readonly sigmasM3h: Float64Array;
  /** What the fit gave then, by meter; NaN where it tells nothing. */
  readonly shares: readonly number[];
}

interface Found {
  readonly verdict: Verdict;
  readonly share: number;
  readonly meter: number;
  readonly reference: Reference;
}

export interface BalanceWatch {
  /** Of the district's meters, in their order. */
  readonly sensors: readonly string[];
  /** Of the net inflow, then of each meter. */
  readonly hours: readonly LocalHours[];
  /** Oldest first. */
  days: Day[];
  open: OpenDay | null;
  found: Found | null;
  overDays: number;
  /**
   * While a drift stands this stays as it was when that was found: nothing is judged on the balance then, and a claim that was held before,
   * because the balance leant, is held on.
   */
  leaning: boolean;
  /** Of the weeks before, as the newest day was held against them; it stays as `leaning` does. */
  newestReference: Reference | null;
}

export function createBalanceWatch(sensors: readonly string[], timeZone: string): BalanceWatch {
  return {
    sensors: [...sensors],
    hours: [null, ...sensors].map(() => createLocalHours(timeZone)),
    days: [],
    open: null,
    found: null,
    overDays: 0,
    leaning: false,
    newestReference: null,
  };
}

/** The next slot's balance by every meter that sends, those included that this watch has found wrong. */
export function watchBalance(
  watch: BalanceWatch,
  startMs: number,
  endMs: number,
  { netM3h, flowsM3h }: Balance,
  surroundings: BalanceSurroundings,
): readonly Verdict[] {
  const closed = watch.hours.map((column, at) =>
    hoursOver(column, startMs, endMs, at === 0 ? netM3h : flowsM3h[at - 1]!),
  );
  let verdicts = NO_VERDICTS;
  for (const at of closed[0]!.keys()) {
    const hour = closed.map((column) => column[at]!);
    for (const day of balanceDaysOver(watch, hour)) {
      const { found } = watch;
      const more = found ? followShare(watch, day, found) : lookForShare(watch, day, surroundings);
      verdicts = [...verdicts, ...more];
    }
  }
  return verdicts;
}

/** By the meter's place in the district. */
export function isBalanceWithdrawn({ found }: BalanceWatch, meter: number): boolean {
  return found?.meter === meter;
}

/**
 * True when what the balance stood off by in the last week, or in the whole days since, looks like a meter's share,
 * if not clearly so.
 */
export function balanceLeans(watch: BalanceWatch, sinceMs: number): boolean {
  const { leaning, newestReference: reference } = watch;
  if (leaning || !reference) return leaning;
  const since = watch.days.filter(({ startMs }) => startMs >= sinceMs);
  return watch.sensors.some((_, meter) => {
    const fit = pooledShare(since.map((day) => hoursOf(day, meter, reference)));
    return fit !== null && Math.abs(fit.share) >= LEANING_SHARE && fit.unexplainedRatio < SINCE_UNEXPLAINED;
  });
}

/**
 * True when, on a day that is over, the balance stood off the week before by far less than the meter did: the water
 * was there.
 */
export function balanceHolds({ days }: BalanceWatch, meter: number, day: number): boolean {
  const today = days.find((one) => one.day === day);
  const before = weekOf(days, day - 1);
  if (!today || before.length < LEAST_DAYS) return false;
  return scatterOff(today, before, 0) < HELD_SHARE * scatterOff(today, before, meter + 1);
}

/** A meter read wrong from then on, before `untilMs`: nothing is held against those days. */
export function forgetBalanceDays(watch: BalanceWatch, fromMs: number, untilMs: number): void {
  watch.days = watch.days.filter((day) => day.endMs <= fromMs || day.startMs >= untilMs);
  leansNoMore(watch);
}

/** Of one hour, the columns. Hands back the days that are over with it: two when after a silence the first hour is a day's last. */
function balanceDaysOver(watch: BalanceWatch, closed: readonly LocalHour[]): readonly Day[] {
  const { day, hour, startMs, endMs } = closed[0]!;
  const over: Day[] = [];
  if (watch.open && watch.open.day !== day) over.push(closeBalanceDay(watch, watch.open, startMs));
  watch.open ??= { day, startMs, columns: closed.map(() => new Float32Array(HOURS).fill(Number.NaN)) };
  for (const [column, one] of closed.entries()) watch.open.columns[column]![hour] = one.flowM3h;
  if (hour === HOURS - 1) over.push(closeBalanceDay(watch, watch.open, endMs));
  return over;
}

function closeBalanceDay(watch: BalanceWatch, open: OpenDay, endMs: number): Day {
  const closed: Day = { ...open, endMs };
  watch.open = null;
  watch.days = [...watch.days.filter(({ day }) => day > closed.day - DAYS_KEPT), closed];
  return closed;
}

function lookForShare(
  watch: BalanceWatch,
  newest: Day,
  { tellsOf, isExplained }: BalanceSurroundings,
): readonly Verdict[] {
  const { sensors, days } = watch;
  const newestReference = referenceOf(sensors, days, newest.day - LAGS_DAYS[0]);
  watch.newestReference = newestReference;
  watch.leaning = newestReference !== null && beginsToLean(watch, newest.day, newestReference);
  for (const lag of LAGS_DAYS) {
    const reference = lag === LAGS_DAYS[0] ? newestReference : referenceOf(sensors, days, newest.day - lag);
    if (!reference) continue;
    const shares = sensors.map((_, meter) => shareIn(weekOf(days, newest.day), meter, reference));
    const left = (meter: number) => shares[meter]?.unexplainedRatio ?? 1;
    const meter = shares.reduce((best, _, one) => (left(one) < left(best) ? one : best), 0);
    const best = shares[meter];
    watch.leaning ||= best != null && mayBe(best);
    if (!best || !isClear(best) || !tellsOf(meter)) continue;
    if (shares.some((_, other) => other !== meter && left(meter) > BETTER_THAN_OTHERS * left(other)))
      continue;
    if (isExplained(newest.endMs)) return NO_VERDICTS;
    return [openShare(watch, newest, lag, { meter, share: best.share, reference })];
  }
  return NO_VERDICTS;
}

function openShare(
  watch: BalanceWatch,
  newest: Day,
  lag: number,
  { meter, share, reference }: Omit<Found, "verdict">,
): Verdict {
  const well = watch.days.findLast(
    (day) =>
      day.day < newest.day &&
      (pooledShare([hoursOf(day, meter, reference)])?.share ?? share) / share < NOT_YET_SHARE,
  );
  const because = shareTold(share, lag);
  const verdict = openFinding(
    { kind: "sensor", id: watch.sensors[meter]! },
    "meter-drift",
    well?.endMs ?? newest.endMs - lag * DAY_MS,
    {
      decidedMs: newest.endMs,
      confidence: 0.85,
      evidence: [because],
      ruledOut: [{ kind: "leak", because }],
    },
  );
  watch.found = { verdict, meter, share, reference };
  watch.overDays = 0;
  return verdict;
}

function followShare(
  watch: BalanceWatch,
  newest: Day,
  { verdict, meter, share, reference }: Found,
): readonly Verdict[] {
  const { days } = watch;
  const today = pooledShare([hoursOf(newest, meter, reference)])?.share;
  if (today === undefined) return NO_VERDICTS;
  watch.overDays = today / share < OVER_SHARE ? watch.overDays + 1 : 0;
  if (watch.overDays >= OVER_DAYS) {
    const sinceMs = newest.startMs - (OVER_DAYS - 1) * DAY_MS;
    forgetBalanceDays(watch, verdict.startMs, sinceMs);
    watch.found = null;
    return [driftOver(verdict, sinceMs, newest.endMs, today)];
  }
  const now = shareIn(weekOf(days, newest.day), meter, reference);
  const before = shareIn(weekOf(days, newest.day - SETTLED_DAYS), meter, reference);
  const stands = newest.endMs - verdict.decidedMs > SETTLED_DAYS * DAY_MS;
  if (now && before && stands && Math.abs(now.share - before.share) < SETTLED_SHARE) {
    leansNoMore(watch);
    watch.found = null;
    return [driftSettled(verdict, newest.endMs)];
  }
  if (!now || now.share / share < TOLD_AGAIN_FACTOR) return NO_VERDICTS;
  const lastedDays = Math.round((newest.endMs - verdict.startMs) / DAY_MS);
  const again = { ...verdict, decidedMs: newest.endMs, evidence: [shareTold(now.share, lastedDays)] };
  watch.found = { verdict: again, meter, share: now.share, reference };
  return [again];
}

/** What it leant to is over; it is asked again on the next day. */
function leansNoMore(watch: BalanceWatch): void {
  watch.leaning = false;
  watch.newestReference = null;
}

function shareTold(share: number, overDays: number): Evidence {
  return evidence("balance-off-with-flow", { sharePercent: 100 * share, overDays });
}

function beginsToLean({ sensors, days }: BalanceWatch, last: number, reference: Reference): boolean {
  const newest = days.filter(({ day }) => day > last - NEWEST_DAYS && day <= last);
  return sensors.some((_, meter) => {
    const each = newest.flatMap((day) => pooledShare([hoursOf(day, meter, reference)]) ?? []);
    const fit = pooledShare(newest.map((day) => hoursOf(day, meter, reference)));
    return (
      fit !== null &&
      each.length === NEWEST_DAYS &&
      each.every(({ share }) => share * fit.share > 0) &&
      Math.abs(fit.share) >= NEWEST_SHARE &&
      fit.unexplainedRatio < NEWEST_UNEXPLAINED
    );
  });
}

/** The week that ends with that day. */
function weekOf(days: readonly Day[], last: number): readonly Day[] {
  return days.filter(({ day }) => day > last - WEEK_DAYS && day <= last);
}

function referenceOf(sensors: readonly string[], days: readonly Day[], last: number): Reference | null {
  const before = weekOf(days, last);
  if (before.length < LEAST_DAYS) return null;
  const untouched = { ...usualOf(before), shares: sensors.map(() => 0) };
  const shares = sensors.map((_, meter) => {
    const then = shareIn(before, meter, untouched)?.share ?? Number.NaN;
    return Math.abs(then) <= MOST_SHARE_BEFORE ? then : Number.NaN;
  });
  return { ...untouched, shares };
}

function shareIn(some: readonly Day[], meter: number, reference: Reference): BalanceShare | null {
  return balanceShare(some.map((day) => hoursOf(day, meter, reference)));
}

function isClear({ share, sigma, agreeing, unexplainedRatio }: BalanceShare): boolean {
  return (
    Math.abs(share) >= LEAST_SHARE &&
    Math.abs(share) >= LEAST_SIGMAS * sigma &&
    agreeing >= LEAST_AGREEING &&
    unexplainedRatio < MOST_UNEXPLAINED
  );
}

function mayBe({ share, sigma, agreeing, unexplainedRatio }: BalanceShare): boolean {
  return (
    Math.abs(share) >= LEANING_SHARE &&
    Math.abs(share) >= LEANING_SIGMAS * sigma &&
    agreeing >= LEAST_AGREEING &&
    unexplainedRatio < LEANING_UNEXPLAINED
  );
}

/** The hours of which everything is known, less what the fit gave of the weeks before. */
function hoursOf(
  { columns }: Day,
  meter: number,
  { usualM3h, sigmasM3h, shares }: Reference,
): readonly BalanceHour[] {
  const net = columns[0]!;
  const flows = columns[meter + 1]!;
  const known: BalanceHour[] = [];
  for (let hour = 0; hour < HOURS; hour += 1) {
    const offM3h = net[hour]! - usualM3h[hour]! - shares[meter]! * flows[hour]!;
    if (Number.isNaN(offM3h)) continue;
    known.push({ offM3h, usualM3h: usualM3h[hour]!, meterM3h: flows[hour]!, sigmaM3h: sigmasM3h[hour]! });
  }
  return known;
}

/** Variance of what a day's column stands off the middle of other days; NaN when too little is known. */
function scatterOff(today: Day, before: readonly Day[], column: number): number {
  const usual = medianByHour(before.map(({ columns }) => Float64Array.from(columns[column]!)));
  const off = usual
    .map((flowM3h, hour) => today.columns[column]![hour]! - flowM3h)
    .filter((one) => !Number.isNaN(one));
  return off.length >= HOURS / 2 ? variance([...off]) : Number.NaN;
}

/** By hour: the middle of a week's days, and how they scatter about it, eased over neighbouring hours. */
function usualOf(some: readonly Day[]): Pick<Reference, "usualM3h" | "sigmasM3h"> {
  const nets = some.map(({ columns }) => Float64Array.from(columns[0]!));
  const usualM3h = medianByHour(nets);
  const scatter = usualM3h.map((_, hour) => {
    const known = nets.map((net) => net[hour]!).filter((flowM3h) => !Number.isNaN(flowM3h));
    return known.length > 0 ? scatterOf(known) : 0;
  });
  const known = usualM3h.filter((flowM3h) => !Number.isNaN(flowM3h));
  const leastM3h = (LEAST_SIGMA_SHARE * known.reduce((sum, one) => sum + Math.abs(one), 0)) / known.length;
  const sigmasM3h = scatter.map((own, hour) => {
    const near = scatter[(hour + HOURS - 1) % HOURS]! + own + scatter[(hour + 1) % HOURS]!;
    return Math.max(leastM3h, near / 3);
  });
  return { usualM3h, sigmasM3h };
}
