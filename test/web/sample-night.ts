/** A night that the page's tests look at, with the flows that matter to them. */
import type { Night, NightFlows } from "../../src/model/night.ts";

const FLOWS: NightFlows = {
  minimumNightFlowM3h: 13,
  rollingMinimumM3h: null,
  rollingMinimumStartMs: null,
  legitimateNightUseM3h: 3,
  backgroundLeakageM3h: 2,
  netNightFlowM3h: 10,
  excessNightFlowM3h: 8,
  equivalentServicePipeBursts: 5,
  pressureM: 50,
  pressureSource: "assumed",
};

/** Null for one that could not be assessed. */
export function nightOf(date: string, flows: Partial<NightFlows> | null): Night {
  return {
    district: "north",
    date,
    windowStartMs: 0,
    windowEndMs: 1,
    completeness: 1,
    outcome:
      flows === null
        ? { kind: "not-assessable", because: [] }
        : { kind: "assessed", flows: { ...FLOWS, ...flows } },
  };
}
