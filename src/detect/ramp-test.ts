/**
 * Every morning: has the inflow crept up by a constant offset over weeks? The last days are compared with the same number of days some
 * weeks before. What the season does in such a time is learnt from the district itself: how far its nights follow when the whole day
 * grows or shrinks, and how large the offsets are that remain.
 */
import { type FlowHistory, type PastDay, pastDay } from "./flow-history.ts";
import { medianByHour } from "./median-by-hour.ts";
import { dayOffset, offsetWeights } from "./offset-estimate.ts";
import { robustSigma } from "./robust-scale.ts";
import {
  createSeasonShare,
  explainChanges,
  learnChange,
  nightShare,
  type SeasonShare,
  usualRests,
} from "./season-share.ts";

/** As few as a wild day still leaves a middle: what grows is late in a longer one. */
const NEWEST_DAYS = 5;
const EARLIER_DAYS = 7;
/** With fewer days that prove something there is no middle. */
const LEAST_SURE_DAYS = 3;
/** Four weeks: of lags of two, three, four, six and seven weeks, and pairs of them, it found most for the same false alarms. */
const LAG_DAYS = 28;
/** Silences make it longer; what is older than this was another season. */
const MOST_LAG_DAYS = 56;
const RECENT_DAYS = 30;
/** Days from which on the weekdays of the earlier week are known. */
const LEAST_AGE = LAG_DAYS + EARLIER_DAYS + 7;
const PRIOR_FACTOR = 1.5;

/** Of a median of normal variables, in that of their mean. */
const MEDIAN_VARIANCE = Math.PI / 2;

export interface Ramp {
  readonly offsetM3h: number;
  readonly sigmaM3h: number;
  readonly sigmas: number;
  readonly overDays: number;
  /** What more had grown that is taken for the season's, m3/h. */
  readonly seasonM3h: number;
}

export interface RampTest {
  readonly season: SeasonShare;
}

export function createRampTest(): RampTest {
  return { season: createSeasonShare() };
}

/** It was told as a leak: it is not what the district usually does. */
export function excuseRamp({ season }: RampTest, { offsetM3h, overDays }: Ramp): void {
  explainChanges(season, offsetM3h, overDays);
}

/** After each day that counts. What crept up, whatever its significance; null when nothing can be said. */
export function rampIn({ season }: RampTest, history: FlowHistory): Ramp | null {
  if (history.age < LEAST_AGE) return null;
  const now = middleDay(history, 0, NEWEST_DAYS);
  const then = middleDay(history, LAG_DAYS, EARLIER_DAYS);
  if (!now || !then) return null;
  const { sigmas } = history;
  const change = now.map((flow, hour) => flow - then[hour]!);
  const weights = Array.from(offsetWeights(sigmas), (one) => Math.max(0, one));
  const precision = weights.reduce((sum, one) => sum + one, 0);
  const growth = dayGrowth(change, then, weights, sigmas);
  const whole = dayOffset([change], sigmas, Number.POSITIVE_INFINITY);
  if (!whole) return null;
  const grownM3h = growth.share * growth.usualM3h;
  const share = nightShare(season) ?? (growth.isShare ? 1 : 0);
  const rest = dayOffset(
    [change.map((one, hour) => one - share * growth.share * then[hour]!)],
    sigmas,
    Number.POSITIVE_INFINITY,
  );
  if (!rest) return null;
  const { offsetM3h, disagreementM3h } = rest;
  const sigmaM3h = robustSigma(usualRests(season), RECENT_DAYS, PRIOR_FACTOR / Math.sqrt(precision));
  learnChange(season, whole.offsetM3h, grownM3h);
  const significance = offsetM3h / Math.hypot(sigmaM3h, disagreementM3h);
  return {
    offsetM3h,
    sigmaM3h,
    sigmas: significance,
    overDays: LAG_DAYS,
    seasonM3h: whole.offsetM3h - offsetM3h,
  };
}

interface DayGrowth {
  /** By which share of its earlier flow the day grew, were the rest a constant. */
  readonly share: number;
  /** The earlier flow, weighted as offsets are. */
  readonly usualM3h: number;
  /** One share of the flow, and no constant, explains the growth better than one constant. */
  readonly isShare: boolean;
}

/** No growth of a day whose hours hardly differ by more than its medians do by chance: its shape is noise, and what is left of that no season. */
function dayGrowth(
  change: Float64Array,
  then: Float64Array,
  weights: readonly number[],
  sigmas: Float64Array,
): DayGrowth {
  const known = [...change.keys()].filter((hour) => !Number.isNaN(change[hour]!));
  const total = (of: (hour: number) => number) =>
    known.reduce((sum, hour) => sum + weights[hour]! * of(hour), 0);
  const weight = total(() => 1);
  const usualM3h = total((hour) => then[hour]!) / weight;
  const grownM3h = total((hour) => change[hour]!) / weight;
  const square = total((hour) => (then[hour]! - usualM3h) ** 2);
  const noise = (MEDIAN_VARIANCE / EARLIER_DAYS) * total((hour) => sigmas[hour]! ** 2);
  if (!(square > 2 * noise)) return { share: 0, usualM3h, isShare: false };
  const both = total((hour) => (then[hour]! - usualM3h) * (change[hour]! - grownM3h));
  const onlyShare = total((hour) => then[hour]! * change[hour]!) / total((hour) => then[hour]! ** 2);
  const leftByShare = total((hour) => (change[hour]! - onlyShare * then[hour]!) ** 2);
  const leftByConstant = total((hour) => (change[hour]! - grownM3h) ** 2);
  return { share: both / square, usualM3h, isShare: leftByShare < leftByConstant };
}

/** Median of each hour over so many days, those aside that prove nothing; null with too few: one wild day in a week does not move it. */
function middleDay(history: FlowHistory, back: number, count: number): Float64Array | null {
  const days: PastDay[] = [];
  const newest = pastDay(history, 0)?.day ?? Number.NaN;
  for (let i = back; i < back + count; i += 1) {
    const past = pastDay(history, i);
    if (past && !past.isDoubtful && newest - past.day <= MOST_LAG_DAYS) days.push(past);
  }
  return days.length < LEAST_SURE_DAYS ? null : medianByHour(days.map(({ flowsM3h }) => flowsM3h));
}
