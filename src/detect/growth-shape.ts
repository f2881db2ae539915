/**
 * The shape of a change between two mean days: a meter that drifts changes every hour by one share of its flow; a leak adds the same at all
 * hours; more use adds nothing to the part of the night flow that is leakage.
 */
import { HOURS } from "./local-hours.ts";

/** Quietest hours of a day that are its night. */
const NIGHT_HOURS = 5;
const BUSY_HOURS = 5;
/** Hours with a flow under this share of the mean tell no share. */
const LEAST_FLOW_SHARE = 0.03;
const LEAST_HOURS = 16;
/** On real districts most of whose flow leaks, repairs looked like drift below this. */
const LEAST_CONTRAST = 1.8;

export interface GrowthShape {
  /** Of the flow, e.g. 0.08; negative when it reads less. */
  readonly share: number;
  readonly nightShare: number;
  readonly nightM3h: number;
  readonly peakM3h: number;
  /** What is left unexplained by one share of the flow, over what is left by one constant; below 1 the share fits better. */
  readonly unexplainedRatio: number;
  /** How much the hours' shares scatter about the one share. */
  readonly scatterShare: number;
  /** The busy hours' flow over the quiet ones': where it is near 1, a share and a constant look alike. */
  readonly contrast: number;
}

/** Of the flow's size: a meter may count it as leaving. Null when too few hours are known in both. */
export function growthShape(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  leastHours = LEAST_HOURS,
): GrowthShape | null {
  const known = Array.from({ length: HOURS }, (_, hour) => ({
    before: before[hour]!,
    after: after[hour]!,
  })).filter((one) => !Number.isNaN(one.before) && !Number.isNaN(one.after));
  const side = known.reduce((sum, one) => sum + one.before, 0) < 0 ? -1 : 1;
  const hours = known
    .map((one) => ({ before: side * one.before, after: side * one.after }))
    .sort((a, b) => a.before - b.before);
  const meanBefore = hours.reduce((sum, one) => sum + one.before, 0) / Math.max(1, hours.length);
  const telling = hours.filter((one) => one.before > LEAST_FLOW_SHARE * meanBefore);
  if (telling.length < leastHours || !(meanBefore > 0)) return null;
  const shares = telling.map((one) => one.after / one.before - 1);
  const share = mean(shares);
  // Weighted by the flow's inverse square, as shares are: noise grows with flow.
  const weights = telling.map((one) => 1 / one.before ** 2);
  const constant =
    telling.reduce((sum, one, i) => sum + (one.after - one.before) * weights[i]!, 0) /
    weights.reduce((sum, one) => sum + one, 0);
  const byShare = shares.reduce((sum, one) => sum + (one - share) ** 2, 0);
  const byConstant = telling.reduce((sum, one, i) => sum + (shares[i]! - constant / one.before) ** 2, 0);
  const change = (some: typeof telling) => mean(some.map((one) => one.after - one.before));
  return {
    share,
    nightShare: mean(shares.slice(0, NIGHT_HOURS)),
    nightM3h: change(telling.slice(0, NIGHT_HOURS)),
    peakM3h: change(telling.slice(-BUSY_HOURS)),
    unexplainedRatio: byConstant > 0 ? byShare / byConstant : 1,
    scatterShare: Math.sqrt(byShare / telling.length),
    contrast:
      mean(telling.slice(-BUSY_HOURS).map((one) => one.before)) /
      mean(telling.slice(0, NIGHT_HOURS).map((one) => one.before)),
  };
}

/** One share of the flow at all hours, night included, and no constant. */
export function isProportional(shape: GrowthShape, leastShare: number): boolean {
  const { share, nightShare, unexplainedRatio, scatterShare, contrast } = shape;
  return (
    Math.abs(share) >= leastShare &&
    contrast >= LEAST_CONTRAST &&
    unexplainedRatio < 0.4 &&
    scatterShare < 0.4 * Math.abs(share) &&
    nightShare / share > 0.6 &&
    nightShare / share < 1.5
  );
}

/** One share of the flow fits better than a constant, if only a little: not yet a leak, and not yet a drift. */
export function mayBeProportional({ share, unexplainedRatio, contrast }: GrowthShape): boolean {
  return share > 0 && contrast >= LEAST_CONTRAST && unexplainedRatio < 1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
