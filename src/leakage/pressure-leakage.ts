/**
 * How leakage follows pressure: the power law L1/L0 = (P1/P0)^N1, and the exponent of a mix of fixed and opening leaks (FAVAD).
 * Source: Thornton and Lambert, IWA Water Loss Task Force; May 1994 for FAVAD.
 */
import { requireAtLeast, requireBetween, requirePositive } from "./input.ts";

/** Average pressure at which published leakage figures are stated, m. */
export const REFERENCE_PRESSURE_M = 50;

/** Leakage exponents N1 (dimensionless) by what leaks. */
export const LEAKAGE_EXPONENT = {
  /** Holes of fixed size: bursts of metal pipes. */
  fixedHole: 0.5,
  /** Large zones of mixed materials. */
  mixed: 1.0,
  /** Seepage at joints and fittings. */
  background: 1.5,
  /** Splits along plastic pipes, the upper end. */
  longitudinalSplit: 2.5,
} as const;

/**
 * Factor by which leakage at `fromPressureM` grows when pressure becomes `toPressureM`, dimensionless.
 * Throws unless fromPressureM > 0, toPressureM >= 0 and the exponent is 0..2.5.
 */
export function pressureFactor(fromPressureM: number, toPressureM: number, exponent: number): number {
  requirePositive({ fromPressureM });
  requireAtLeast(0, { toPressureM });
  requireBetween(0, LEAKAGE_EXPONENT.longitudinalSplit, { exponent });
  return (toPressureM / fromPressureM) ** exponent;
}

/**
 * FAVAD exponent N1 = (1.5 LN + 0.5)/(LN + 1) from the leakage number LN, the ratio of flow through the area that opens with
 * pressure to flow through the fixed area: 0.5 at LN 0, towards 1.5. Throws unless LN >= 0.
 */
export function favadExponent(leakageNumber: number): number {
  requireAtLeast(0, { leakageNumber });
  return (1.5 * leakageNumber + 0.5) / (leakageNumber + 1);
}
