/**
 * What takes the place of minimum night flow where supply is intermittent: the least hour of each supply's steady phase, over several
 * supplies. When the minimum falls depends on customers' tanks, and one supply proves nothing (Al-Washali et al. 2019).
 */
import type { Reason } from "../model/night.ts";
import { invalid } from "./input.ts";
import type { NetInflow } from "./net-inflow.ts";
import { leastHour } from "./night-flow.ts";
import { quantile } from "./quantile.ts";
import { slotStartMs } from "./slot-grid.ts";
import { type SupplyPhase, supplyCycles } from "./supply-phase.ts";

export type MinimumPressurisedFlow =
  | {
      readonly kind: "assessed";
      /** Median of the supplies' least steady hours, m3/h. Tanks that still fill make it an upper bound of leakage and night use. */
      readonly flowM3h: number;
      readonly leastM3h: number;
      readonly mostM3h: number;
      /** Supplies with a steady hour. */
      readonly cycles: number;
    }
  | { readonly kind: "not-assessable"; readonly because: readonly Reason[] };

const CYCLES_REQUIRED = 3;

/**
 * Only supplies that were seen to begin and to end count, with a whole hour of known, steady slots. Fewer than `cyclesRequired` of
 * them: not assessable, never 0. Throws unless there is a phase for every slot and at least one cycle is required.
 */
export function minimumPressurisedFlow(
  { grid, flowsM3h }: Pick<NetInflow, "grid" | "flowsM3h">,
  phases: readonly SupplyPhase[],
  cyclesRequired: number = CYCLES_REQUIRED,
): MinimumPressurisedFlow {
  if (phases.length !== grid.count)
    throw invalid("phases", `${phases.length} phases`, `${grid.count} phases`);
  if (!(cyclesRequired >= 1)) throw invalid("cyclesRequired", cyclesRequired, "at least 1");
  const steady = flowsM3h.map((flowM3h, slot) => (phases[slot] === "steady" ? flowM3h : Number.NaN));
  const cycles = supplyCycles(phases).filter(({ beginSeen, endSeen }) => beginSeen && endSeen);
  const minima = cycles.flatMap(({ first, end }) => {
    const within = { fromMs: slotStartMs(grid, first), toMs: slotStartMs(grid, end) };
    return leastHour({ grid, flowsM3h: steady }, within)?.flowM3h ?? [];
  });
  const flowM3h = quantile(minima, 0.5);
  if (flowM3h === null || minima.length < cyclesRequired) {
    const figures = { steadySupplies: minima.length, requiredSupplies: cyclesRequired };
    const offOnly = phases.every((phase) => phase === "off" || phase === "unknown") && phases.includes("off");
    return {
      kind: "not-assessable",
      because: [{ code: offOnly ? "supply-off" : "too-little-history", figures }],
    };
  }
  return {
    kind: "assessed",
    flowM3h,
    leastM3h: Math.min(...minima),
    mostM3h: Math.max(...minima),
    cycles: minima.length,
  };
}
