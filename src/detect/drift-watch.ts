/**
 * Drift against the balance: a meter whose readings of the last week stand off those of some weeks before by one share of the flow, night and
 * peak alike, while the utility's other meters do not, and off all that it has read within a year: what comes back from a summer is a season.
 * It goes on day after day: what stood further off meanwhile and came back is a leak that was repaired, and the season that it ran through.
 * Withdrawn until it reads as before, or until what it reads has been usual for weeks.
 * Trade-off: a district that grows by use alone is told from it only by its leakage at night, which does not grow with use.
 */
import { DAY_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Evidence, Subject, Verdict } from "../model/verdict.ts";
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
import { type GrowthShape, growthShape, isProportional } from "./growth-shape.ts";
import { type MeterDay, type MeterDays, meanOfDays, meterDayAt, WEEK_DAYS } from "./meter-days.ts";
import { openFinding } from "./standing-finding.ts";
import {
  createYearLevels,
  forgetDayLevels,
  noteDayLevel,
  type YearLevels,
  yearLevelsBefore,
} from "./year-levels.ts";

/** Where other meters tell what is common to all, beyond which it must be as much again; and where none does. */
const LEAST_SHARE = 0.06;
const LEAST_SHARE_ALONE = 0.1;
/** So much of the change must lie beyond all weeks of the year before. */
const BEYOND_SHARE = 0.5;
/** From so many days back on most of a week's days are others than the newest week's: nearer ones differ by the noise of single days. */
const OTHER_WEEK_DAYS = 4;
/** A day with fewer known hours has no level of its own. */
const LEVEL_HOURS = 20;

interface Drifting {
  verdict: Verdict;
  share: number;
  readonly reference: Float64Array;
}

export interface DriftWatch {
  readonly subject: Subject;
  /** While it stands the meter is withdrawn. */
  drifting: Drifting | null;
  readonly levels: YearLevels;
  overDays: number;
  /** While a drift stood that is over: nothing is held against those days. */
  wrong: { readonly fromMs: number; readonly toMs: number };
  /** The share by which the last week stands off two weeks before, NaN when unknown: what others compare with. */
  growthShare: number;
  /** Of the last week, whatever its sign, m3/h. */
  meanM3h: number;
}

export interface DriftSurroundings {
  /** What the utility's other meters had changed by on the day before, as a share; null when there are too few. */
  commonGrowth(day: number): number | null;
  /** Whether the flow itself changed by so much for a known reason: no drift is found, one that stands is followed. */
  isExplained(changedM3h: number): boolean;
}

export function createDriftWatch(subject: Subject): DriftWatch {
  return {
    subject,
    drifting: null,
    levels: createYearLevels(),
    overDays: 0,
    wrong: { fromMs: Number.NaN, toMs: Number.NaN },
    growthShare: Number.NaN,
    meanM3h: Number.NaN,
  };
}

/** The newest of the days. */
export function watchDrift(
  watch: DriftWatch,
  newest: MeterDay,
  days: MeterDays,
  { commonGrowth, isExplained }: DriftSurroundings,
): readonly Verdict[] {
  const { day } = newest;
  const week = meanOfDays(days, day - WEEK_DAYS + 1, day + 1, LEAST_DAYS);
  watch.growthShare = Number.NaN;
  if (newest.flowsM3h.filter((flowM3h) => !Number.isNaN(flowM3h)).length >= LEVEL_HOURS)
    noteDayLevel(watch.levels, day, meanSize(newest.flowsM3h));
  watch.meanM3h = week ? meanSize(week) : Number.NaN;
  let found: {
    readonly reference: Float64Array;
    readonly shape: GrowthShape;
    readonly lag: number;
  } | null = null;
  for (const lag of LAGS_DAYS) {
    const reference = week && meanOfDays(days, day - lag - WEEK_DAYS + 1, day - lag + 1, LEAST_DAYS);
    const shape = reference && growthShape(reference, week);
    if (!reference || !shape) continue;
    if (lag === LAGS_DAYS[0]) watch.growthShare = shape.share;
    const wasWrong = wrongIn(watch, newest.endMs) || wrongIn(watch, newest.endMs - lag * DAY_MS);
    if (found || wasWrong || !isProportional(shape, LEAST_SHARE)) continue;
    const common = commonGrowth(day);
    const least = common === null ? LEAST_SHARE_ALONE : Math.max(LEAST_SHARE, Math.abs(common));
    if (Math.abs(shape.share) < least || Math.abs(shape.share - (common ?? 0)) < least) continue;
    if (!isBeyondYear(watch, reference, day - lag + 1)) continue;
    if (stoodFurtherOff(days, day, reference, shape.share, lag)) continue;
    found = { reference, shape, lag };
  }
  if (watch.drifting) return followDrift(watch, watch.drifting, newest, days);
  return found && !isExplained(found.shape.share * watch.meanM3h)
    ? openDrift(watch, newest, days, found.reference, found.shape, found.lag)
    : NO_VERDICTS;
}

/** Whether most of what it changed by, since the reference, is beyond anything it read within the year before that. */
function isBeyondYear({ levels, meanM3h }: DriftWatch, reference: Float64Array, untilDay: number): boolean {
  const year = yearLevelsBefore(levels, untilDay);
  if (!year) return true;
  const changedM3h = meanM3h - meanSize(reference);
  const beyondM3h = changedM3h < 0 ? year.leastM3h - meanM3h : meanM3h - year.mostM3h;
  return beyondM3h >= BEYOND_SHARE * Math.abs(changedM3h);
}

/** Whether a week since the reference stood off it, to the same side, by more than the newest does. */
function stoodFurtherOff(
  days: MeterDays,
  day: number,
  reference: Float64Array,
  share: number,
  lag: number,
): boolean {
  for (let back = OTHER_WEEK_DAYS; back < lag; back += 1) {
    const week = meanOfDays(days, day - back - WEEK_DAYS + 1, day - back + 1, LEAST_DAYS);
    const shape = week && growthShape(reference, week);
    if (shape && shape.share / share > 1) return true;
  }
  return false;
}

/** Whether the week that ended then has days in it that were wrong. */
function wrongIn({ wrong }: DriftWatch, endMs: number): boolean {
  return endMs - WEEK_DAYS * DAY_MS < wrong.toMs && endMs > wrong.fromMs;
}

function proportionTold(shape: GrowthShape, lagDays: number): Evidence {
  return evidence("reads-in-proportion", {
    growthPercent: 100 * shape.share,
    nightPercent: 100 * shape.nightShare,
    overDays: lagDays,
  });
}

function openDrift(
  watch: DriftWatch,
  { day, endMs }: MeterDay,
  days: MeterDays,
  reference: Float64Array,
  shape: GrowthShape,
  lag: number,
): readonly Verdict[] {
  const startMs = driftsSinceMs(day, days, reference, shape.share, lag) ?? endMs - lag * DAY_MS;
  const verdict = openFinding(watch.subject, "meter-drift", startMs, {
    decidedMs: endMs,
    confidence: 0.85,
    evidence: [proportionTold(shape, lag)],
    ruledOut: [
      {
        kind: "leak",
        because: evidence("peak-grew-more", { peakM3h: shape.peakM3h, nightM3h: shape.nightM3h }),
      },
    ],
  });
  watch.drifting = { verdict, share: shape.share, reference };
  watch.overDays = 0;
  return [verdict];
}

function followDrift(
  watch: DriftWatch,
  drifting: Drifting,
  newest: MeterDay,
  days: MeterDays,
): readonly Verdict[] {
  const { verdict, share, reference } = drifting;
  const { day, startMs, endMs } = newest;
  const today = growthShape(reference, newest.flowsM3h);
  if (!today) return NO_VERDICTS;
  watch.overDays = Math.abs(today.share) < OVER_SHARE * Math.abs(share) ? watch.overDays + 1 : 0;
  if (watch.overDays >= OVER_DAYS) {
    const sinceMs = startMs - (OVER_DAYS - 1) * DAY_MS;
    watch.drifting = null;
    watch.wrong = { fromMs: verdict.startMs, toMs: sinceMs };
    const wrongDays = Math.round((endMs - verdict.startMs) / DAY_MS);
    forgetDayLevels(watch.levels, day - wrongDays + 1, day - OVER_DAYS + 1);
    return [driftOver(verdict, sinceMs, endMs, today.share)];
  }
  const week = meanOfDays(days, day - WEEK_DAYS + 1, day + 1, LEAST_DAYS);
  const before = meanOfDays(days, day - SETTLED_DAYS - WEEK_DAYS + 1, day - SETTLED_DAYS + 1, LEAST_DAYS);
  const settled = week && before && growthShape(before, week);
  const standsMs = endMs - verdict.decidedMs;
  if (settled && Math.abs(settled.share) < SETTLED_SHARE && standsMs > SETTLED_DAYS * DAY_MS) {
    watch.drifting = null;
    return [driftSettled(verdict, endMs)];
  }
  const sinceReference = week && growthShape(reference, week);
  if (!sinceReference || Math.abs(sinceReference.share) < TOLD_AGAIN_FACTOR * Math.abs(share))
    return NO_VERDICTS;
  const lastedDays = Math.round((endMs - verdict.startMs) / DAY_MS);
  drifting.share = sinceReference.share;
  drifting.verdict = { ...verdict, decidedMs: endMs, evidence: [proportionTold(sinceReference, lastedDays)] };
  return [drifting.verdict];
}

/** The end of the newest day that still read as the reference did; null when none did. */
function driftsSinceMs(
  day: number,
  days: MeterDays,
  reference: Float64Array,
  share: number,
  lag: number,
): number | null {
  for (let back = 1; back <= lag + WEEK_DAYS; back += 1) {
    const one = meterDayAt(days, day - back);
    const shape = one && growthShape(reference, one.flowsM3h);
    if (one && shape && shape.share / share < NOT_YET_SHARE) return one.endMs;
  }
  return null;
}

function meanSize(hours: Float64Array | Float32Array): number {
  let sum = 0;
  let known = 0;
  for (const flowM3h of hours) {
    if (Number.isNaN(flowM3h)) continue;
    sum += Math.abs(flowM3h);
    known += 1;
  }
  return sum / known;
}
