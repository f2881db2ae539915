/** What a sensor shows of what is there: its error, and whatever is wrong with it. Each reading follows from key and time alone. */
import { DAY_MS } from "../model/clock.ts";
import { noise } from "./seeded-noise.ts";
import type { SensorPlace } from "./simulated-utility.ts";
import { lastsAt, type SensorTrouble } from "./trouble.ts";

export interface Reading {
  /** The time the sensor's clock showed. */
  readonly timeMs: number;
  readonly value: number;
  /** When it reaches whoever listens. */
  readonly arrivesMs: number;
}

/** Readings closer together than this carry the same error. */
export const ERROR_PERIOD_MS = 1_000;

/** Null while the sensor is silent. `truth` is what is there at any time, NaN before the simulation. */
export function readingAt(
  { errorShare, errorAtZero }: SensorPlace,
  key: number,
  troubles: readonly SensorTrouble[],
  truth: (timeMs: number) => number,
  timeMs: number,
): Reading | null {
  const now = troubles.filter((one) => lastsAt(one, timeMs));
  if (now.some(({ kind }) => kind === "outage")) return null;
  // A stuck sensor shows what it showed when it got stuck.
  const readMs = Math.min(timeMs, ...now.filter(({ kind }) => kind === "stuck").map(({ fromMs }) => fromMs));
  const there = truth(readMs);
  const error = noise(key, Math.floor(readMs / ERROR_PERIOD_MS));
  let errorTimes = 1;
  let stampedMs = timeMs;
  let arrivesMs = timeMs;
  let share = 1;
  for (const one of now) {
    if (one.kind === "noisy") errorTimes *= one.times;
    else if (one.kind === "drift") share *= 1 + (one.percentPerDay / 100) * ((readMs - one.fromMs) / DAY_MS);
    else if (one.kind === "dead") share = 0;
    else if (one.kind === "reversed") share *= -1;
    else if (one.kind === "late") arrivesMs += one.byMs;
    else if (one.kind === "clock") stampedMs += one.aheadMs;
    else if (one.kind === "spikes" && isOneIn(one.oneIn, key, timeMs)) share *= one.times;
  }
  const wrongBy = share === 0 ? 0 : errorTimes * error * (errorShare * Math.abs(there) + errorAtZero);
  return { timeMs: stampedMs, value: rounded(share * (there + wrongBy)), arrivesMs };
}

function isOneIn(oneIn: number, key: number, timeMs: number): boolean {
  // Of a uniform share, taken from noise that is nearly normal: far from exact, and enough.
  const drawn = Math.abs(noise(key ^ 0x33, Math.floor(timeMs / ERROR_PERIOD_MS))) * 1e6;
  return Math.floor(drawn) % oneIn === 0;
}

/** Meters show two decimals; a level, in m, needs three. */
function rounded(value: number): number {
  // Adding 0 turns -0 into 0.
  return Math.round(value * 1000) / 1000 + 0;
}
