/**
 * Indicators of networks that are under pressure for part of the day ("w.s.p.", when the system is pressurised): without the correction
 * few hours of supply look like good pipes. The hours stay with every indicator, for without them it says nothing.
 */
import { requireAtLeast, requireBetween, requireFinite, requirePositive } from "./input.ts";

const HOURS_PER_DAY = 24;
const L_PER_M3 = 1000;

export interface PerDayOfSupply {
  readonly value: number;
  /** T, hours of supply a day. */
  readonly supplyHoursPerDay: number;
}

/** UARL x T/24, in the unit given. Throws for negative losses or T outside 0..24. */
export function unavoidableLossesWhenSupplied(
  unavoidableLosses: number,
  supplyHoursPerDay: number,
): PerDayOfSupply {
  requireAtLeast(0, { unavoidableLosses });
  requireSupplyHours(supplyHoursPerDay);
  return { value: (unavoidableLosses * supplyHoursPerDay) / HOURS_PER_DAY, supplyHoursPerDay };
}

/** Real losses RL/Nc x 24/T, L/connection/day of full supply. Throws without connections or with T outside 0..24. */
export function lossesPerConnectionWhenSupplied(
  realLossesM3PerDay: number,
  connections: number,
  supplyHoursPerDay: number,
): PerDayOfSupply {
  requireFinite({ realLossesM3PerDay });
  requirePositive({ connections });
  requireSupplyHours(supplyHoursPerDay);
  const value = ((realLossesM3PerDay * L_PER_M3) / connections) * (HOURS_PER_DAY / supplyHoursPerDay);
  return { value, supplyHoursPerDay };
}

function requireSupplyHours(supplyHoursPerDay: number): void {
  requirePositive({ supplyHoursPerDay });
  requireBetween(0, HOURS_PER_DAY, { supplyHoursPerDay });
}
