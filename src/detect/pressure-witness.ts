/**
 * Zone pressure as a second witness: it falls when much water is drawn, whoever draws it, and does not when only the meter is wrong. Learns
 * what pressure is usual by the hour of the day, and answers whether it stood below that while the flow stood above.
 */
import { HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Evidence } from "../model/verdict.ts";
import { createLocalHours, HOURS } from "./local-hours.ts";
import { createRecentDeviations } from "./recent-deviations.ts";

/** Share of a new day in what is usual at an hour. */
const WEIGHT = 0.1;
const LEAST_DAYS = 7;
/** Mean absolute deviation of a normal variable to its standard deviation. */
const TO_SIGMA = 1.2533;
/** No gauge is so exact that pressure could be told apart finer. */
const LEAST_SIGMA_M = 0.05;
const FELL_SIGMAS = 2.5;
/** The hours before are looked at, and must not have shown so much of the fall. */
const BEFORE_MS = 3 * HOUR_MS;
const MOST_BEFORE_SHARE = 0.5;

export interface PressureWitness {
  /** The next slot's pressure in m, NaN when unknown or not trusted. */
  observe(startMs: number, endMs: number, pressureM: number): void;
  /** Null when nothing can be said. */
  between(fromMs: number, toMs: number): { readonly fell: boolean; readonly told: Evidence } | null;
  /** True when it fell at that time, and was not down before: the same water drew it down. */
  fellWith(fromMs: number, toMs: number): boolean;
}

export function createPressureWitness(timeZone: string): PressureWitness {
  const hours = createLocalHours(timeZone);
  const usual = new Float64Array(HOURS).fill(Number.NaN);
  const spread = new Float64Array(HOURS);
  const days = new Uint16Array(HOURS);
  const recent = createRecentDeviations();

  function learn(hour: number, pressureM: number): void {
    if (Number.isNaN(pressureM)) return;
    const known = Math.min(days[hour]!, 1000);
    days[hour] = known + 1;
    const weight = Math.max(WEIGHT, 1 / (known + 1));
    if (Number.isNaN(usual[hour]!)) usual[hour] = pressureM;
    const off = pressureM - usual[hour]!;
    const limit = known >= LEAST_DAYS ? 3 * Math.max(spread[hour]!, LEAST_SIGMA_M) : Number.POSITIVE_INFINITY;
    usual[hour]! += weight * Math.max(-limit, Math.min(limit, off));
    spread[hour]! += weight * (TO_SIGMA * Math.min(limit, Math.abs(off)) - spread[hour]!);
  }

  return {
    observe(startMs, endMs, pressureM) {
      for (const { hour, endMs: hourEndMs, flowM3h: meanM } of hours.observe(startMs, endMs, pressureM)) {
        const known = days[hour]! >= LEAST_DAYS;
        recent.observe({
          endMs: hourEndMs,
          flowM3h: meanM,
          usualM3h: known ? usual[hour]! : Number.NaN,
          sigmaM3h: Math.max(LEAST_SIGMA_M, spread[hour]!),
        });
        learn(hour, meanM);
      }
    },
    between(fromMs, toMs) {
      const found = recent.between(fromMs, toMs);
      if (!found) return null;
      const { deviationM3h: changedM, usualM3h: usualM, sigmaM3h: sigmaM } = found;
      const fell = changedM < -FELL_SIGMAS * sigmaM;
      return {
        fell,
        told: fell
          ? evidence("pressure-fell", { fellM: -changedM, usualM, sigmaM })
          : evidence("pressure-unchanged", { changedM, sigmaM }),
      };
    },
    fellWith(fromMs, toMs) {
      const now = recent.between(fromMs, toMs);
      const before = recent.between(fromMs - BEFORE_MS, fromMs);
      if (!now || !before || now.deviationM3h >= -FELL_SIGMAS * now.sigmaM3h) return false;
      return before.deviationM3h > MOST_BEFORE_SHARE * now.deviationM3h;
    },
  };
}
