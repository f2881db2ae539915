/**
 * The last weeks of one meter as it read, by local day and hour: what its readings are compared with when the meter itself is in doubt.
 * Unlike the flow history of a district nothing here is ever rebased. Memory is bounded: 44 days of 24 numbers.
 */
import { createLocalHours, HOURS } from "./local-hours.ts";

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
  /** The next slot, NaN when unknown. Hands back the day it closes, if it does. */
  observe(startMs: number, endMs: number, flowM3h: number): MeterDay | null;
  /** Mean by hour of the days from `fromDay` on, before `untilDay`; null with fewer than `least` of them known in half their hours. */
  mean(fromDay: number, untilDay: number, least: number): Float64Array | null;
  dayAt(day: number): MeterDay | null;
}

export function createMeterDays(timeZone: string): MeterDays {
  const hours = createLocalHours(timeZone);
  /** By day modulo the days kept. */
  const kept: (MeterDay | undefined)[] = Array.from({ length: DAYS_KEPT });
  let openDay = Number.NaN;
  let openStartMs = Number.NaN;
  let open = new Float32Array(HOURS).fill(Number.NaN);

  const dayAt = (day: number): MeterDay | null => {
    const found = kept[((day % DAYS_KEPT) + DAYS_KEPT) % DAYS_KEPT];
    return found?.day === day ? found : null;
  };

  function close(endMs: number): MeterDay {
    const closed: MeterDay = { day: openDay, startMs: openStartMs, endMs, flowsM3h: open };
    kept[((openDay % DAYS_KEPT) + DAYS_KEPT) % DAYS_KEPT] = closed;
    open = new Float32Array(HOURS).fill(Number.NaN);
    openDay = Number.NaN;
    return closed;
  }

  return {
    dayAt,
    observe(startMs, endMs, flowM3h) {
      let closed: MeterDay | null = null;
      for (const hour of hours.observe(startMs, endMs, flowM3h)) {
        if (!Number.isNaN(openDay) && hour.day !== openDay) closed = close(hour.startMs);
        if (Number.isNaN(openDay)) {
          openDay = hour.day;
          openStartMs = hour.startMs;
        }
        open[hour.hour] = hour.flowM3h;
        if (hour.hour === HOURS - 1) closed = close(hour.endMs);
      }
      return closed;
    },
    mean(fromDay, untilDay, least) {
      const sums = new Float64Array(HOURS);
      const counts = new Uint32Array(HOURS);
      let known = 0;
      for (let day = fromDay; day < untilDay; day += 1) {
        const found = dayAt(day);
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
    },
  };
}
