/** The least net inflow of each local day, handed over when the day is complete: what LeakDB's method looks at. */
import { DAY_MS } from "../model/clock.ts";
import { offsetMs } from "../model/local-time.ts";

export interface Day {
  readonly startMs: number;
  readonly minimumM3h: number;
}

/** A day with less than this share of its slots known has no minimum (92 of 96 quarter-hours). */
const LEAST_SHARE = 92 / 96;

export interface DayMinimum {
  readonly timeZone: string;
  readonly slotMs: number;
  /** Days of the wall clock since 1970, NaN before the first. */
  day: number;
  firstMs: number;
  minimumM3h: number;
  /** Slots of the day that are. */
  known: number;
}

export function createDayMinimum(timeZone: string, slotMs: number): DayMinimum {
  return {
    timeZone,
    slotMs,
    day: Number.NaN,
    firstMs: Number.NaN,
    minimumM3h: Number.POSITIVE_INFINITY,
    known: 0,
  };
}

/** Net inflow of the next slot, NaN when unknown. Hands back the day that this slot closes, if it does. */
export function dayMinimumOver(minimum: DayMinimum, startMs: number, netInflowM3h: number): Day | null {
  const today = Math.floor((startMs + offsetMs(startMs, minimum.timeZone)) / DAY_MS);
  let closed: Day | null = null;
  if (today !== minimum.day) {
    const { day, firstMs, minimumM3h, known } = minimum;
    const complete = known >= LEAST_SHARE * ((startMs - firstMs) / minimum.slotMs);
    if (!Number.isNaN(day))
      closed = { startMs: firstMs, minimumM3h: complete && known > 0 ? minimumM3h : Number.NaN };
    minimum.day = today;
    minimum.firstMs = startMs;
    minimum.minimumM3h = Number.POSITIVE_INFINITY;
    minimum.known = 0;
  }
  if (!Number.isNaN(netInflowM3h)) {
    minimum.known += 1;
    if (netInflowM3h < minimum.minimumM3h) minimum.minimumM3h = netInflowM3h;
  }
  return closed;
}
