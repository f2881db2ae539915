/**
 * Intermittent supply cut into its phases. Water that enters while pipes and customers' tanks fill, or that drains away after the
 * supply has ended, says nothing of leaks; only the steady part between can be compared with another day's.
 *
 *   off -> filling -> steady -> draining -> off
 *
 * A supply that was on when the record began, or still is when it ends, has no filling, or no draining, that could be seen.
 */
import { requireBetween, requirePositive } from "./input.ts";
import { quantile } from "./quantile.ts";

/** Unknown where nothing was measured. */
export type SupplyPhase = "off" | "filling" | "steady" | "draining" | "unknown";

/** Columns of one supply: slots from `first` up to `end`, which is not part of it. */
export interface SupplyCycle {
  readonly first: number;
  readonly end: number;
  /** False for a supply that was on when the record began. */
  readonly beginSeen: boolean;
  /** False for a supply that was on when the record ended. */
  readonly endSeen: boolean;
}

/** Zone pressure in m below which there is no supply at the taps. */
export const SUPPLY_OFF_BELOW_M = 1;
/** Supply is steady between the first and the last slot that reach this share of its median pressure. */
const STEADY_PRESSURE_SHARE = 0.9;
/** Supply is steady between the first and the last slot whose inflow comes this near to its median. */
const STEADY_FLOW_REACH = 0.2;

/**
 * Phases by zone pressure, m, the surer way: it rises while pipes fill and falls while they drain. NaN is a slot without a
 * measurement. Throws unless offBelowM is above 0.
 */
export function supplyPhasesByPressure(
  pressuresM: Float64Array,
  offBelowM: number = SUPPLY_OFF_BELOW_M,
): SupplyPhase[] {
  requirePositive({ offBelowM });
  return phasesOf(
    pressuresM,
    (pressureM) => pressureM < offBelowM,
    (pressureM, medianM) => pressureM >= STEADY_PRESSURE_SHARE * medianM,
  );
}

/**
 * Phases by net inflow, m3/h, where no pressure is measured: high while pipes and tanks fill. Sure only where filling takes less than half
 * of the supply, because the median inflow of a supply stands for its steady part. NaN is a slot without a measurement. Throws
 * unless offBelowM3h, the inflow below which the supply counts as off, is above 0.
 */
export function supplyPhasesByFlow(flowsM3h: Float64Array, offBelowM3h: number): SupplyPhase[] {
  requirePositive({ offBelowM3h });
  return phasesOf(
    flowsM3h,
    (flowM3h) => flowM3h < offBelowM3h,
    (flowM3h, medianM3h) => Math.abs(flowM3h - medianM3h) <= STEADY_FLOW_REACH * medianM3h,
  );
}

/** The supplies of a record in order of time. Unknown slots do not end a supply: a gap in the data is not a closed valve. */
export function supplyCycles(phases: readonly SupplyPhase[]): SupplyCycle[] {
  return runsOf(phases.map((phase) => (phase === "unknown" ? null : phase === "off")));
}

export interface SupplyHours {
  /** T, 0..24 h/day of the time that is known; null when less than the required share of it is. */
  readonly hoursPerDay: number | null;
  /** Share of slots whose phase is known, 0..1; 0 for no slots. */
  readonly knownShare: number;
}

/** Hours of supply a day: the share of known slots that are not off, times 24. Throws unless requiredShare is 0..1. */
export function supplyHours(phases: readonly SupplyPhase[], requiredShare = 0.9): SupplyHours {
  requireBetween(0, 1, { requiredShare });
  const known = phases.filter((phase) => phase !== "unknown");
  const supplied = known.filter((phase) => phase !== "off").length;
  const knownShare = phases.length > 0 ? known.length / phases.length : 0;
  const enough = known.length > 0 && knownShare >= requiredShare;
  return { hoursPerDay: enough ? (24 * supplied) / known.length : null, knownShare };
}

function phasesOf(
  values: Float64Array,
  isOff: (value: number) => boolean,
  isSteady: (value: number, median: number) => boolean,
): SupplyPhase[] {
  const off = Array.from(values, (value) => (Number.isNaN(value) ? null : isOff(value)));
  const phases = off.map((isOffNow): SupplyPhase => (isOffNow === null ? "unknown" : "off"));
  for (const { first, end, beginSeen, endSeen } of runsOf(off)) {
    const known = Array.from(values.subarray(first, end)).filter((value) => !Number.isNaN(value));
    const median = quantile(known, 0.5) ?? Number.NaN;
    const steady = Array.from(values.subarray(first, end), (value) => isSteady(value, median));
    // Inflows that swing past their median without coming near it are a supply that never got beyond filling.
    const everSteady = steady.includes(true);
    const steadyFrom = beginSeen ? first + (everSteady ? steady.indexOf(true) : steady.length) : first;
    const steadyTo = endSeen && everSteady ? first + steady.lastIndexOf(true) : end;
    for (let slot = first; slot < end; slot += 1) {
      if (off[slot] === null) continue;
      phases[slot] = slot < steadyFrom ? "filling" : slot > steadyTo ? "draining" : "steady";
    }
  }
  return phases;
}

/** Runs of slots that are not off, from their first known slot to their last. */
function runsOf(off: readonly (boolean | null)[]): SupplyCycle[] {
  const runs: SupplyCycle[] = [];
  let wasOff: boolean | null = null;
  for (const [slot, isOff] of off.entries()) {
    if (isOff === null) continue;
    const run = wasOff === false ? runs.pop() : undefined;
    if (run) runs.push(isOff ? { ...run, endSeen: true } : { ...run, end: slot + 1 });
    else if (!isOff) runs.push({ first: slot, end: slot + 1, beginSeen: wasOff === true, endSeen: false });
    wasOff = isOff;
  }
  return runs;
}
