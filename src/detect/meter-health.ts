/** A meter's health by its days: its clock, and its drift. Beside sensor-health.ts, which looks at every slot. */
import type { Verdict } from "../model/verdict.ts";
import { createClockWatch } from "./clock-watch.ts";
import { createDriftWatch } from "./drift-watch.ts";
import { NO_VERDICTS } from "./fault-watch.ts";
import type { GrowthBoard } from "./growth-board.ts";
import { growthShape, mayBeProportional } from "./growth-shape.ts";
import { createMeterDays, type MeterDay, WEEK_DAYS } from "./meter-days.ts";

/** Another meter of the district that changed by this share of what this one has changed by may have given or taken it. */
const SIBLING_SHARE = 0.4;

export interface MeterHealth {
  /** The next slot's flow, NaN when unknown or not trusted by the slot. */
  observe(startMs: number, endMs: number, flowM3h: number): readonly Verdict[];
  isWithdrawn(): boolean;
  /** True when what it reads since then stands off the week before by one share of the flow. False while that is not known. */
  readsInProportion(sinceMs: number): boolean;
}

export interface MeterSurroundings {
  readonly timeZone: string;
  readonly board: GrowthBoard;
  /** The district's other meters: water that comes by another inlet is no drift. */
  readonly siblings: readonly string[];
  /** Whether it is known why the meter reads otherwise than weeks before: a boundary valve, or the balance has shown it to drift. */
  isExplained(timeMs: number): boolean;
  /** Whether tanks or other meters have taken, on that day, what this one read otherwise than usual: then the water came so. */
  balanceHolds(day: number): boolean;
}

export function createMeterHealth(
  id: string,
  { timeZone, board, siblings, isExplained, balanceHolds }: MeterSurroundings,
): MeterHealth {
  const days = createMeterDays(timeZone);
  const subject = { kind: "sensor", id } as const;
  const clock = createClockWatch(subject, balanceHolds);
  const drift = createDriftWatch(subject, (day) => board.others(id, day));
  let newest: MeterDay | null = null;
  return {
    observe(startMs, endMs, flowM3h) {
      const day = days.observe(startMs, endMs, flowM3h);
      if (!day) return NO_VERDICTS;
      newest = day;
      const shifted = clock.observe(day, days);
      const drifting = drift.observe(
        day,
        days,
        (changedM3h) =>
          isExplained(endMs) || board.moved(siblings, day.day, SIBLING_SHARE * Math.abs(changedM3h)),
      );
      board.note(id, day.day, drift.growthShare(), drift.meanM3h());
      return [...shifted, ...drifting];
    },
    isWithdrawn: () => clock.isWithdrawn() || drift.isWithdrawn(),
    readsInProportion(sinceMs) {
      if (!newest) return false;
      // The first whole day since.
      let first = newest.day + 1;
      while (
        first > newest.day - 35 &&
        (days.dayAt(first - 1)?.startMs ?? Number.NEGATIVE_INFINITY) >= sinceMs
      )
        first -= 1;
      const from = Math.max(first, newest.day - WEEK_DAYS + 1);
      const after = days.mean(from, newest.day + 1, 1);
      const before = days.mean(first - WEEK_DAYS, first, WEEK_DAYS - 2);
      const shape = before && after && growthShape(before, after);
      return shape ? mayBeProportional(shape) : false;
    },
  };
}
