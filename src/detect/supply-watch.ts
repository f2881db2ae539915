/**
 * Intermittent supply, slot by slot: each supply that was seen to begin and to end, by zone pressure, and what its steady part took at the
 * least. One outage does not make a district intermittent, nor a day without one a steady one.
 */
import { minimumPressurisedFlow } from "../leakage/minimum-pressurised-flow.ts";
import { slotGridOf } from "../leakage/slot-grid.ts";
import { SUPPLY_OFF_BELOW_M, supplyPhasesByPressure } from "../leakage/supply-phase.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { offsetMs } from "../model/local-time.ts";
import { HOURS } from "./local-hours.ts";
import type { SteadyHours } from "./pressure-curve.ts";

/** Pressure that is gone for less is no end of the supply. */
const OFF_MS = 30 * MINUTE_MS;
/** What lasts longer is steady supply: its minimum is that of a night. */
const MOST_SUPPLY_MS = 36 * HOUR_MS;
/** So many supplies that ended within this time make the supply intermittent. */
const WITHIN_MS = 7 * DAY_MS;
const LEAST_ENDED = 3;
/** It is steady again once it was not off for so long. */
const STEADY_AGAIN_MS = 3 * DAY_MS;
/** A supply with less of its slots known says nothing. */
const LEAST_KNOWN_SHARE = 0.8;

export interface Supply {
  readonly startMs: number;
  readonly endMs: number;
  /** Mean of its least steady hour; null when it has none that is known. */
  readonly leastM3h: number | null;
  /** Means by hour of the wall clock, 0 from midnight; NaN where it had none. */
  readonly hoursM3h: Float64Array;
  readonly steady: SteadyHours;
}

export interface SupplyWatch {
  readonly timeZone: string;
  readonly slotMs: number;
  /** Of the supply that is on; empty while it is off, or was on before anybody looked. */
  flowsM3h: number[];
  pressuresM: number[];
  startMs: number;
  offSinceMs: number;
  newestMs: number;
  seenOff: boolean;
  /** Of the last week, oldest first. */
  ended: { readonly startMs: number; readonly endMs: number }[];
}

export function createSupplyWatch(timeZone: string, slotMs: number): SupplyWatch {
  return {
    timeZone,
    slotMs,
    flowsM3h: [],
    pressuresM: [],
    startMs: Number.NaN,
    offSinceMs: Number.NaN,
    newestMs: Number.NEGATIVE_INFINITY,
    seenOff: false,
    ended: [],
  };
}

/** The next slot; NaN where unknown. Hands back the supply that is seen to be over with it. */
export function supplyOver(
  watch: SupplyWatch,
  fromMs: number,
  endMs: number,
  flowM3h: number,
  pressureM: number,
): Supply | null {
  // After a silence nobody judged, what was on may have been off.
  if (fromMs !== watch.newestMs) {
    forget(watch);
    watch.seenOff = false;
    watch.offSinceMs = Number.NaN;
  }
  watch.newestMs = endMs;
  const isOff = pressureM < SUPPLY_OFF_BELOW_M;
  if (isOff && Number.isNaN(watch.offSinceMs)) watch.offSinceMs = fromMs;
  if (!isOff && !Number.isNaN(pressureM)) watch.offSinceMs = Number.NaN;
  if (endMs - watch.offSinceMs >= OFF_MS) {
    watch.seenOff = true;
    return Number.isNaN(watch.startMs) ? null : closeSupply(watch, watch.offSinceMs);
  }
  if (!watch.seenOff || (Number.isNaN(watch.startMs) && (isOff || Number.isNaN(pressureM)))) return null;
  if (Number.isNaN(watch.startMs)) watch.startMs = fromMs;
  watch.flowsM3h.push(flowM3h);
  watch.pressuresM.push(pressureM);
  if (endMs - watch.startMs > MOST_SUPPLY_MS) {
    forget(watch);
    watch.seenOff = false;
  }
  return null;
}

export function isIntermittent({ ended, newestMs }: SupplyWatch): boolean {
  const recent = ended.filter((one) => one.endMs > newestMs - WITHIN_MS);
  return recent.length >= LEAST_ENDED && newestMs - recent.at(-1)!.endMs < STEADY_AGAIN_MS;
}

/** Of the last week's supplies, h/day; NaN before there were any. */
export function suppliedHPerDay({ ended }: SupplyWatch): number {
  const [first] = ended;
  const last = ended.at(-1);
  if (!first || !last || last === first) return Number.NaN;
  const suppliedMs = ended.slice(1).reduce((sum, one) => sum + one.endMs - one.startMs, 0);
  return (24 * suppliedMs) / (last.endMs - first.endMs);
}

function forget(watch: SupplyWatch): void {
  watch.flowsM3h = [];
  watch.pressuresM = [];
  watch.startMs = Number.NaN;
}

function closeSupply(watch: SupplyWatch, endMs: number): Supply {
  const { startMs, slotMs, timeZone, flowsM3h, pressuresM } = watch;
  const slots = Math.round((endMs - startMs) / slotMs);
  const when = { startMs, slotMs, timeZone };
  const supply = supplyOf(flowsM3h.slice(0, slots), pressuresM.slice(0, slots), when);
  forget(watch);
  watch.ended = [...watch.ended.filter((one) => one.endMs > endMs - WITHIN_MS), { startMs, endMs }];
  return supply;
}

function supplyOf(
  flows: readonly number[],
  pressures: readonly number[],
  {
    startMs,
    slotMs,
    timeZone,
  }: { readonly startMs: number; readonly slotMs: number; readonly timeZone: string },
): Supply {
  // Off before and after, so that filling and draining are seen.
  const flowsM3h = Float64Array.from([Number.NaN, ...flows, Number.NaN]);
  const phases = supplyPhasesByPressure(Float64Array.from([0, ...pressures, 0]));
  const endMs = startMs + flows.length * slotMs;
  const grid = slotGridOf({ fromMs: startMs - slotMs, toMs: endMs + slotMs }, slotMs);
  const known = flows.filter((flowM3h) => !Number.isNaN(flowM3h)).length;
  const minimum = minimumPressurisedFlow({ grid, flowsM3h }, phases, 1);
  const isKnown = minimum.kind === "assessed" && known >= LEAST_KNOWN_SHARE * flows.length;
  const hourOf = (slot: number) => {
    const atMs = startMs + slot * slotMs;
    return Math.floor(((atMs + offsetMs(atMs, timeZone)) % DAY_MS) / HOUR_MS);
  };
  // An hour that the supply has half of or less is another hour every day.
  const byHour = (values: readonly number[]) => meansByHour(values, hourOf, HOUR_MS / 2 / slotMs);
  // Flow and pressure of the same slots. The phases begin with the slot before.
  const steady = (values: readonly number[], others: readonly number[]) =>
    byHour(
      values.map((value, slot) =>
        phases[slot + 1] === "steady" && !Number.isNaN(others[slot]!) ? value : Number.NaN,
      ),
    );
  return {
    startMs,
    endMs,
    leastM3h: isKnown ? minimum.flowM3h : null,
    hoursM3h: byHour(flows),
    steady: { flowsM3h: steady(flows, pressures), pressuresM: steady(pressures, flows) },
  };
}

/** NaN for an hour with no more known slots than `moreThan`. */
function meansByHour(
  values: readonly number[],
  hourOf: (slot: number) => number,
  moreThan: number,
): Float64Array {
  const sums = new Float64Array(HOURS);
  const counts = new Uint32Array(HOURS);
  for (const [slot, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const hour = hourOf(slot);
    sums[hour]! += value;
    counts[hour]! += 1;
  }
  return sums.map((sum, hour) => (counts[hour]! > moreThan ? sum / counts[hour]! : Number.NaN));
}
