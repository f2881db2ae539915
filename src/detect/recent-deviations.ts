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

export interface RecentDeviations {
  observe(hour: Pick<JudgedHour, "endMs" | "flowM3h" | "usualM3h" | "sigmaM3h">): void;
  /** Of the newest hour; -Infinity before the first. */
  newestEndMs(): number;
  /** NaN for an hour that is not known or not kept. */
  deviationM3h(endMs: number): number;
  sigmaM3h(endMs: number): number;
  /** Mean over the known hours that end within; null when none does, or less than half of them are known. */
  between(fromMs: number, toMs: number): Deviation | null;
}

export function createRecentDeviations(): RecentDeviations {
  const endsMs = new Float64Array(HOURS_KEPT).fill(Number.NEGATIVE_INFINITY);
  const deviations = new Float32Array(HOURS_KEPT);
  const usuals = new Float32Array(HOURS_KEPT);
  const sigmas = new Float32Array(HOURS_KEPT);
  let newestMs = Number.NEGATIVE_INFINITY;
  const placeOf = (endMs: number) => ((Math.floor(endMs / HOUR_MS) % HOURS_KEPT) + HOURS_KEPT) % HOURS_KEPT;
  const at = (column: Float32Array, endMs: number) => {
    const place = placeOf(endMs);
    return endsMs[place] === endMs ? column[place]! : Number.NaN;
  };
  return {
    observe({ endMs, flowM3h, usualM3h, sigmaM3h }) {
      const place = placeOf(endMs);
      endsMs[place] = endMs;
      deviations[place] = flowM3h - usualM3h;
      usuals[place] = usualM3h;
      sigmas[place] = sigmaM3h;
      newestMs = endMs;
    },
    newestEndMs: () => newestMs,
    deviationM3h: (endMs) => at(deviations, endMs),
    sigmaM3h: (endMs) => at(sigmas, endMs),
    between(fromMs, toMs) {
      let sum = 0;
      let usual = 0;
      let variance = 0;
      let hours = 0;
      for (let place = 0; place < HOURS_KEPT; place += 1) {
        if (!(endsMs[place]! > fromMs && endsMs[place]! <= toMs) || Number.isNaN(deviations[place]!))
          continue;
        sum += deviations[place]!;
        usual += usuals[place]!;
        variance += sigmas[place]! ** 2;
        hours += 1;
      }
      if (hours === 0 || hours < (toMs - fromMs) / HOUR_MS / 2) return null;
      return {
        deviationM3h: sum / hours,
        usualM3h: usual / hours,
        sigmaM3h: Math.sqrt(variance / hours) * meanFactor(hours),
        hours,
      };
    },
  };
}

/** Standard deviation of a mean of so many hours, over that of one. */
export function meanFactor(hours: number): number {
  return Math.min(1, DEPENDENCE / Math.sqrt(hours));
}
