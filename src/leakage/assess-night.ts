/**
 * One district's night from raw samples: what flowed, what of it is explained, what is left, or why that cannot be said. The same
 * samples give the same night to the last digit, in whatever order or batches they came.
 */
import { nightWindowOf } from "../model/local-time.ts";
import type { Night, NightFlows, Reason } from "../model/night.ts";
import type { TimeRange } from "../model/sample.ts";
import type { District } from "../model/utility.ts";
import { backgroundLeakage } from "./background-leakage.ts";
import { equivalentServicePipeBursts, excessNightFlow, netNightFlow } from "./excess-night-flow.ts";
import { requireBetween, requirePositive } from "./input.ts";
import { intervalMsOf, knownShare, type Measurements, type NetInflow, netInflow } from "./net-inflow.ts";
import { leastHour, meanFlow } from "./night-flow.ts";
import { legitimateNightUse } from "./night-use.ts";
import { slotGridOf, slotMeans } from "./slot-grid.ts";
import { SUPPLY_OFF_BELOW_M } from "./supply-phase.ts";

export interface NightRules {
  /** Share of the window that each meter, level and pressure must be known for, 0..1. */
  readonly requiredShare: number;
  /** Share of the window's slots for which all of them must be known at once, 0..1. */
  readonly requiredCommonShare: number;
  /** Measured pressure below which a slot counts as without supply, m. Above 0. */
  readonly supplyOffBelowM: number;
}

const NIGHT_RULES: NightRules = {
  requiredShare: 0.9,
  requiredCommonShare: 0.5,
  supplyOffBelowM: SUPPLY_OFF_BELOW_M,
};

const NONE_WITHDRAWN: ReadonlySet<string> = new Set();

export interface NightMeasurements extends Measurements {
  /** Sensors not trusted for now. A withdrawn meter or level makes the night not assessable; a withdrawn pressure is not used. */
  readonly withdrawn?: ReadonlySet<string>;
}

/**
 * The night of a morning, `date` YYYY-MM-DD local. Give samples from `samplesRangeOf` of the night window. Pressure is the measured mean
 * where it is known for the required share of the window, else the assumed one, and the night says which.
 * Throws Failure for a date, a parameter or a sensor that does not exist; never because of samples.
 */
export function assessNight(
  district: District,
  date: string,
  measurements: NightMeasurements,
  rules: NightRules = NIGHT_RULES,
): Night {
  const { requiredShare, requiredCommonShare, supplyOffBelowM } = rules;
  requireBetween(0, 1, { requiredShare, requiredCommonShare });
  requirePositive({ supplyOffBelowM });
  const window = nightWindowOf(date, district.timeZone, district.nightWindow);
  const night = { district: district.id, date, windowStartMs: window.fromMs, windowEndMs: window.toMs };
  const notAssessable = (completeness: number, because: readonly Reason[]): Night => {
    return { ...night, completeness, outcome: { kind: "not-assessable", because } };
  };
  if (district.meters.length === 0) return notAssessable(0, [{ code: "no-meters", figures: {} }]);
  if (window.toMs <= window.fromMs) {
    return notAssessable(0, [{ code: "too-few-samples", figures: { windowH: 0 } }]);
  }
  const inflow = netInflow(district, measurements, window);
  const completeness = Math.min(...inflow.meters.map(({ share }) => share));
  const pressure = measuredPressure(district, measurements, window, rules);
  const because = [
    ...withdrawnReasons(district, measurements.withdrawn ?? NONE_WITHDRAWN),
    ...missingReasons(inflow, rules),
    ...supplyReasons(pressure, rules),
  ];
  const minimumNightFlowM3h = meanFlow(inflow);
  if (because.length > 0 || minimumNightFlowM3h === null) return notAssessable(completeness, because);
  return {
    ...night,
    completeness,
    outcome: { kind: "assessed", flows: flowsOf(district, inflow, minimumNightFlowM3h, pressure) },
  };
}

function flowsOf(
  district: District,
  inflow: NetInflow,
  minimumNightFlowM3h: number,
  measured: MeasuredPressure | null,
): NightFlows {
  const rolling = leastHour(inflow);
  const pressureM = measured?.meanM ?? district.night.pressureM;
  const explained = {
    minimumNightFlowM3h,
    legitimateNightUseM3h: legitimateNightUse(district.night),
    backgroundLeakageM3h: backgroundLeakage(district.night, pressureM),
  };
  const excessNightFlowM3h = excessNightFlow(explained);
  return {
    ...explained,
    rollingMinimumM3h: rolling?.flowM3h ?? null,
    rollingMinimumStartMs: rolling?.startMs ?? null,
    netNightFlowM3h: netNightFlow(explained),
    excessNightFlowM3h,
    equivalentServicePipeBursts: equivalentServicePipeBursts(
      excessNightFlowM3h,
      pressureM,
      district.night.unitBurstM3h,
    ),
    pressureM,
    pressureSource: measured ? "measured" : "assumed",
  };
}

interface MeasuredPressure {
  readonly meanM: number;
  readonly leastM: number;
}

/** Null when there is no trusted sensor of zone pressure, or it is known for too little of the window. */
function measuredPressure(
  { pressureSensor }: District,
  { sensors, series, withdrawn = NONE_WITHDRAWN }: NightMeasurements,
  window: TimeRange,
  { requiredShare }: NightRules,
): MeasuredPressure | null {
  if (pressureSensor === undefined || withdrawn.has(pressureSensor)) return null;
  const samples = series.get(pressureSensor);
  if (!samples) return null;
  const intervalMs = intervalMsOf(pressureSensor, sensors);
  const whole = slotMeans(samples, intervalMs, slotGridOf(window, window.toMs - window.fromMs));
  if (!(whole.coveredShare >= requiredShare)) return null;
  const slots = slotMeans(samples, intervalMs, slotGridOf(window, intervalMs)).means;
  const meanM = whole.means[0]!;
  return { meanM, leastM: Math.min(meanM, ...slots.filter((mean) => !Number.isNaN(mean))) };
}

function withdrawnReasons(district: District, withdrawn: ReadonlySet<string>): Reason[] {
  const parts = [
    ...district.meters.map(({ sensor }) => sensor),
    ...district.tanks.map((tank) => tank.levelSensor),
  ];
  return parts
    .filter((sensor) => withdrawn.has(sensor))
    .map((sensor) => ({ code: "meter-withdrawn", figures: { sensor } }));
}

function missingReasons(inflow: NetInflow, { requiredShare, requiredCommonShare }: NightRules): Reason[] {
  const reasons: Reason[] = [];
  for (const { sensor, share } of inflow.meters) {
    if (share === 0) reasons.push({ code: "meter-silent", figures: { sensor } });
    else if (share < requiredShare) {
      reasons.push({ code: "too-few-samples", figures: { sensor, knownShare: share, requiredShare } });
    }
  }
  for (const { sensor, share } of inflow.tanks) {
    if (share < requiredShare) {
      reasons.push({ code: "level-missing", figures: { sensor, knownShare: share, requiredShare } });
    }
  }
  const share = knownShare(inflow.flowsM3h);
  if (reasons.length === 0 && (share === 0 || share < requiredCommonShare)) {
    const figures = { allMetersKnownShare: share, requiredShare: requiredCommonShare };
    reasons.push({ code: "too-few-samples", figures });
  }
  return reasons;
}

/** A window with an hour of no supply has a minimum that tells of the supply, not of leaks. */
function supplyReasons(pressure: MeasuredPressure | null, { supplyOffBelowM }: NightRules): Reason[] {
  if (!pressure || pressure.leastM >= supplyOffBelowM) return [];
  return [
    {
      code: "supply-off",
      figures: { leastPressureM: pressure.leastM, neededPressureM: supplyOffBelowM },
    },
  ];
}
