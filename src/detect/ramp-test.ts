/**
 * Every morning: has the inflow crept up by a constant offset over weeks? The last days are compared with the same number of days some
 * weeks before; what such differences usually are, season included, is learnt from the district itself.
 */
import { median } from "simple-statistics";
import type { FlowHistory, PastDay } from "./flow-history.ts";
import { HOURS } from "./local-hours.ts";
import { dayOffset, offsetWeights } from "./offset-estimate.ts";
import { createRobustScale } from "./robust-scale.ts";

/** Whole weeks, so that no weekday weighs more on one side. */
const MIDDLE_DAYS = 7;
/** Four weeks: of lags of two, three, four, six and seven weeks, and pairs of them, it found most for the same false alarms. */
const LAG_DAYS = 28;
const SCALE_DAYS = 120;
const RECENT_DAYS = 30;
/** Days from which on the weekdays of the earlier week are known. */
const LEAST_AGE = LAG_DAYS + MIDDLE_DAYS + 7;
const PRIOR_FACTOR = 1.5;

export interface Ramp {
  readonly offsetM3h: number;
  readonly sigmaM3h: number;
  readonly sigmas: number;
  readonly overDays: number;
}

export interface RampTest {
  judge(history: FlowHistory): Ramp | null;
}

export function createRampTest(): RampTest {
  const scale = createRobustScale(SCALE_DAYS, RECENT_DAYS);
  return {
    judge(history) {
      if (history.age() < LEAST_AGE) return null;
      const now = middleDay(history, 0);
      const then = middleDay(history, LAG_DAYS);
      const sigmas = history.sigmas();
      const offset = now && then && dayOffset([now.map((flow, hour) => flow - then[hour]!)], sigmas);
      if (!offset) return null;
      const { offsetM3h, disagreementM3h } = offset;
      const precision = offsetWeights(sigmas).reduce((sum, one) => sum + one, 0);
      const sigmaM3h = scale.sigma(PRIOR_FACTOR / Math.sqrt(precision));
      scale.observe(offsetM3h);
      const significance = offsetM3h / Math.hypot(sigmaM3h, disagreementM3h);
      return { offsetM3h, sigmaM3h, sigmas: significance, overDays: LAG_DAYS };
    },
  };
}

/** Median of each hour over so many days: one wild day in a week does not move it. */
function middleDay(history: FlowHistory, back: number): Float64Array | null {
  const middle = new Float64Array(HOURS);
  const days: PastDay[] = [];
  for (let i = back; i < back + MIDDLE_DAYS; i += 1) {
    const past = history.past(i);
    if (!past) return null;
    days.push(past);
  }
  for (let hour = 0; hour < HOURS; hour += 1) {
    const known = days.map(({ flowsM3h }) => flowsM3h[hour]!).filter((flow) => !Number.isNaN(flow));
    middle[hour] = known.length > 0 ? median(known) : Number.NaN;
  }
  return middle;
}
