/**
 * Night-day factor: how many night hours' leakage a whole day's leakage is worth. By day pressure is lower than at the minimum night
 * flow, so the factor is usually under 24; published values span from under 10 to over 60 h/day.
 */
import { invalid, requireAtLeast, requirePositive } from "./input.ts";
import { pressureFactor } from "./pressure-leakage.ts";

/** The longest local day, when clocks are set back. */
const HOURS_AT_MOST = 25;

/**
 * NDF = sum over the hours of (P_i/P_mnf)^N1, h/day. `hourlyPressuresM` holds one mean a pressurised hour: all 24 under continuous
 * supply, only the hours of supply when it is intermittent. Throws for no hour or more than 25, a negative pressure, or a pressure at
 * minimum night flow that is not above 0.
 */
export function nightDayFactor(
  hourlyPressuresM: readonly number[],
  pressureAtMinimumM: number,
  exponent: number,
): number {
  const hours = hourlyPressuresM.length;
  if (hours < 1 || hours > HOURS_AT_MOST) {
    throw invalid("hourlyPressuresM", `${hours} hours`, `1 to ${HOURS_AT_MOST} hours`);
  }
  requirePositive({ pressureAtMinimumM });
  return hourlyPressuresM.reduce((factor, hourlyPressureM) => {
    requireAtLeast(0, { hourlyPressureM });
    return factor + pressureFactor(pressureAtMinimumM, hourlyPressureM, exponent);
  }, 0);
}
