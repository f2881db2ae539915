/**
 * Minimum night flow in the ways it is reported: mean of a fixed window, least 60-minute mean, least hour of the whole day, and the
 * weekly figure. All m3/h.
 */
import type { TimeRange } from "../model/sample.ts";
import { invalid } from "./input.ts";
import { knownShare, type NetInflow } from "./net-inflow.ts";
import { quantile } from "./quantile.ts";
import { slotLengthMs, slotStartMs } from "./slot-grid.ts";

const HOUR_MS = 3_600_000;

/** A day is assessable with 92 of its 96 quarter hours (UKWIR); other slots by the same share. */
const DAY_SHARE_REQUIRED = 92 / 96;
/** UKWIR 99/WM/08/21: rolling 7-day 20th percentile. */
const REPORTING_NIGHTS = 7;
const REPORTING_SHARE = 0.2;
/** The percentile of fewer nights than this would be that of one bad night. */
const REPORTING_NIGHTS_REQUIRED = 4;

/** Mean of the known slots, weighted by their length; null when none is known. */
export function meanFlow({ grid, flowsM3h }: NetInflow): number | null {
  let volume = 0;
  let knownMs = 0;
  for (let slot = 0; slot < grid.count; slot += 1) {
    const flow = flowsM3h[slot]!;
    if (Number.isNaN(flow)) continue;
    const lengthMs = slotLengthMs(grid, slot);
    volume += flow * lengthMs;
    knownMs += lengthMs;
  }
  return knownMs > 0 ? volume / knownMs : null;
}

export interface LeastHour {
  readonly flowM3h: number;
  readonly startMs: number;
}

/**
 * Least mean over 60 minutes of consecutive known slots that lie wholly within a range, the earliest of equal ones; null when
 * every hour has a gap. Slots that do not divide the hour make the span the next longer one: a slot of 90 minutes stands alone.
 */
export function leastHour(
  { grid, flowsM3h }: Pick<NetInflow, "grid" | "flowsM3h">,
  within: TimeRange = grid.range,
): LeastHour | null {
  const slotsInHour = Math.ceil(HOUR_MS / grid.slotMs);
  let least: LeastHour | null = null;
  for (let first = 0; first + slotsInHour <= grid.count; first += 1) {
    const startMs = slotStartMs(grid, first);
    if (startMs < within.fromMs || startMs + slotsInHour * grid.slotMs > within.toMs) continue;
    let sum = 0;
    for (let slot = first; slot < first + slotsInHour; slot += 1) sum += flowsM3h[slot]!;
    const flowM3h = sum / slotsInHour;
    // A gap makes the sum NaN, which is less than nothing.
    if (flowM3h < (least?.flowM3h ?? Number.POSITIVE_INFINITY)) least = { flowM3h, startMs };
  }
  return least;
}

export type MinimumOfDay =
  | {
      readonly kind: "assessed";
      readonly least: LeastHour;
      /** The least hour wholly within the night window; null when every hour there has a gap. */
      readonly leastOfNight: LeastHour | null;
      /** True when some hour outside the night window flows less than any within it: then the window is wrong for this day. */
      readonly outsideWindow: boolean;
    }
  | { readonly kind: "not-assessable"; readonly knownShare: number; readonly requiredShare: number };

/** Searches a whole local day; `night` is that day's night window. A day with less than 92 of 96 quarter hours is not assessable. */
export function minimumOfDay(day: NetInflow, night: TimeRange): MinimumOfDay {
  const share = knownShare(day.flowsM3h);
  const least = leastHour(day);
  if (!(share >= DAY_SHARE_REQUIRED) || !least) {
    return { kind: "not-assessable", knownShare: share, requiredShare: DAY_SHARE_REQUIRED };
  }
  const leastOfNight = leastHour(day, night);
  const outsideWindow = leastOfNight === null || least.flowM3h < leastOfNight.flowM3h;
  return { kind: "assessed", least, leastOfNight, outsideWindow };
}

/**
 * The reporting value of the last seven nights, oldest or newest first alike: the 20th percentile of those that were assessable. Null
 * with fewer than four. Throws for more than seven nights.
 */
export function reportingNightFlow(nightsM3h: readonly (number | null)[]): number | null {
  if (nightsM3h.length > REPORTING_NIGHTS) {
    throw invalid("nightsM3h", `${nightsM3h.length} nights`, `at most ${REPORTING_NIGHTS} nights`);
  }
  const assessed = nightsM3h.filter((flow) => flow !== null);
  return assessed.length < REPORTING_NIGHTS_REQUIRED ? null : quantile(assessed, REPORTING_SHARE);
}
