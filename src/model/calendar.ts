/**
 * Days on which people are known to use water otherwise: public holidays, a festival, Ramadan. By local date, in the district's zone. Pure.
 */
import { addDays, localDateOf, utcOfLocal } from "./local-time.ts";
import type { CalendarEntry } from "./utility.ts";

export interface CalendarDay {
  readonly name: string;
  /** Until then a rise that began on it may be the day's, ms UTC. */
  readonly heldUntilMs: number;
}

/** After so many days what a long season does is usual, and judged as any day is. */
const HELD_DAYS = 3;

/** The entry an instant falls in, or in the night after; null on any other day. Throws for a zone or a date that does not exist. */
export function calendarDayAt(
  entries: readonly CalendarEntry[],
  timeZone: string,
  timeMs: number,
): CalendarDay | null {
  if (entries.length === 0) return null;
  const date = localDateOf(timeMs, timeZone);
  const before = addDays(date, -1);
  const entry = entries.find(
    ({ from, to }) => (from <= date && date <= to) || (from <= before && before <= to),
  );
  if (!entry) return null;
  const longest = addDays(entry.from, HELD_DAYS - 1);
  const [lastHeld = longest] = [entry.to, longest].sort();
  // The morning after the last of these days belongs to it: people sleep late.
  const heldUntilMs = utcOfLocal({ date: addDays(lastHeld, 1), minute: 12 * 60 }, timeZone);
  return timeMs < heldUntilMs ? { name: entry.name, heldUntilMs } : null;
}
