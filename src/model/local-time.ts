/**
 * Wall clock of an IANA zone. Times are stored as ms UTC; whatever people mean by "two in the morning" is resolved here, by the
 * zone's own rules for that day.
 *
 * A local date is text, YYYY-MM-DD; a local minute counts from midnight on the wall clock, whatever the clock skipped before.
 * An unknown zone or a time that is not a number is a RangeError of Intl; a date that does not exist is a Failure.
 */
import { DAY_MS, MINUTE_MS } from "./clock.ts";
import { Failure } from "./failure.ts";
import type { TimeRange } from "./sample.ts";
import type { NightWindow } from "./utility.ts";

/** Offsets of one UTC day: `before` until switchMs, `after` from then on. On most days the clock is never switched. */
interface DayOffsets {
  readonly before: number;
  readonly after: number;
  readonly switchMs: number;
}

/**
 * Asking Intl costs microseconds, so each zone remembers its offsets by UTC day: two questions for a day, seventeen more on the two
 * days a year on which the clock is switched. That rests on no zone switching its clock twice within one UTC day.
 */
interface ZoneCache {
  readonly format: Intl.DateTimeFormat;
  readonly days: Map<number, DayOffsets>;
}

/** Ten years and more: some 150 kB a zone. */
const DAYS_REMEMBERED = 4_000;
const SECOND_MS = 1000;

const zones = new Map<string, ZoneCache>();

/** Offset of the zone's wall clock from UTC at an instant, ms, east positive. */
export function offsetMs(timeMs: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const day = Math.floor(timeMs / DAY_MS);
  const offsets = zone.days.get(day) ?? rememberDay(zone, day);
  return timeMs < offsets.switchMs ? offsets.before : offsets.after;
}

/** The date on the wall clock, YYYY-MM-DD. */
export function localDateOf(timeMs: number, timeZone: string): string {
  return dateText(timeMs + offsetMs(timeMs, timeZone));
}

/** Whole minutes on the wall clock since midnight, 0..1439. In the repeated hour of autumn each minute comes twice. */
export function localMinuteOfDay(timeMs: number, timeZone: string): number {
  const wallMs = timeMs + offsetMs(timeMs, timeZone);
  return Math.floor((wallMs - Math.floor(wallMs / DAY_MS) * DAY_MS) / MINUTE_MS);
}

/** ISO 8601 day of the week of a local date: 1 Monday .. 7 Sunday. */
export function dayOfWeek(date: string): number {
  return new Date(wallMsOf(date)).getUTCDay() || 7;
}

/** The date so many days later, or earlier when negative. */
export function addDays(date: string, days: number): string {
  return dateText(wallMsOf(date) + days * DAY_MS);
}

export interface LocalTime {
  readonly date: string;
  /** Minutes after midnight on the wall clock; beyond 1439 it is a minute of a later date, below 0 of an earlier one. */
  readonly minute: number;
}

/**
 * The first instant at which the wall clock has reached a local time: of a repeated hour the first pass; for a time that the clock
 * skips, the instant of the skip. So ranges between successive local times neither overlap nor leave a gap.
 */
export function utcOfLocal({ date, minute }: LocalTime, timeZone: string): number {
  const wallMs = wallMsOf(date) + minute * MINUTE_MS;
  // A day to either side reaches beyond any switch that could concern this time.
  const byEarlierOffset = wallMs - offsetMs(wallMs - DAY_MS, timeZone);
  const byLaterOffset = wallMs - offsetMs(wallMs + DAY_MS, timeZone);
  const [first, last] =
    byEarlierOffset < byLaterOffset ? [byEarlierOffset, byLaterOffset] : [byLaterOffset, byEarlierOffset];
  if (first + offsetMs(first, timeZone) === wallMs) return first;
  if (last + offsetMs(last, timeZone) === wallMs) return last;
  return switchBetween(zoneOf(timeZone).format, first, last);
}

/** A local day from midnight to midnight: 23, 24 or 25 hours. */
export function dayRangeOf(date: string, timeZone: string): TimeRange {
  return {
    fromMs: utcOfLocal({ date, minute: 0 }, timeZone),
    toMs: utcOfLocal({ date, minute: 24 * 60 }, timeZone),
  };
}

/**
 * The night window of a morning. A window whose start is not before its end begins on the evening before. It is as long as the wall
 * clock makes it: 02:00-04:00 lasts 1 h when the clock skips an hour in it, and 3 h when it repeats one.
 */
export function nightWindowOf(
  date: string,
  timeZone: string,
  { startMinute, endMinute }: NightWindow,
): TimeRange {
  const startDate = startMinute < endMinute ? date : addDays(date, -1);
  return {
    fromMs: utcOfLocal({ date: startDate, minute: startMinute }, timeZone),
    toMs: utcOfLocal({ date, minute: endMinute }, timeZone),
  };
}

const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** Midnight of a date as if the wall clock were UTC. */
function wallMsOf(date: string): number {
  const wallMs = datePattern.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // Some parsers roll 30 February over into March: only a date that reads back the same exists.
  if (!Number.isFinite(wallMs) || dateText(wallMs) !== date) {
    throw new Failure("invalid-date", `"${date}" is not a date such as 2026-03-29`);
  }
  return wallMs;
}

function dateText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

function rememberDay(zone: ZoneCache, day: number): DayOffsets {
  const [startMs, endMs] = [day * DAY_MS, (day + 1) * DAY_MS];
  // A day ends as the next one begins, so that going through history costs one question a day.
  const yesterday = zone.days.get(day - 1);
  const before = yesterday?.after ?? askOffset(zone.format, startMs);
  const after = zone.days.get(day + 1)?.before ?? askOffset(zone.format, endMs);
  const isSwitched = before !== after;
  // Days without a switch are alike, and share one record until the next.
  const offsets =
    yesterday && !isSwitched && yesterday.before === yesterday.after
      ? yesterday
      : { before, after, switchMs: isSwitched ? switchBetween(zone.format, startMs, endMs) : endMs };
  if (zone.days.size >= DAYS_REMEMBERED) zone.days.clear();
  zone.days.set(day, offsets);
  return offsets;
}

/** The second at which the offset changes, between two instants whose offsets differ. */
function switchBetween(format: Intl.DateTimeFormat, fromMs: number, toMs: number): number {
  const before = askOffset(format, fromMs);
  let lastBefore = Math.floor(fromMs / SECOND_MS);
  let firstAfter = Math.ceil(toMs / SECOND_MS);
  while (firstAfter - lastBefore > 1) {
    const middle = Math.floor((lastBefore + firstAfter) / 2);
    if (askOffset(format, middle * SECOND_MS) === before) lastBefore = middle;
    else firstAfter = middle;
  }
  return firstAfter * SECOND_MS;
}

function askOffset(format: Intl.DateTimeFormat, timeMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(timeMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(timeMs / SECOND_MS) * SECOND_MS;
}

function zoneOf(timeZone: string): ZoneCache {
  const known = zones.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const zone = { format, days: new Map<number, DayOffsets>() };
  zones.set(timeZone, zone);
  return zone;
}
