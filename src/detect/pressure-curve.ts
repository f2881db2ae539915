/**
 * Whether zone pressure went with the flow. On the way to a district pressure is lost with the flow to the power 1.852 (Hazen-Williams), so
 * more water shows at the gauge, whoever draws it; a meter that reads more than flows does not. The curve is learnt from earlier hours of
 * steady supply, and how well it tells from how they scatter about it.
 */
import { median } from "simple-statistics";
import { HOURS } from "./local-hours.ts";
import { scatterOf } from "./robust-scale.ts";

const FLOW_EXPONENT = 1.852;
const LEAST_SUPPLIES = 7;
/** Hours that the curve is drawn through. */
const LEAST_HOURS = 20;
/** A leak near the inlet, or upstream use that goes with the district's own, makes the curve wrong by about so much. */
const CURVE_SIGMA = 0.12;

/** Of the steady part of a supply, by hour of the wall clock; NaN where it had none. */
export interface SteadyHours {
  readonly flowsM3h: Float64Array;
  readonly pressuresM: Float64Array;
}

/** Supplies whose flow changed by so much, beside those of the same time of day before. */
export interface ChangedSupplies {
  readonly before: readonly SteadyHours[];
  readonly since: readonly SteadyHours[];
}

export interface PressureShare {
  /** Of what pressure should have changed by with the flow that is read: about 1 where the water flows, 0 where only the meter says so. */
  readonly share: number;
  readonly sigma: number;
}

/** Null where pressure does not depend on the flow, or too little is known. `changeM3h`: of the flow's size, negative when it fell. */
export function pressureShare(changed: readonly ChangedSupplies[], changeM3h: number): PressureShare | null {
  let weighted = 0;
  let precision = 0;
  for (const { before, since } of changed) {
    const curve = before.length >= LEAST_SUPPLIES ? curveOf(before) : null;
    if (!curve) continue;
    const shares = since.flatMap((one) => shareAboveCurve(one, curve, changeM3h) ?? []);
    const usual = before.flatMap((one) => shareAboveCurve(one, curve, changeM3h) ?? []);
    if (shares.length === 0 || usual.length < LEAST_SUPPLIES) continue;
    // Before, nothing had changed: what stood off the curve then is what it scatters by.
    const sigma = scatterOf(usual);
    const known = shares.length / sigma ** 2;
    weighted += known * (1 - median(shares));
    precision += known;
  }
  if (!(precision > 0)) return null;
  return { share: weighted / precision, sigma: Math.hypot(1 / Math.sqrt(precision), CURVE_SIGMA) };
}

/** Pressure at a flow's size, m. */
type Curve = (flowM3h: number) => number;

/** By least squares; null where pressure does not fall as the flow rises. */
function curveOf(supplies: readonly SteadyHours[]): Curve | null {
  const points = supplies.flatMap(pointsOf);
  if (points.length < LEAST_HOURS) return null;
  const mean = (of: (one: Point) => number) => points.reduce((sum, one) => sum + of(one), 0) / points.length;
  const lossOf = (flowM3h: number) => Math.abs(flowM3h) ** FLOW_EXPONENT;
  const meanLoss = mean(({ flowM3h }) => lossOf(flowM3h));
  const meanM = mean(({ pressureM }) => pressureM);
  const together = mean(({ flowM3h, pressureM }) => (lossOf(flowM3h) - meanLoss) * (pressureM - meanM));
  const slope = together / mean(({ flowM3h }) => (lossOf(flowM3h) - meanLoss) ** 2);
  return slope < 0 ? (flowM3h) => meanM + slope * (lossOf(flowM3h) - meanLoss) : null;
}

/** How far one supply's pressure stands above the curve at the flow read, in what that change of flow should have brought it down by. */
function shareAboveCurve(supply: SteadyHours, curve: Curve, changeM3h: number): number | null {
  let product = 0;
  let squares = 0;
  for (const { flowM3h, pressureM } of pointsOf(supply)) {
    const expectedM = curve(flowM3h);
    const fallM = curve(Math.max(0, Math.abs(flowM3h) - changeM3h)) - expectedM;
    product += fallM * (pressureM - expectedM);
    squares += fallM ** 2;
  }
  return squares > 0 ? product / squares : null;
}

interface Point {
  readonly flowM3h: number;
  readonly pressureM: number;
}

function pointsOf({ flowsM3h, pressuresM }: SteadyHours): readonly Point[] {
  const points: Point[] = [];
  for (let hour = 0; hour < HOURS; hour += 1) {
    const flowM3h = flowsM3h[hour]!;
    const pressureM = pressuresM[hour]!;
    if (!Number.isNaN(flowM3h) && !Number.isNaN(pressureM)) points.push({ flowM3h, pressureM });
  }
  return points;
}
