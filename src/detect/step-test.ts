/**
 * Every morning: did the inflow step up or down by a constant offset within the last three days? The offset is estimated from all
 * hours against the profile before, less what the quarters of the day disagree by, and measured by how it usually varies.
 */
import type { FlowHistory } from "./flow-history.ts";
import { HOURS } from "./local-hours.ts";
import { dayOffset, offsetWeights } from "./offset-estimate.ts";
import { createRobustScale } from "./robust-scale.ts";

const MOST_DAYS = 3;
/** Days from which on the profile and the weekdays are known well enough: two of each weekday. */
const LEAST_AGE = 14;
const SCALE_DAYS = 90;
/** Offsets vary more than their hours say, because days differ: by about so much on ten real districts. */
const PRIOR_FACTOR = 1.3;
/** How much of the quarters' disagreement is held against an offset. */
const DISAGREEMENT_WEIGHT = 1;

export interface Step {
  /** Positive up, negative down. */
  readonly offsetM3h: number;
  readonly sigmaM3h: number;
  /** The statistic in its usual variation. */
  readonly sigmas: number;
  readonly disagreementM3h: number;
  /** Days, counted back from the newest, that have the step in them. */
  readonly days: number;
  /** The first hour of the first of these days that has it. */
  readonly fromHour: number;
}

export interface StepTest {
  /** After each day that counts. The most significant step, whatever its significance; null when nothing can be said. */
  judge(history: FlowHistory): Step | null;
}

export function createStepTest(): StepTest {
  const scales = Array.from({ length: MOST_DAYS }, () => createRobustScale(SCALE_DAYS));
  return {
    judge(history) {
      if (history.age() < LEAST_AGE) return null;
      const sigmas = history.sigmas();
      const prior = PRIOR_FACTOR / Math.sqrt(offsetWeights(sigmas).reduce((sum, one) => sum + one, 0));
      let best: Step | null = null;
      for (let days = 1; days <= MOST_DAYS; days += 1) {
        const deviations = history.deviations(days);
        const offset = deviations && dayOffset(deviations, sigmas);
        if (!deviations || !offset) continue;
        const { offsetM3h, disagreementM3h } = offset;
        const held = DISAGREEMENT_WEIGHT * disagreementM3h;
        const scale = scales[days - 1]!;
        const sigmaM3h = scale.sigma(prior);
        const significance = (Math.abs(offsetM3h) - held) / sigmaM3h;
        scale.observe(offsetM3h - held);
        if (best && significance <= best.sigmas) continue;
        const fromHour = onsetHour(deviations.at(-1)!, sigmas, offsetM3h);
        best = { offsetM3h, sigmaM3h, sigmas: significance, disagreementM3h, days, fromHour };
      }
      return best;
    },
  };
}

/** The hour from which on the offset explains a day best. */
function onsetHour(deviations: Float64Array, sigmas: Float64Array, offsetM3h: number): number {
  let best = 0;
  let bestGain = Number.NEGATIVE_INFINITY;
  let gain = 0;
  for (let hour = HOURS - 1; hour >= 0; hour -= 1) {
    const deviation = deviations[hour]!;
    if (!Number.isNaN(deviation)) gain += (offsetM3h * (deviation - offsetM3h / 2)) / sigmas[hour]! ** 2;
    if (gain <= bestGain) continue;
    bestGain = gain;
    best = hour;
  }
  return best;
}
