/**
 * Zone pressure as a second witness: it falls when much water is drawn, whoever draws it, and does not when only the meter is wrong. Learns
 * what pressure is usual by the hour of the day, and answers whether it stood below that while the flow stood above.
 */
import { HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Evidence } from "../model/verdict.ts";
import { createLocalHours, HOURS, hoursOver, type LocalHours } from "./local-hours.ts";
import {
  createRecentDeviations,
  deviationBetween,
  noteHour,
  type RecentDeviations,
} from "./recent-deviations.ts";

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

/** By hour of the day, as local hours number them: what pressure is usual, how it scatters about that, and of how many days it is known. */
export interface PressureWitness {
  readonly hours: LocalHours;
  readonly usualM: Float64Array;
  readonly spreadM: Float64Array;
  readonly days: Uint16Array;
  readonly recent: RecentDeviations;
}

export function createPressureWitness(timeZone: string): PressureWitness {
  return {
    hours: createLocalHours(timeZone),
    usualM: new Float64Array(HOURS).fill(Number.NaN),
    spreadM: new Float64Array(HOURS),
    days: new Uint16Array(HOURS),
    recent: createRecentDeviations(),
  };
}

/** The next slot's pressure in m, NaN when unknown or not trusted. */
export function notePressure(
  witness: PressureWitness,
  startMs: number,
  endMs: number,
  pressureM: number,
): void {
  const { usualM, spreadM, days, recent } = witness;
  for (const one of hoursOver(witness.hours, startMs, endMs, pressureM)) {
    const { hour, endMs: hourEndMs, flowM3h: meanM } = one;
    const known = days[hour]! >= LEAST_DAYS;
    noteHour(recent, {
      endMs: hourEndMs,
      flowM3h: meanM,
      usualM3h: known ? usualM[hour]! : Number.NaN,
      sigmaM3h: Math.max(LEAST_SIGMA_M, spreadM[hour]!),
    });
    learnPressure(witness, hour, meanM);
  }
}

/** Null when nothing can be said. */
export function pressureBetween(
  { recent }: PressureWitness,
  fromMs: number,
  toMs: number,
): { readonly fell: boolean; readonly told: Evidence } | null {
  const found = deviationBetween(recent, fromMs, toMs);
  if (!found) return null;
  const { deviationM3h: changedM, usualM3h: usualM, sigmaM3h: sigmaM } = found;
  const fell = changedM < -FELL_SIGMAS * sigmaM;
  return {
    fell,
    told: fell
      ? evidence("pressure-fell", { fellM: -changedM, usualM, sigmaM })
      : evidence("pressure-unchanged", { changedM, sigmaM }),
  };
}

/** True when it fell at that time, and was not down before: the same water drew it down. */
export function pressureFellWith({ recent }: PressureWitness, fromMs: number, toMs: number): boolean {
  const now = deviationBetween(recent, fromMs, toMs);
  const before = deviationBetween(recent, fromMs - BEFORE_MS, fromMs);
  if (!now || !before || now.deviationM3h >= -FELL_SIGMAS * now.sigmaM3h) return false;
  return before.deviationM3h > MOST_BEFORE_SHARE * now.deviationM3h;
}

function learnPressure({ usualM, spreadM, days }: PressureWitness, hour: number, pressureM: number): void {
  if (Number.isNaN(pressureM)) return;
  const known = Math.min(days[hour]!, 1000);
  days[hour] = known + 1;
  const weight = Math.max(WEIGHT, 1 / (known + 1));
  if (Number.isNaN(usualM[hour]!)) usualM[hour] = pressureM;
  const off = pressureM - usualM[hour]!;
  const limit = known >= LEAST_DAYS ? 3 * Math.max(spreadM[hour]!, LEAST_SIGMA_M) : Number.POSITIVE_INFINITY;
  usualM[hour]! += weight * Math.max(-limit, Math.min(limit, off));
  spreadM[hour]! += weight * (TO_SIGMA * Math.min(limit, Math.abs(off)) - spreadM[hour]!);
}
