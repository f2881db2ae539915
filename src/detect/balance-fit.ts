/**
 * By what share one meter's flow is missing from a district's balance, or too much in it. Hour by hour the balance stands off what it was at
 * that hour; what use has grown by (a share of what is usual) and what leaks (a constant) are taken off, and the rest is held against what the
 * meter reads. Weighted least squares, day by day; beside a pump or a tank a meter's flow goes its own way, and the share is known well.
 */
import { scatterOf } from "./robust-scale.ts";

/** An hour of a day: what the balance stands off, what it was, what the meter reads, and what the hour varies by, all m3/h. */
export interface BalanceHour {
  readonly offM3h: number;
  readonly usualM3h: number;
  readonly meterM3h: number;
  readonly sigmaM3h: number;
}

export interface BalanceShare {
  readonly share: number;
  /** Of the share, one standard deviation, by how the days disagree. */
  readonly sigma: number;
  /** Days whose own share has the sign of the whole, of all. */
  readonly agreeing: number;
  /** What is left unexplained with the meter's share, over what is left without it. */
  readonly unexplainedRatio: number;
}

const LEAST_DAYS = 5;
const LEAST_HOURS = 16;
/** Of the meter's own variation, what growing use and a constant do not say already; with less its share is not known. */
const LEAST_OWN_SHARE = 0.2;

/** Null when too little is known, or when the meter goes as use does. */
export function balanceShare(days: readonly (readonly BalanceHour[])[]): BalanceShare | null {
  const sums = days.flatMap((hours) => sumsOf(hours) ?? []);
  const whole = sums.length >= LEAST_DAYS ? pooled(sums) : null;
  if (!whole) return null;
  const shares = sums.map((one) => one.ownOff / one.ownOwn);
  return {
    ...whole,
    sigma: scatterOf(shares) / Math.sqrt(shares.length),
    agreeing: shares.filter((share) => share * whole.share > 0).length / shares.length,
  };
}

/** Of few days, however they disagree; null when too little is known. */
export function pooledShare(
  days: readonly (readonly BalanceHour[])[],
): Pick<BalanceShare, "share" | "unexplainedRatio"> | null {
  return pooled(days.flatMap((hours) => sumsOf(hours) ?? []));
}

/** Sums of weighted products of one day: of what the meter reads by itself, and of what the balance stands off. */
interface DaySums {
  readonly ownOwn: number;
  readonly ownOff: number;
  readonly offOff: number;
}

function pooled(days: readonly DaySums[]): Pick<BalanceShare, "share" | "unexplainedRatio"> | null {
  const sum = (of: (day: DaySums) => number) => days.reduce((total, day) => total + of(day), 0);
  const ownOwn = sum((day) => day.ownOwn);
  const offOff = sum((day) => day.offOff);
  if (!(ownOwn > 0) || !(offOff > 0)) return null;
  const share = sum((day) => day.ownOff) / ownOwn;
  return { share, unexplainedRatio: 1 - (share ** 2 * ownOwn) / offOff };
}

/** Each day is taken by itself: a leak that grows is another constant every day. Null when too little is known. */
function sumsOf(hours: readonly BalanceHour[]): DaySums | null {
  if (hours.length < LEAST_HOURS) return null;
  const weights = hours.map(({ sigmaM3h }) => 1 / sigmaM3h ** 2);
  const total = weights.reduce((sum, one) => sum + one, 0);
  const product = (a: readonly number[], b: readonly number[]) =>
    weights.reduce((sum, weight, i) => sum + weight * a[i]! * b[i]!, 0);
  const centred = (values: readonly number[]) => {
    const mean = weights.reduce((sum, weight, i) => sum + weight * values[i]!, 0) / total;
    return values.map((value) => value - mean);
  };
  const usual = centred(hours.map(({ usualM3h }) => usualM3h));
  const ofUsual = product(usual, usual);
  const withoutUse = (values: readonly number[]) => {
    const share = ofUsual > 0 ? product(usual, values) / ofUsual : 0;
    return values.map((value, i) => value - share * usual[i]!);
  };
  const meter = centred(hours.map(({ meterM3h }) => meterM3h));
  const own = withoutUse(meter);
  const off = withoutUse(centred(hours.map(({ offM3h }) => offM3h)));
  const ownOwn = product(own, own);
  if (!(ownOwn > LEAST_OWN_SHARE * product(meter, meter))) return null;
  return { ownOwn, ownOff: product(own, off), offOff: product(off, off) };
}
