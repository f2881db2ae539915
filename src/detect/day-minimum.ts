/** The least net inflow of each local day, handed over when the day is complete: what LeakDB's method looks at. */
import { DAY_MS } from "../model/clock.ts";
import { offsetMs } from "../model/local-time.ts";

export interface Day {
  readonly startMs: number;
  readonly minimumM3h: number;
}

export interface DayMinimum {
  /** Net inflow of the next slot, NaN when unknown. Hands back the day that this slot closes, if it does. */
  observe(startMs: number, netInflowM3h: number): Day | null;
}

/** A day with less than this share of its slots known has no minimum (92 of 96 quarter-hours). */
const LEAST_SHARE = 92 / 96;

export function createDayMinimum(timeZone: string, slotMs: number): DayMinimum {
  let day = Number.NaN;
  let firstMs = Number.NaN;
  let minimum = Number.POSITIVE_INFINITY;
  let known = 0;
  return {
    observe(startMs, netInflowM3h) {
      const today = Math.floor((startMs + offsetMs(startMs, timeZone)) / DAY_MS);
      let closed: Day | null = null;
      if (today !== day) {
        const complete = known >= LEAST_SHARE * ((startMs - firstMs) / slotMs);
        if (!Number.isNaN(day))
          closed = { startMs: firstMs, minimumM3h: complete && known > 0 ? minimum : Number.NaN };
        day = today;
        firstMs = startMs;
        minimum = Number.POSITIVE_INFINITY;
        known = 0;
      }
      if (!Number.isNaN(netInflowM3h)) {
        known += 1;
        if (netInflowM3h < minimum) minimum = netInflowM3h;
      }
      return closed;
    },
  };
}
