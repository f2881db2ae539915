/** The beat of the demo's meters: whole periods of the simulated clock, so that every process reads at the same moments. */
import { MINUTE_MS } from "../model/clock.ts";
import { type DemoWorld, simulatedTime } from "./demo-world.ts";

export interface LiveRhythm {
  stop(): void;
}

/** Meters are read this often by the machine's clock, and never further apart than loggers record by the simulated one. */
const LIVE_PERIOD_MS = 2_000;
const LONGEST_PERIOD_MS = 5 * MINUTE_MS;

/** Simulated time from one reading to the next. */
export function livePeriodMs(speed: number): number {
  return Math.min(LIVE_PERIOD_MS * speed, LONGEST_PERIOD_MS);
}

/** Calls at once with the period that runs, then at each new one. A beat missed while the machine slept stays missed. */
export function startLiveRhythm(world: DemoWorld, read: (timeMs: number) => void): LiveRhythm {
  const periodMs = livePeriodMs(world.speed);
  let timer: NodeJS.Timeout;
  const beat = (): void => {
    const nowMs = simulatedTime(world, Date.now());
    const timeMs = Math.floor(nowMs / periodMs) * periodMs;
    const standsMs = Math.max(0, world.anchoredMs - Date.now());
    timer = setTimeout(beat, standsMs + (timeMs + periodMs - nowMs) / world.speed);
    read(timeMs);
  };
  beat();
  return { stop: () => clearTimeout(timer) };
}
