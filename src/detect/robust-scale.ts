/**
 * The usual size of a statistic, from its own recent past: robust, bounded, and with a prior until there is a past. Two memories, so
 * that it follows a season that sets in and is not fooled by a quiet fortnight: what counts is their geometric mean.
 */
import { median, medianAbsoluteDeviation } from "simple-statistics";

/** Median absolute value of a normal variable to its standard deviation. */
const TO_SIGMA = 1.4826;
/** What the prior counts for, in observations. */
const PRIOR_COUNT = 10;

/** Standard deviation about their middle, of values that are normal but for some. */
export function scatterOf(values: number[]): number {
  return TO_SIGMA * medianAbsoluteDeviation(values);
}

/** Of values, oldest first, all and the `recent` newest of them counting alike; `prior` is what is expected before there are any. */
export function robustSigma(values: readonly number[], recent: number, prior: number): number {
  return withPrior(deviationOf(values.map(Math.abs), recent), values.length, prior);
}

/** `memory` and `recent` are counts of observations, the longer first. */
export interface RobustScale {
  readonly memory: number;
  readonly recent: number;
  /** Oldest first. */
  readonly sizes: number[];
  deviation: number;
}

export function createRobustScale(memory: number, recent: number): RobustScale {
  return { memory, recent, sizes: [], deviation: 0 };
}

export function observeSize(scale: RobustScale, value: number): void {
  scale.sizes.push(Math.abs(value));
  if (scale.sizes.length > scale.memory) scale.sizes.shift();
  scale.deviation = deviationOf(scale.sizes, scale.recent);
}

/** Standard deviation; `prior` is what is expected before anything was observed. */
export function sigmaOf(scale: RobustScale, prior: number): number {
  return withPrior(scale.deviation, scale.sizes.length, prior);
}

function deviationOf(sizes: number[], recent: number): number {
  return sizes.length === 0 ? 0 : TO_SIGMA * Math.sqrt(median(sizes) * median(sizes.slice(-recent)));
}

function withPrior(deviation: number, count: number, prior: number): number {
  return Math.sqrt((count * deviation ** 2 + PRIOR_COUNT * prior ** 2) / (count + PRIOR_COUNT));
}
