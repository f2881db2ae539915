/** What a district's night and day come to under some parameters: the same formulas (src/leakage) by which the centre judges. Pure. */
import { backgroundLeakage } from "../../leakage/background-leakage.ts";
import { dailyRealLosses } from "../../leakage/daily-real-losses.ts";
import { equivalentServicePipeBursts, excessNightFlow } from "../../leakage/excess-night-flow.ts";
import { unavoidableLossesWhenSupplied } from "../../leakage/intermittent-supply.ts";
import { legitimateNightUse } from "../../leakage/night-use.ts";
import { LEAKAGE_EXPONENT, pressureFactor } from "../../leakage/pressure-leakage.ts";
import {
  infrastructureLeakageIndex,
  leakageBand,
  unavoidableRealLosses,
} from "../../leakage/unavoidable-real-losses.ts";
import type { LeakageBand } from "../../model/loss-bands.ts";
import type { NightParameters } from "../../model/utility.ts";

/** What was measured, or assumed where nothing measures it. */
export interface MeasuredNight {
  readonly minimumNightFlowM3h: number;
  /** At night. */
  readonly pressureM: number;
  /** Mean of each hour with water, at most 25; that of the night for every hour where no pressure is measured. */
  readonly hourlyPressuresM: readonly number[];
  /** 0 (not included) to 24. */
  readonly supplyHoursPerDay: number;
}

export interface DistrictFigures {
  readonly legitimateM3h: number;
  readonly backgroundM3h: number;
  readonly excessM3h: number;
  readonly bursts: number;
  readonly realLossesM3PerDay: number;
  readonly unavoidableM3PerDay: number;
  /** Infrastructure leakage index. */
  readonly index: number;
  readonly band: LeakageBand;
  /** The equation was not fitted to networks like this one. */
  readonly outsideValidity: boolean;
  readonly moneyPerDay: number;
}

const L_PER_M3 = 1000;
const HOURS_PER_DAY = 24;

/** Throws Failure "invalid-..." for a parameter outside its range. */
export function figuresOf(
  parameters: NightParameters,
  privatePipesKm: number,
  waterValuePerM3: number,
  night: MeasuredNight,
): DistrictFigures {
  const { minimumNightFlowM3h, pressureM, hourlyPressuresM, supplyHoursPerDay } = night;
  const legitimateM3h = legitimateNightUse(parameters);
  const backgroundM3h = backgroundLeakage(parameters, pressureM);
  const excessM3h = excessNightFlow({
    minimumNightFlowM3h,
    legitimateNightUseM3h: legitimateM3h,
    backgroundLeakageM3h: backgroundM3h,
  });
  const realLossesM3PerDay = dailyRealLosses(
    { backgroundLeakageM3h: backgroundM3h, excessNightFlowM3h: excessM3h },
    hourlyPressuresM,
    pressureM,
  );
  const meanM = hourlyPressuresM.reduce((sum, one) => sum + one, 0) / hourlyPressuresM.length;
  const { lossesLPerDay, warnings } = unavoidableRealLosses({ ...parameters, privatePipesKm }, meanM);
  const unavoidable = unavoidableLossesWhenSupplied(lossesLPerDay / L_PER_M3, supplyHoursPerDay).value;
  const index = infrastructureLeakageIndex(realLossesM3PerDay, unavoidable);
  return {
    legitimateM3h,
    backgroundM3h,
    excessM3h,
    bursts: equivalentServicePipeBursts(excessM3h, pressureM, parameters.unitBurstM3h),
    realLossesM3PerDay,
    unavoidableM3PerDay: unavoidable,
    index,
    band: leakageBand(index),
    outsideValidity: warnings.length > 0,
    moneyPerDay: excessM3h * HOURS_PER_DAY * waterValuePerM3,
  };
}

/**
 * The night as it would be at another pressure: background follows it with exponent 1.5, excess with 0.5, use not at all. Every hour's
 * pressure changes by the same factor. Throws unless the pressures are above 0.
 */
export function nightAtPressure(
  night: MeasuredNight,
  { legitimateM3h, backgroundM3h, excessM3h }: DistrictFigures,
  pressureM: number,
): MeasuredNight {
  const factor = (exponent: number) => pressureFactor(night.pressureM, pressureM, exponent);
  return {
    ...night,
    pressureM,
    hourlyPressuresM: night.hourlyPressuresM.map((one) => (one * pressureM) / night.pressureM),
    minimumNightFlowM3h:
      legitimateM3h +
      backgroundM3h * factor(LEAKAGE_EXPONENT.background) +
      excessM3h * factor(LEAKAGE_EXPONENT.fixedHole),
  };
}
