/**
 * What comes and goes by itself in a district: fires, flushing, tanks filled at night, holidays. They teach how long to wait before an
 * excursion is called a burst. A district without any earns alarms within the hour; until it is known, and where they are common,
 * the judgement takes longer than they last.
 */

import { DAY_MS, HOUR_MS } from "../model/clock.ts";

/** Short events are remembered for so many days. */
const MEMORY_DAYS = 120;
/** A district is known after so many days of watching. */
const KNOWN_DAYS = 21;
/** With pressure falling beside the flow, an hour's reading may still be one that a pump or a valve made. */
const WITNESSED_PATIENCE_H = 2;
const UNKNOWN_PATIENCE_H = 12;
const LEAST_PATIENCE_H = 6;
/** Beyond this the judgement of the whole day decides. */
const MOST_PATIENCE_H = 30;
const LONGER = 1.5;
const WEEK_MS = 7 * DAY_MS;
const SAME_TIME_MS = 2 * HOUR_MS;

interface PassedEvent {
  readonly day: number;
  readonly startMs: number;
  readonly lastedH: number;
  readonly pressureFell: boolean;
}

export interface ShortEvents {
  /** The first day of watching. */
  readonly firstDay: number;
  passed: PassedEvent[];
}

export function createShortEvents(firstDay: number): ShortEvents {
  return { firstDay, passed: [] };
}

/** An excursion that began at `startMs` went away by itself. */
export function noteShortEvent(
  { passed }: ShortEvents,
  day: number,
  startMs: number,
  lastedH: number,
  pressureFell: boolean,
): void {
  passed.push({ day, startMs, lastedH, pressureFell });
}

/** True when one began at this time of the week before: somebody's timer, not a burst. */
export function isRecurring({ passed }: ShortEvents, startMs: number): boolean {
  return passed.some((one) => {
    const weeks = Math.round((startMs - one.startMs) / WEEK_MS);
    return weeks >= 1 && weeks <= 4 && Math.abs(startMs - one.startMs - weeks * WEEK_MS) <= SAME_TIME_MS;
  });
}

/**
 * Hours an excursion must last to be called a burst. Where pressure fell with it, only what passed and made pressure fall as well is held
 * against it, and the district need not be known.
 */
export function burstPatienceH(events: ShortEvents, day: number, pressureFell: boolean): number {
  const longest = longestEventH(events, day, pressureFell);
  if (longest === 0 && pressureFell) return WITNESSED_PATIENCE_H;
  if (longest === 0) return day - events.firstDay < KNOWN_DAYS ? UNKNOWN_PATIENCE_H : 1;
  return Math.min(MOST_PATIENCE_H, Math.max(LEAST_PATIENCE_H, LONGER * longest));
}

/** Of those that made pressure fall, or of all. What is too old is forgotten with it. */
export function longestEventH(events: ShortEvents, day: number, pressureFell = false): number {
  events.passed = events.passed.filter((one) => day - one.day <= MEMORY_DAYS);
  const alike = pressureFell ? events.passed.filter((one) => one.pressureFell) : events.passed;
  return Math.max(0, ...alike.map(({ lastedH }) => lastedH));
}
