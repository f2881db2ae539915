/** A meter's health by its days: its clock, and its drift. Beside sensor-health.ts, which looks at every slot. */
import type { Verdict } from "../model/verdict.ts";
import { type ClockWatch, createClockWatch, watchClock } from "./clock-watch.ts";
import { createDriftWatch, type DriftWatch, watchDrift } from "./drift-watch.ts";
import { NO_VERDICTS } from "./fault-watch.ts";
import { type GrowthBoard, growthOfOthers, noteGrowth, othersMoved } from "./growth-board.ts";
import { growthShape, mayBeProportional } from "./growth-shape.ts";
import {
  createMeterDays,
  type MeterDay,
  type MeterDays,
  meanOfDays,
  meterDayAt,
  meterDaysOver,
  WEEK_DAYS,
} from "./meter-days.ts";

/** Another meter of the district that changed by this share of what this one has changed by may have given or taken it. */
const SIBLING_SHARE = 0.4;

export interface MeterHealth {
  readonly id: string;
  readonly days: MeterDays;
  readonly clock: ClockWatch;
  readonly drift: DriftWatch;
  newest: MeterDay | null;
}

export interface MeterSurroundings {
  readonly board: GrowthBoard;
  /** The district's other meters: water that comes by another inlet is no drift. */
  readonly siblings: readonly string[];
  /** Whether it is known why the meter reads otherwise than weeks before: a boundary valve, or the balance has shown it to drift. */
  isExplained(timeMs: number): boolean;
  /** Whether tanks or other meters have taken, on that day, what this one read otherwise than usual: then the water came so. */
  balanceHolds(day: number): boolean;
}

export function createMeterHealth(id: string, timeZone: string): MeterHealth {
  const subject = { kind: "sensor", id } as const;
  return {
    id,
    days: createMeterDays(timeZone),
    clock: createClockWatch(subject),
    drift: createDriftWatch(subject),
    newest: null,
  };
}

/** The next slot's flow, NaN when unknown or not trusted by the slot. */
export function watchMeter(
  health: MeterHealth,
  startMs: number,
  endMs: number,
  flowM3h: number,
  surroundings: MeterSurroundings,
): readonly Verdict[] {
  let found = NO_VERDICTS;
  for (const newest of meterDaysOver(health.days, startMs, endMs, flowM3h))
    found = [...found, ...watchMeterDay(health, newest, endMs, surroundings)];
  return found;
}

function watchMeterDay(
  health: MeterHealth,
  newest: MeterDay,
  nowMs: number,
  surroundings: MeterSurroundings,
): readonly Verdict[] {
  const { id, days, clock, drift } = health;
  health.newest = newest;
  const { board, siblings } = surroundings;
  const shifted = watchClock(clock, newest, days, (day) => surroundings.balanceHolds(day));
  const drifting = watchDrift(drift, newest, days, {
    commonGrowth: (day) => growthOfOthers(board, id, day),
    isExplained: (changedM3h) =>
      surroundings.isExplained(nowMs) ||
      othersMoved(board, siblings, newest.day, SIBLING_SHARE * Math.abs(changedM3h)),
  });
  noteGrowth(board, id, newest.day, drift.growthShare, drift.meanM3h);
  return [...shifted, ...drifting];
}

export function isMeterWithdrawn({ clock, drift }: MeterHealth): boolean {
  return clock.shifted !== null || drift.drifting !== null;
}

/**
 * True when what it reads since then stands off the week before by one share of the flow. False while that is not
 * known.
 */
export function readsInProportion({ newest, days }: MeterHealth, sinceMs: number): boolean {
  if (!newest) return false;
  // The first whole day since.
  let first = newest.day + 1;
  while (
    first > newest.day - 35 &&
    (meterDayAt(days, first - 1)?.startMs ?? Number.NEGATIVE_INFINITY) >= sinceMs
  )
    first -= 1;
  const from = Math.max(first, newest.day - WEEK_DAYS + 1);
  const after = meanOfDays(days, from, newest.day + 1, 1);
  const before = meanOfDays(days, first - WEEK_DAYS, first, WEEK_DAYS - 2);
  const shape = before && after && growthShape(before, after);
  return shape ? mayBeProportional(shape) : false;
}
