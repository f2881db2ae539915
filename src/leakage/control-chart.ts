/**
 * Two classic control charts on standardised residuals z (observed less expected, in standard deviations): how far a small lasting
 * shift has added up. CUSUM (Page 1954) is quickest for a shift of known size, EWMA (Roberts 1959) for a range of sizes.
 */
import { requireBetween, requireFinite, requirePositive } from "./input.ts";

/** Shifts of twice the slack, in standard deviations, are those a CUSUM sees best. */
const CUSUM_SLACK = 0.5;
const EWMA_WEIGHT = 0.2;
const EWMA_LIMIT_WIDTH = 2.7;

/** The upper CUSUM after one more residual: max(0, S + z - slack). Starts at 0. Throws unless slack > 0 and z is a number. */
export function nextCusum(cusum: number, residual: number, slack: number = CUSUM_SLACK): number {
  requireFinite({ cusum, residual });
  requirePositive({ slack });
  return Math.max(0, cusum + residual - slack);
}

/** The EWMA after one more residual: weight z + (1 - weight) E. Starts at 0. Throws unless the weight is 0..1 and z is a number. */
export function nextEwma(ewma: number, residual: number, weight: number = EWMA_WEIGHT): number {
  requireFinite({ ewma, residual });
  requireBetween(0, 1, { weight });
  return weight * residual + (1 - weight) * ewma;
}

/** The limit of a long-running EWMA, in standard deviations of z: width x sqrt(weight / (2 - weight)). */
export function ewmaLimit(weight: number = EWMA_WEIGHT, width: number = EWMA_LIMIT_WIDTH): number {
  requireBetween(0, 1, { weight });
  requirePositive({ width });
  return width * Math.sqrt(weight / (2 - weight));
}
