/** The beat of the demo's meters: whole periods of the clock, so that every process reads at the same moments. */
import { LIVE_PERIOD_MS } from "./demand-model.ts";

export interface LiveRhythm {
  stop(): void;
}

/** Calls at once with the period that runs, then at each new one. A beat missed while the machine slept stays missed. */
export function startLiveRhythm(read: (timeMs: number) => void): LiveRhythm {
  let timer: NodeJS.Timeout;
  const beat = (): void => {
    const timeMs = Math.floor(Date.now() / LIVE_PERIOD_MS) * LIVE_PERIOD_MS;
    timer = setTimeout(beat, timeMs + LIVE_PERIOD_MS - Date.now());
    read(timeMs);
  };
  beat();
  return { stop: () => clearTimeout(timer) };
}
