/**
 * How probable each candidate is, by Bayes: before anything is measured a leak is as likely on every metre of pipe; what was measured
 * makes those likelier whose trace it resembles, given how sensors scatter, how little is known of the leak's size, and how far variants
 * of the model disagree about the trace. All of it as normal deviations. Pure.
 */
import { choleskyOf, type Triangle, whitened } from "./covariance.ts";

export interface Candidate {
  readonly lengthM: number;
  /** By variant of the model: change of each measured value for 1 m3/h. */
  readonly traces: readonly Float64Array[];
}

export interface Measured {
  readonly values: Float64Array;
  /** Root of the covariance of the values. */
  readonly root: Triangle;
  readonly leakM3h: number;
  /** One standard deviation. */
  readonly leakErrorM3h: number;
}

/**
 * Likelihoods are taken to this power: hours and sensors go wrong together more than the covariance of few days tells. This and what
 * follows were chosen so that stated probabilities come true on leaks simulated with seeds that the benchmark does not use;
 * docs/decisions has the numbers.
 */
const TEMPER = 0.35;
/** Variants of the model are few, and lie closer together than models do. */
const VARIANT_SPREAD = 2;
/** So probable is it that the model is wrong in a way nobody thought of: then a leak is as likely on every metre as before. */
const DOUBT = 0.05;

/** One for each candidate, adding up to 1. */
export function pipeProbabilities(candidates: readonly Candidate[], measured: Measured): Float64Array {
  const found = whitened(measured.root, measured.values);
  const logs = candidates.map(
    (candidate) => Math.log(candidate.lengthM) + TEMPER * logLikelihood(candidate, found, measured),
  );
  const most = Math.max(...logs);
  const weights = Float64Array.from(logs, (log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lengthM = candidates.reduce((sum, candidate) => sum + candidate.lengthM, 0);
  return weights.map(
    (weight, at) => ((1 - DOUBT) * weight) / total + (DOUBT * candidates[at]!.lengthM) / lengthM,
  );
}

function logLikelihood(
  { traces }: Candidate,
  found: Float64Array,
  { root, leakM3h, leakErrorM3h }: Measured,
): number {
  const whole = traces.map((trace) => whitened(root, trace));
  const mean = whole[0]!.map((_, at) => whole.reduce((sum, one) => sum + one[at]!, 0) / whole.length);
  const rest = found.map((value, at) => value - leakM3h * mean[at]!);
  const share = Math.sqrt(VARIANT_SPREAD / Math.max(1, whole.length - 1)) * leakM3h;
  const directions = [
    mean.map((value) => value * leakErrorM3h),
    ...(whole.length > 1 ? whole.map((one) => one.map((value, at) => share * (value - mean[at]!))) : []),
  ];
  // Covariance I + D D': its inverse and determinant by the small matrix I + D'D (Woodbury).
  const small = directions.map((one, row) =>
    Float64Array.from(
      { length: row + 1 },
      (_, column) => dot(one, directions[column]!) + (row === column ? 1 : 0),
    ),
  );
  const smallRoot = choleskyOf(small);
  const along = whitened(
    smallRoot,
    Float64Array.from(directions, (one) => dot(one, rest)),
  );
  const logDeterminant = smallRoot.reduce((sum, row, at) => sum + 2 * Math.log(row[at]!), 0);
  return -0.5 * (dot(rest, rest) - dot(along, along) + logDeterminant);
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += one[at]! * other[at]!;
  return sum;
}
