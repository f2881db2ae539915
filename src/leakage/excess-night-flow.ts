/**
 * What is left of the night flow when everything explained is taken off it: the water of leaks that a crew can find. Negative values
 * are kept, because they mean that the parameters or the data are wrong. Source: WRC TT 109/99.
 */
import { requireAtLeast, requireFinite, requirePositive } from "./input.ts";
import { LEAKAGE_EXPONENT, pressureFactor, REFERENCE_PRESSURE_M } from "./pressure-leakage.ts";

export interface ExplainedNightFlow {
  readonly minimumNightFlowM3h: number;
  readonly legitimateNightUseM3h: number;
  readonly backgroundLeakageM3h: number;
}

/** NNF = MNF - LNU, m3/h: all leakage at night. */
export function netNightFlow(flows: Omit<ExplainedNightFlow, "backgroundLeakageM3h">): number {
  const { minimumNightFlowM3h, legitimateNightUseM3h } = flows;
  requireFinite({ minimumNightFlowM3h });
  requireAtLeast(0, { legitimateNightUseM3h });
  return minimumNightFlowM3h - legitimateNightUseM3h;
}

/** Excess = MNF - LNU - background, m3/h. */
export function excessNightFlow(flows: ExplainedNightFlow): number {
  const { backgroundLeakageM3h } = flows;
  requireAtLeast(0, { backgroundLeakageM3h });
  return netNightFlow(flows) - backgroundLeakageM3h;
}

/**
 * ESPB = excess / (unit burst x (P/50)^0.5), a count: as many service pipes burst would lose the excess. The unit burst is the flow of one
 * at 50 m, published 1.6 m3/h, range 1.0-2.0. Throws unless pressure and unit burst are above 0.
 */
export function equivalentServicePipeBursts(
  excessM3h: number,
  pressureM: number,
  unitBurstM3h = 1.6,
): number {
  requireFinite({ excessM3h });
  requirePositive({ pressureM, unitBurstM3h });
  return (
    excessM3h / (unitBurstM3h * pressureFactor(REFERENCE_PRESSURE_M, pressureM, LEAKAGE_EXPONENT.fixedHole))
  );
}
