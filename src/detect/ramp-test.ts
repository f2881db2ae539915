/**
 * Every morning: has the inflow crept up by a constant offset over weeks? The last days are compared with the same number of days some
 * weeks before; what such differences usually are, season included, is learnt from the district itself.
 */
import type { FlowHistory } from "./flow-history.ts";
import { dayOffset, offsetWeights } from "./offset-estimate.ts";
import { createRobustScale } from "./robust-scale.ts";

/** Whole weeks, so that no weekday weighs more on one side. */
const MEAN_DAYS = 7;
const LAGS_DAYS = [14, 28, 49] as const;
const SCALE_DAYS = 120;
const PRIOR_FACTOR = 1.5;
const DISAGREEMENT_WEIGHT = 1;

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
  const scales = LAGS_DAYS.map(() => createRobustScale(SCALE_DAYS));
  return {
    judge(history) {
      const sigmas = history.sigmas();
      let best: Ramp | null = null;
      for (const [i, lag] of LAGS_DAYS.entries()) {
        const now = meanDay(history, 0);
        const then = meanDay(history, lag);
        if (!now || !then || history.age() < lag + MEAN_DAYS + 7) continue;
        const offset = dayOffset([now.map((flow, hour) => flow - then[hour]!)], sigmas);
        if (!offset) continue;
        const held = DISAGREEMENT_WEIGHT * offset.disagreementM3h;
        const precision = offsetWeights(sigmas).reduce((sum, one) => sum + one, 0);
        const sigmaM3h = scales[i]!.sigma(PRIOR_FACTOR / Math.sqrt(precision));
        scales[i]!.observe(offset.offsetM3h - held);
        const significance = (offset.offsetM3h - held) / sigmaM3h;
        if (best && significance <= best.sigmas) continue;
        best = { offsetM3h: offset.offsetM3h, sigmaM3h, sigmas: significance, overDays: lag };
      }
      return best;
    },
  };
}

function meanDay(history: FlowHistory, back: number): Float64Array | null {
  const sum = new Float64Array(24);
  const count = new Float64Array(24);
  for (let i = back; i < back + MEAN_DAYS; i += 1) {
    const past = history.past(i);
    if (!past) return null;
    for (let hour = 0; hour < 24; hour += 1) {
      const flow = past.flowsM3h[hour]!;
      if (Number.isNaN(flow)) continue;
      sum[hour]! += flow;
      count[hour]! += 1;
    }
  }
  return sum.map((one, hour) => one / count[hour]!);
}
