/** Where the nights lie on a chart: the district's night window, by its own wall clock, of every day in a range. Pure. */
import { DAY_MS, MINUTE_MS } from "../../model/clock.ts";
import { offsetMs } from "../../model/local-time.ts";
import type { TimeRange } from "../../model/sample.ts";
import type { District } from "../../model/utility.ts";

export function nightsIn(
  { fromMs, toMs }: TimeRange,
  { timeZone, nightWindow }: District,
): readonly TimeRange[] {
  const nights: TimeRange[] = [];
  const firstMidnight = Math.floor((fromMs + offsetMs(fromMs, timeZone)) / DAY_MS) * DAY_MS;
  for (let wallMs = firstMidnight; wallMs <= toMs + DAY_MS; wallMs += DAY_MS) {
    const night = {
      fromMs: instantOf(wallMs + nightWindow.startMinute * MINUTE_MS, timeZone),
      toMs: instantOf(wallMs + nightWindow.endMinute * MINUTE_MS, timeZone),
    };
    if (night.toMs > fromMs && night.fromMs < toMs) nights.push(night);
  }
  return nights;
}

/** The instant of a wall-clock time, to the precision a shade needs: a time that clocks skip is moved by the skip. */
function instantOf(wallMs: number, timeZone: string): number {
  const guess = wallMs - offsetMs(wallMs, timeZone);
  return wallMs - offsetMs(guess, timeZone);
}
