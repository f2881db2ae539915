/**
 * Non-revenue water in the forms that regulators ask for: IBNET 6.1 to 6.3, EWURA (Tanzania), and the bands of WASREB (Kenya).
 */
import { type WasrebBand, wasrebBandOf } from "../model/loss-bands.ts";
import { requireAtLeast, requireBetween, requirePositive } from "./input.ts";

export interface Supplied {
  readonly systemInputM3: number;
  readonly billedM3: number;
  readonly days: number;
  readonly mainsKm: number;
  readonly connections: number;
  readonly supplyHoursPerDay: number;
}

export interface NonRevenueWater {
  /** System input less billed; negative when more was billed than supplied, which the data must explain. */
  readonly volumeM3: number;
  /** Of system input: IBNET 6.1, EWURA, WASREB. */
  readonly percent: number;
  /** IBNET 6.2. */
  readonly m3PerKmDay: number;
  /** IBNET 6.3, EWURA. */
  readonly m3PerConnectionDay: number;
  /** Kept with the others: EWURA. */
  readonly supplyHoursPerDay: number;
  /** Null where more was billed than supplied: such data earn no band. */
  readonly wasreb: WasrebBand | null;
}

/** Throws unless billed is at least 0, supply hours are 0..24 and everything else is above 0. */
export function nonRevenueWater(supplied: Supplied): NonRevenueWater {
  const { systemInputM3, billedM3, days, mainsKm, connections, supplyHoursPerDay } = supplied;
  requirePositive({ systemInputM3, days, mainsKm, connections });
  requireAtLeast(0, { billedM3 });
  requireBetween(0, 24, { supplyHoursPerDay });
  const volumeM3 = systemInputM3 - billedM3;
  const percent = (100 * volumeM3) / systemInputM3;
  return {
    volumeM3,
    percent,
    m3PerKmDay: volumeM3 / mainsKm / days,
    m3PerConnectionDay: volumeM3 / connections / days,
    supplyHoursPerDay,
    wasreb: wasrebBandOf(percent),
  };
}
