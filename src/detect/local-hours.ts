/**
 * Net inflow by hour of the wall clock, gathered into days that run from 06:00 to 06:00: so that a night is never cut, and a day
 * can be judged when its night is over.
 */
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { offsetMs } from "../model/local-time.ts";

export const HOURS = 24;
/** Days begin at this hour of the wall clock. */
const FIRST_HOUR = 6;
/** An hour is known when so much of it is. */
const LEAST_SHARE = 0.5;
/** What is known must not lie to one side of the hour: before a morning's peak its last half is not what the hour is. */
const MOST_OFF_MIDDLE_MS = 10 * MINUTE_MS;

/** An hour of the wall clock: one that the clock skips is none, one that it repeats comes twice. */
export interface WallHour {
  /** Days of the wall clock since 1970 of the morning that ends this hour's day. */
  readonly day: number;
  /** 0 is 06:00 to 07:00, 23 is 05:00 to 06:00. */
  readonly hour: number;
}

export interface LocalHour extends WallHour {
  readonly startMs: number;
  readonly endMs: number;
  /** NaN when too little of the hour is known. */
  readonly flowM3h: number;
}

/** The hour of the wall clock that is open. */
export interface LocalHours {
  readonly timeZone: string;
  /** Hours of the wall clock since 1970; NaN while none is open. */
  wallHour: number;
  firstMs: number;
  endMs: number;
  knownMs: number;
  volume: number;
  /** Known time, weighted by how far it is from the middle of the hour. */
  offMiddle: number;
}

export function createLocalHours(timeZone: string): LocalHours {
  return {
    timeZone,
    wallHour: Number.NaN,
    firstMs: Number.NaN,
    endMs: Number.NaN,
    knownMs: 0,
    volume: 0,
    offMiddle: 0,
  };
}

/** Net inflow of the next slot, NaN when unknown. Hands back the hours that are over with it. */
export function hoursOver(
  hours: LocalHours,
  startMs: number,
  endMs: number,
  flowM3h: number,
): readonly LocalHour[] {
  const closed: LocalHour[] = [];
  for (let atMs = startMs; atMs < endMs; ) {
    const wallMs = atMs + offsetMs(atMs, hours.timeZone);
    const hour = Math.floor(wallMs / HOUR_MS);
    const hourEndMs = atMs + ((hour + 1) * HOUR_MS - wallMs);
    // Only after a silence: the hour that was begun is over.
    if (hour !== hours.wallHour && !Number.isNaN(hours.wallHour)) closed.push(closeHour(hours));
    if (Number.isNaN(hours.wallHour)) openHour(hours, hour, atMs, hourEndMs);
    const nextMs = Math.min(endMs, hourEndMs);
    if (!Number.isNaN(flowM3h)) {
      hours.volume += flowM3h * (nextMs - atMs);
      hours.knownMs += nextMs - atMs;
      hours.offMiddle += ((atMs + nextMs) / 2 - (hourEndMs - HOUR_MS / 2)) * (nextMs - atMs);
    }
    if (nextMs === hourEndMs) closed.push(closeHour(hours));
    atMs = nextMs;
  }
  return closed;
}

function closeHour(hours: LocalHours): LocalHour {
  const { wallHour, firstMs, endMs, knownMs, volume, offMiddle } = hours;
  const isKnown =
    knownMs >= LEAST_SHARE * (endMs - firstMs) && Math.abs(offMiddle) <= MOST_OFF_MIDDLE_MS * knownMs;
  hours.wallHour = Number.NaN;
  return {
    ...dayAndHour(wallHour),
    startMs: firstMs,
    endMs,
    flowM3h: isKnown ? volume / knownMs : Number.NaN,
  };
}

function openHour(hours: LocalHours, wallHour: number, startMs: number, endMs: number): void {
  hours.wallHour = wallHour;
  hours.firstMs = startMs;
  hours.endMs = endMs;
  hours.knownMs = 0;
  hours.volume = 0;
  hours.offMiddle = 0;
}

/** The hour that an instant falls in. */
export function wallHourAt(timeMs: number, timeZone: string): WallHour {
  return dayAndHour(Math.floor((timeMs + offsetMs(timeMs, timeZone)) / HOUR_MS));
}

/** Of hours of the wall clock since 1970. */
function dayAndHour(wallHour: number): WallHour {
  const wallDay = Math.floor((wallHour - FIRST_HOUR) / HOURS);
  return { day: wallDay + 1, hour: wallHour - FIRST_HOUR - wallDay * HOURS };
}

/** 0 Sunday .. 6 Saturday, of the morning that ends a day. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
