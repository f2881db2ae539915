/**
 * Every morning: did the inflow step up or down by a constant offset within the last three days? The offset is estimated from all
 * hours against the profile before. It is measured by how much it usually varies and by how far the quarters of the day are from
 * agreeing on it, and it counts less when one of the days shows less: what comes and goes in a day is use, not a leak.
 */
import { dayDeviations, type FlowHistory, isHistoryFresh, pastDay } from "./flow-history.ts";
import { HOURS, type WallHour } from "./local-hours.ts";
import { dayOffset, offsetWeights } from "./offset-estimate.ts";
import { createRobustScale, observeSize, type RobustScale, sigmaOf } from "./robust-scale.ts";

const MOST_DAYS = 3;
/** Days from which on the profile and the weekdays are known well enough: two of each weekday. */
const LEAST_AGE = 14;
const SCALE_DAYS = 90;
const RECENT_DAYS = 21;
/** Offsets vary more than their hours say, because days differ: by about so much on ten real districts. */
const PRIOR_FACTOR = 1.3;
/** How much of what the least of the days lacks is taken off the offset. */
const LEAST_DAY_WEIGHT = 0.5;
/** With less of a day's precision known its night is missing; then it varies by what its use varies by, more than the scale of whole days. */
const LEAST_KNOWN_SHARE = 0.5;
/** What a single day's offset counts for: nearly all false alarms on ten real districts were one day long. */
const SINGLE_DAY_WEIGHT = 0.7;

export interface Step {
  /** Positive up, negative down. */
  readonly offsetM3h: number;
  readonly sigmaM3h: number;
  /** The statistic in its usual variation. */
  readonly sigmas: number;
  readonly disagreementM3h: number;
  /** Days that count, back from the newest, that have the step in them. */
  readonly days: number;
  /** The first hour that has it. */
  readonly from: WallHour;
}

export interface StepTest {
  /** Of steps of 1, 2, .. days. */
  readonly scales: readonly RobustScale[];
  /** What the offset of a single day usually varies by, m3/h; 0 before it is known. */
  dayVariesM3h: number;
}

export function createStepTest(): StepTest {
  return {
    scales: Array.from({ length: MOST_DAYS }, () => createRobustScale(SCALE_DAYS, RECENT_DAYS)),
    dayVariesM3h: 0,
  };
}

/** After each day that counts. The most significant step, whatever its significance; null when nothing can be said. */
export function stepIn(test: StepTest, history: FlowHistory): Step | null {
  const newest = pastDay(history, 0);
  if (!newest || history.age < LEAST_AGE || !isHistoryFresh(history, newest.day)) return null;
  const { sigmas } = history;
  const prior = PRIOR_FACTOR / Math.sqrt(offsetWeights(sigmas).reduce((sum, one) => sum + one, 0));
  let best: Step | null = null;
  for (let days = 1; days <= MOST_DAYS; days += 1) {
    const deviations = dayDeviations(history, days);
    if (!deviations) continue;
    const scale = test.scales[days - 1]!;
    const usualM3h = sigmaOf(scale, prior);
    if (days === 1) test.dayVariesM3h = usualM3h;
    // A step in the middle of its first day is not held against by the hours before it.
    for (const known of days > 2 ? [deviations, withoutMorning(deviations)] : [deviations]) {
      const offset = dayOffset(known, sigmas);
      if (!offset) continue;
      const { offsetM3h, disagreementM3h, knownShare } = offset;
      const sigmaM3h = knownShare < LEAST_KNOWN_SHARE ? usualM3h / Math.sqrt(knownShare) : usualM3h;
      if (known === deviations) observeSize(scale, offsetM3h);
      const lasting = lastingM3h(offsetM3h, known, sigmas) * (days === 1 ? SINGLE_DAY_WEIGHT : 1);
      const significance = lasting / Math.hypot(sigmaM3h, disagreementM3h);
      if (best && significance <= best.sigmas) continue;
      const hour = onsetHour(deviations.at(-1)!, sigmas, offsetM3h);
      const from = { day: pastDay(history, days - 1)!.day, hour };
      best = { offsetM3h, sigmaM3h, sigmas: significance, disagreementM3h, days, from };
    }
  }
  return best;
}

/** The first of the days, the last in the row, without its first half. */
function withoutMorning(days: readonly Float64Array[]): readonly Float64Array[] {
  const first = days.at(-1)!.map((deviation, hour) => (hour < HOURS / 2 ? Number.NaN : deviation));
  return [...days.slice(0, -1), first];
}

/** The size of an offset, less a share of what the day that shows it least lacks. */
function lastingM3h(offsetM3h: number, days: readonly Float64Array[], sigmas: Float64Array): number {
  let least = Math.abs(offsetM3h);
  for (const day of days) {
    const alone = dayOffset([day], sigmas);
    if (alone) least = Math.min(least, Math.sign(offsetM3h) * alone.offsetM3h);
  }
  return Math.abs(offsetM3h) - LEAST_DAY_WEIGHT * (Math.abs(offsetM3h) - least);
}

/** The hour from which on the offset explains a day best. */
function onsetHour(deviations: Float64Array, sigmas: Float64Array, offsetM3h: number): number {
  let best = 0;
  let bestGain = Number.NEGATIVE_INFINITY;
  let gain = 0;
  for (let hour = HOURS - 1; hour >= 0; hour -= 1) {
    const deviation = deviations[hour]!;
    if (!Number.isNaN(deviation) && sigmas[hour]! > 0)
      gain += (offsetM3h * (deviation - offsetM3h / 2)) / sigmas[hour]! ** 2;
    if (gain <= bestGain) continue;
    bestGain = gain;
    best = hour;
  }
  return best;
}
