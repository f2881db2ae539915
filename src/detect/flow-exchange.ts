/**
 * Whether what one district has more another has less, hour by hour: an open boundary valve. Half the difference of the two deviations is what
 * went through it, half their sum is what an exchange does not explain. The flow through a valve follows use, so it may be several times
 * larger by day than at night; the two sides agree all the same.
 */
import { HOUR_MS } from "../model/clock.ts";
import { hourDeviationM3h, hourSigmaM3h, meanFactor, type RecentDeviations } from "./recent-deviations.ts";

/** The exchange must be so many times what its hours vary by. */
const LEAST_SIGMAS = 4;
/** And each side by itself stands off by so many: else one has changed, and the other varied as it always does. */
const LEAST_OWN_SIGMAS = 2;
/** What is left unexplained, in squares, over the exchange. */
const MOST_UNEXPLAINED = 0.2;
/** Hours that belong to the exchange show at least this share of its mean. */
const BELONGS_SHARE = 0.3;
const LEAST_AGREEING = 0.8;
const WINDOWS_H = [3, 6, 12] as const;

export interface FlowExchange {
  /** Of what the first district has more, m3/h; negative when it is the one that has less. */
  readonly exchangedM3h: number;
  readonly sigmaM3h: number;
  readonly sigmas: number;
  readonly startMs: number;
}

/** The most significant exchange of the last hours before `endMs`; null when there is none. */
export function flowExchange(a: RecentDeviations, b: RecentDeviations, endMs: number): FlowExchange | null {
  let best: FlowExchange | null = null;
  for (const hours of WINDOWS_H) {
    const found = within(a, b, endMs, hours);
    if (found && (!best || found.sigmas > best.sigmas)) best = found;
  }
  return best && { ...best, startMs: startOf(a, b, endMs, best.exchangedM3h) };
}

function within(a: RecentDeviations, b: RecentDeviations, endMs: number, hours: number): FlowExchange | null {
  let sumA = 0;
  let sumB = 0;
  let squares = 0;
  let unexplained = 0;
  let varianceA = 0;
  let varianceB = 0;
  let agreeing = 0;
  for (let back = 0; back < hours; back += 1) {
    const hourMs = endMs - back * HOUR_MS;
    const ofA = hourDeviationM3h(a, hourMs);
    const ofB = hourDeviationM3h(b, hourMs);
    if (Number.isNaN(ofA) || Number.isNaN(ofB)) return null;
    const exchanged = (ofA - ofB) / 2;
    sumA += ofA;
    sumB += ofB;
    squares += exchanged ** 2;
    unexplained += ((ofA + ofB) / 2) ** 2;
    varianceA += hourSigmaM3h(a, hourMs) ** 2;
    varianceB += hourSigmaM3h(b, hourMs) ** 2;
    if (ofA * ofB < 0) agreeing += Math.sign(exchanged);
  }
  const exchangedM3h = (sumA - sumB) / 2 / hours;
  const ofMean = (variance: number) => Math.sqrt(variance / hours) * meanFactor(hours);
  const sigmaM3h = ofMean((varianceA + varianceB) / 4);
  const sigmas = Math.abs(exchangedM3h) / sigmaM3h;
  if (!(sigmas >= LEAST_SIGMAS) || unexplained > MOST_UNEXPLAINED * squares) return null;
  if (Math.abs(agreeing) < LEAST_AGREEING * hours) return null;
  const ownSigmas = Math.min(Math.abs(sumA) / ofMean(varianceA), Math.abs(sumB) / ofMean(varianceB)) / hours;
  if (ownSigmas < LEAST_OWN_SIGMAS) return null;
  return { exchangedM3h, sigmaM3h, sigmas, startMs: endMs - hours * HOUR_MS };
}

function startOf(a: RecentDeviations, b: RecentDeviations, endMs: number, exchangedM3h: number): number {
  let startMs = endMs;
  for (let hourMs = endMs; ; hourMs -= HOUR_MS) {
    const share = (hourDeviationM3h(a, hourMs) - hourDeviationM3h(b, hourMs)) / 2 / exchangedM3h;
    if (!(share >= BELONGS_SHARE)) return startMs;
    startMs = hourMs - HOUR_MS;
  }
}
