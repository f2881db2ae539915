/** Whose clock and whose names a sentence uses: a reader knows "Reli inlet, chamber 4" and the time at home, not ids and UTC. Pure. */
import { MINUTE_MS } from "./clock.ts";
import { offsetMs } from "./local-time.ts";
import type { Utility } from "./utility.ts";

export interface Telling {
  /** "2026-03-01 05:30". */
  timeOf(timeMs: number): string;
  /** What people call the sensor, site or district that a figure of this name holds the id of; the text itself when it is no id. */
  nameOf(figure: string, text: string): string;
}

/** Ids as they are, times in UTC. */
export const WITHOUT_NAMES: Telling = {
  timeOf: (timeMs) => `${wallClock(timeMs)} UTC`,
  nameOf: (_, text) => text,
};

/** Names of the utility, times by the wall clock of the zone. */
export function tellingFor({ sensors, districts }: Utility, timeZone: string): Telling {
  const namesOf = new Map<string, readonly { readonly id: string; readonly name: string }[]>([
    ["sensor", sensors],
    ["district", districts],
    ["neighbour", districts],
  ]);
  return {
    timeOf: (timeMs) => wallClock(timeMs + offsetMs(timeMs, timeZone)),
    nameOf: (figure, text) => namesOf.get(figure)?.find(({ id }) => id === text)?.name ?? text,
  };
}

function wallClock(wallMs: number): string {
  return new Date(Math.floor(wallMs / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 16).replace("T", " ");
}
