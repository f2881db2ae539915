/**
 * Background leakage: the seepage at joints and fittings that no crew can find, in two published sets of coefficients.
 * Both are m3/h and grow with pressure to the power 1.5 from their values at 50 m.
 */
import type { NightParameters } from "../model/utility.ts";
import { requireAtLeast, requirePositive } from "./input.ts";
import { LEAKAGE_EXPONENT, pressureFactor, REFERENCE_PRESSURE_M } from "./pressure-leakage.ts";

const M3_PER_L = 1 / 1000;

type PipesAndCoefficients = Pick<
  NightParameters,
  "mainsKm" | "connections" | "properties" | "mainsLPerKmH" | "connectionLPerH" | "propertyLPerH"
>;

/**
 * The South African and UK set (WRC TT 109/99): (40 Lm + 3 Nc + 1 Np)/1000 x (P/50)^1.5 with the default coefficients, whose
 * published ranges are 20-100 L/km/h, 1-5 L/connection/h and 0.5-1.5 L/property/h. Throws on any negative input.
 */
export function backgroundLeakage(district: PipesAndCoefficients, pressureM: number): number {
  const { mainsKm, connections, properties, mainsLPerKmH, connectionLPerH, propertyLPerH } = district;
  requireAtLeast(0, { mainsKm, connections, properties, mainsLPerKmH, connectionLPerH, propertyLPerH });
  const atReferenceL = mainsLPerKmH * mainsKm + connectionLPerH * connections + propertyLPerH * properties;
  return atReferenceL * M3_PER_L * backgroundPressureFactor(pressureM);
}

/**
 * The IWA set, unavoidable background leakage: (20 Lm + 1.25 Nc + 33 Lp)/1000 x (P/50)^1.5 x ICF. Lp is the length of private pipes
 * between the street edge and the meter, km; ICF is 1 for pipes in good condition and more for worse. Throws on any negative
 * input and on ICF 0.
 */
export function unavoidableBackgroundLeakage(
  pipes: { readonly mainsKm: number; readonly connections: number; readonly privatePipesKm: number },
  pressureM: number,
  conditionFactor = 1,
): number {
  const { mainsKm, connections, privatePipesKm } = pipes;
  requireAtLeast(0, { mainsKm, connections, privatePipesKm });
  requirePositive({ conditionFactor });
  const atReferenceL = 20 * mainsKm + 1.25 * connections + 33 * privatePipesKm;
  return atReferenceL * M3_PER_L * backgroundPressureFactor(pressureM) * conditionFactor;
}

function backgroundPressureFactor(pressureM: number): number {
  requireAtLeast(0, { pressureM });
  return pressureFactor(REFERENCE_PRESSURE_M, pressureM, LEAKAGE_EXPONENT.background);
}
