/**
 * UARL: the real losses that remain in a well-run network, and the index that compares a network with them (ILI). Source: Lambert et al.
 * 1999; bands of the World Bank Institute for low- and middle-income countries.
 */
import { type LeakageBand, leakageBandOf } from "../model/loss-bands.ts";
import { requireAtLeast, requireFinite, requirePositive } from "./input.ts";

export interface PipeNetwork {
  readonly mainsKm: number;
  /** Service connections up to the street edge. */
  readonly connections: number;
  /** Total length of private pipes between street edge and meter, km. */
  readonly privatePipesKm: number;
}

/** Why the UARL equation does not hold for a network: it was fitted to larger, denser ones. Most small districts are outside. */
interface ValidityWarning {
  readonly code: "too-few-connections" | "too-sparse" | "pressure-out-of-range";
  readonly figures: Readonly<Record<string, number>>;
}

export interface UnavoidableRealLosses {
  readonly lossesLPerDay: number;
  readonly warnings: readonly ValidityWarning[];
}

const CONNECTIONS_VALID_ABOVE = 3000;
const CONNECTIONS_PER_KM_VALID_ABOVE = 20;
const PRESSURE_VALID_M = { least: 25, most: 100 };

/** (18 Lm + 0.8 Nc + 25 Lp) x P, L/day. Throws on a negative or missing input; warns outside the equation's validity. */
export function unavoidableRealLosses(network: PipeNetwork, pressureM: number): UnavoidableRealLosses {
  const { mainsKm, connections, privatePipesKm } = network;
  requireAtLeast(0, { mainsKm, connections, privatePipesKm, pressureM });
  const warnings: ValidityWarning[] = [];
  if (!(connections > CONNECTIONS_VALID_ABOVE)) {
    warnings.push({
      code: "too-few-connections",
      figures: { connections, neededMoreThan: CONNECTIONS_VALID_ABOVE },
    });
  }
  const connectionsPerKm = connections / mainsKm;
  if (!(connectionsPerKm > CONNECTIONS_PER_KM_VALID_ABOVE)) {
    const figures = { connectionsPerKm, neededMoreThan: CONNECTIONS_PER_KM_VALID_ABOVE };
    warnings.push({ code: "too-sparse", figures });
  }
  if (pressureM < PRESSURE_VALID_M.least || pressureM > PRESSURE_VALID_M.most) {
    const figures = {
      pressureM,
      leastPressureM: PRESSURE_VALID_M.least,
      mostPressureM: PRESSURE_VALID_M.most,
    };
    warnings.push({ code: "pressure-out-of-range", figures });
  }
  return { lossesLPerDay: (18 * mainsKm + 0.8 * connections + 25 * privatePipesKm) * pressureM, warnings };
}

/** ILI = CARL / UARL, dimensionless; both in the same unit. Throws unless UARL is above 0. */
export function infrastructureLeakageIndex(realLosses: number, unavoidableLosses: number): number {
  requireFinite({ realLosses });
  requirePositive({ unavoidableLosses });
  return realLosses / unavoidableLosses;
}

/** World Bank band of an ILI in a low- or middle-income country. */
export function leakageBand(index: number): LeakageBand {
  requireFinite({ index });
  return leakageBandOf(index);
}
