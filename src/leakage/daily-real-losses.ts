/** From the night's leakage to the day's, m3/day, by the night-day factor. Negative flows stay negative. */
import { requireAtLeast, requireFinite } from "./input.ts";
import { nightDayFactor } from "./night-day-factor.ts";
import { LEAKAGE_EXPONENT } from "./pressure-leakage.ts";

/**
 * Background x NDF(N1 = 1.5) + excess x NDF(N1 = 0.5): each part follows pressure in its own way. Pressures as for nightDayFactor.
 * Throws for a negative background or wrong pressures.
 */
export function dailyRealLosses(
  night: { readonly backgroundLeakageM3h: number; readonly excessNightFlowM3h: number },
  hourlyPressuresM: readonly number[],
  pressureAtMinimumM: number,
): number {
  const { backgroundLeakageM3h, excessNightFlowM3h } = night;
  requireAtLeast(0, { backgroundLeakageM3h });
  requireFinite({ excessNightFlowM3h });
  const factor = (exponent: number) => nightDayFactor(hourlyPressuresM, pressureAtMinimumM, exponent);
  return (
    backgroundLeakageM3h * factor(LEAKAGE_EXPONENT.background) +
    excessNightFlowM3h * factor(LEAKAGE_EXPONENT.fixedHole)
  );
}

/** NNF x NDF, where background and bursts are not told apart. `factorHPerDay` is above or equal to 0. */
export function dailyRealLossesOfNetNightFlow(netNightFlowM3h: number, factorHPerDay: number): number {
  requireFinite({ netNightFlowM3h });
  requireAtLeast(0, { factorHPerDay });
  return netNightFlowM3h * factorHPerDay;
}
