/** How a district's last four days stood off what is usual, hour by hour: what districts are compared by. Bounded, and never rebased. */
import { HOUR_MS } from "../model/clock.ts";
import type { JudgedHour } from "./judged-hour.ts";

const HOURS_KEPT = 96;
/** Hours hang together: a mean of n of them is as sure as one of n/4 that do not (correlation 0.6), never less sure than one hour. */
const DEPENDENCE = 2;

export interface Deviation {
  readonly deviationM3h: number;
  /** Of this mean, one standard deviation. */
  readonly sigmaM3h: number;
  readonly usualM3h: number;
  readonly hours: number;
}

/** A ring of hours, each at the place that its end falls on. */
export interface RecentDeviations {
  readonly endsMs: Float64Array;
  readonly deviationsM3h: Float32Array;
  readonly usualsM3h: Float32Array;
  readonly sigmasM3h: Float32Array;
  /** Of the newest hour; -Infinity before the first. */
  newestEndMs: number;
}

export function createRecentDeviations(): RecentDeviations {
  return {
    endsMs: new Float64Array(HOURS_KEPT).fill(Number.NEGATIVE_INFINITY),
    deviationsM3h: new Float32Array(HOURS_KEPT),
    usualsM3h: new Float32Array(HOURS_KEPT),
    sigmasM3h: new Float32Array(HOURS_KEPT),
    newestEndMs: Number.NEGATIVE_INFINITY,
  };
}

export function noteHour(
  recent: RecentDeviations,
  { endMs, flowM3h, usualM3h, sigmaM3h }: Pick<JudgedHour, "endMs" | "flowM3h" | "usualM3h" | "sigmaM3h">,
): void {
  const place = hourPlace(endMs);
  recent.endsMs[place] = endMs;
  recent.deviationsM3h[place] = flowM3h - usualM3h;
  recent.usualsM3h[place] = usualM3h;
  recent.sigmasM3h[place] = sigmaM3h;
  recent.newestEndMs = endMs;
}

/** NaN for an hour that is not known or not kept. */
export function hourDeviationM3h({ endsMs, deviationsM3h }: RecentDeviations, endMs: number): number {
  const place = hourPlace(endMs);
  return endsMs[place] === endMs ? deviationsM3h[place]! : Number.NaN;
}

/** NaN for an hour that is not known or not kept. */
export function hourSigmaM3h({ endsMs, sigmasM3h }: RecentDeviations, endMs: number): number {
  const place = hourPlace(endMs);
  return endsMs[place] === endMs ? sigmasM3h[place]! : Number.NaN;
}

/** Mean over the known hours that end within; null when none does, or less than half of them are known. */
export function deviationBetween(
  { endsMs, deviationsM3h, usualsM3h, sigmasM3h }: RecentDeviations,
  fromMs: number,
  toMs: number,
): Deviation | null {
  let sum = 0;
  let usual = 0;
  let variance = 0;
  let hours = 0;
  for (let place = 0; place < HOURS_KEPT; place += 1) {
    if (!(endsMs[place]! > fromMs && endsMs[place]! <= toMs) || Number.isNaN(deviationsM3h[place]!)) continue;
    sum += deviationsM3h[place]!;
    usual += usualsM3h[place]!;
    variance += sigmasM3h[place]! ** 2;
    hours += 1;
  }
  if (hours === 0 || hours < (toMs - fromMs) / HOUR_MS / 2) return null;
  return {
    deviationM3h: sum / hours,
    usualM3h: usual / hours,
    sigmaM3h: Math.sqrt(variance / hours) * meanFactor(hours),
    hours,
  };
}

/** Standard deviation of a mean of so many hours, over that of one. */
export function meanFactor(hours: number): number {
  return Math.min(1, DEPENDENCE / Math.sqrt(hours));
}

function hourPlace(endMs: number): number {
  return ((Math.floor(endMs / HOUR_MS) % HOURS_KEPT) + HOURS_KEPT) % HOURS_KEPT;
}
