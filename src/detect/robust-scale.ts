/** The usual size of a statistic, from its own recent past: robust, bounded, and with a prior until there is a past. */
import { medianAbsoluteDeviation } from "simple-statistics";

/** Median absolute deviation of a normal variable to its standard deviation. */
const TO_SIGMA = 1.4826;
/** What the prior counts for, in observations. */
const PRIOR_COUNT = 10;

export interface RobustScale {
  observe(value: number): void;
  /** Standard deviation; `prior` is what is expected before anything was observed. */
  sigma(prior: number): number;
}

export function createRobustScale(memory: number): RobustScale {
  const values: number[] = [];
  let deviation = 0;
  return {
    observe(value) {
      values.push(value);
      if (values.length > memory) values.shift();
      deviation = TO_SIGMA * medianAbsoluteDeviation(values);
    },
    sigma(prior) {
      const count = values.length;
      return Math.sqrt((count * deviation ** 2 + PRIOR_COUNT * prior ** 2) / (count + PRIOR_COUNT));
    },
  };
}
