/**
 * Wall clock of an IANA zone. Times are stored as ms UTC; whatever people mean by "two in the morning" is resolved here, by the
 * zone's own rules for that day.
 */
import { HOUR_MS } from "./clock.ts";

interface ZoneCache {
  readonly format: Intl.DateTimeFormat;
  /** Offset by UTC hour. Every zone in use changes its offset on a quarter hour at the earliest: keys are quarter hours. */
  readonly offsets: Map<number, number>;
}

const zones = new Map<string, ZoneCache>();
const QUARTER_MS = HOUR_MS / 4;
const CACHE_LIMIT = 100_000;

/** Offset of the zone's wall clock from UTC at an instant, ms, east positive. Throws RangeError for an unknown zone. */
export function offsetMs(timeMs: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const quarter = Math.floor(timeMs / QUARTER_MS);
  const known = zone.offsets.get(quarter);
  if (known !== undefined) return known;
  const startMs = quarter * QUARTER_MS;
  const part: Record<string, number> = {};
  for (const { type, value } of zone.format.formatToParts(startMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - startMs;
  if (zone.offsets.size >= CACHE_LIMIT) zone.offsets.clear();
  zone.offsets.set(quarter, offset);
  return offset;
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
  const zone = { format, offsets: new Map<number, number>() };
  zones.set(timeZone, zone);
  return zone;
}
