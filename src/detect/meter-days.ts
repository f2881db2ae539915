/**
 * The last weeks of one meter as it read, by local day and hour: what its readings are compared with when the meter itself is in doubt.
 * Unlike the flow history of a district nothing here is ever rebased. Memory is bounded: 44 days of 24 numbers.
 */
import { createLocalHours, HOURS, hoursOver, type LocalHours } from "./local-hours.ts";

export const WEEK_DAYS = 7;
const DAYS_KEPT = 44;

export interface MeterDay {
  /** As in local hours: days of the wall clock since 1970 of the morning that ends it. */
  readonly day: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Hour 0 begins at 06:00; NaN where unknown. */
  readonly flowsM3h: Float32Array;
}

export interface MeterDays {
  readonly hours: LocalHours;
  /** By day modulo the days kept. */
  readonly kept: (MeterDay | null)[];
  openDay: number;
  openStartMs: number;
  openFlowsM3h: Float32Array;
}

export function createMeterDays(timeZone: string): MeterDays {
  return {
    hours: createLocalHours(timeZone),
    kept: Array.from({ length: DAYS_KEPT }, () => null),
    openDay: Number.NaN,
    openStartMs: Number.NaN,
    openFlowsM3h: unknownHours(),
  };
}

const NO_DAYS: readonly MeterDay[] = [];

/** The next slot, NaN when unknown. Hands back the days it closes: two when after a silence the first hour is a day's last. */
export function meterDaysOver(
  days: MeterDays,
  startMs: number,
  endMs: number,
  flowM3h: number,
): readonly MeterDay[] {
  let closed = NO_DAYS;
  for (const hour of hoursOver(days.hours, startMs, endMs, flowM3h)) {
    if (!Number.isNaN(days.openDay) && hour.day !== days.openDay)
      closed = [...closed, closeMeterDay(days, hour.startMs)];
    if (Number.isNaN(days.openDay)) {
      days.openDay = hour.day;
      days.openStartMs = hour.startMs;
    }
    days.openFlowsM3h[hour.hour] = hour.flowM3h;
    if (hour.hour === HOURS - 1) closed = [...closed, closeMeterDay(days, hour.endMs)];
  }
  return closed;
}

/**
 * Mean by hour of the days from `fromDay` on, before `untilDay`; null with fewer than `least` of them known in half
 * their hours.
 */
export function meanOfDays(
  days: MeterDays,
  fromDay: number,
  untilDay: number,
  least: number,
): Float64Array | null {
  const sums = new Float64Array(HOURS);
  const counts = new Uint32Array(HOURS);
  let known = 0;
  for (let day = fromDay; day < untilDay; day += 1) {
    const found = meterDayAt(days, day);
    if (!found) continue;
    let hoursKnown = 0;
    for (let hour = 0; hour < HOURS; hour += 1) {
      const flow = found.flowsM3h[hour]!;
      if (Number.isNaN(flow)) continue;
      sums[hour]! += flow;
      counts[hour]! += 1;
      hoursKnown += 1;
    }
    if (hoursKnown >= HOURS / 2) known += 1;
  }
  return known >= least ? sums.map((sum, hour) => sum / counts[hour]!) : null;
}

export function meterDayAt({ kept }: MeterDays, day: number): MeterDay | null {
  const found = kept[meterDayPlace(day)];
  return found?.day === day ? found : null;
}

/** What it read then was wrong: nothing is held against the days that began from then on, before `untilMs`. */
export function forgetMeterDays({ kept }: MeterDays, fromMs: number, untilMs: number): void {
  for (const [place, day] of kept.entries())
    if (day && day.startMs >= fromMs && day.startMs < untilMs) kept[place] = null;
}

function closeMeterDay(days: MeterDays, endMs: number): MeterDay {
  const { openDay: day, openStartMs: startMs, openFlowsM3h: flowsM3h } = days;
  const closed: MeterDay = { day, startMs, endMs, flowsM3h };
  days.kept[meterDayPlace(day)] = closed;
  days.openFlowsM3h = unknownHours();
  days.openDay = Number.NaN;
  return closed;
}

function meterDayPlace(day: number): number {
  return ((day % DAYS_KEPT) + DAYS_KEPT) % DAYS_KEPT;
}

function unknownHours(): Float32Array {
  return new Float32Array(HOURS).fill(Number.NaN);
}
