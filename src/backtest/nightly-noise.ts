/** How much a district's night flow varies from night to night: the yardstick for what can be found. */
import { medianAbsoluteDeviation } from "simple-statistics";
import { DAY_MS } from "../model/clock.ts";
import type { Night } from "../model/night.ts";

/** Robust standard deviation of one night, from the differences of successive nights, m3/h. NaN with fewer than ten. */
export function nightlyNoiseM3h(nights: readonly Night[]): number {
  const differences = nights.flatMap((night, i) => {
    const before = nights[i - 1];
    if (night.outcome.kind !== "assessed" || before?.outcome.kind !== "assessed") return [];
    if (night.windowStartMs - before.windowStartMs > 1.5 * DAY_MS) return [];
    return [night.outcome.flows.minimumNightFlowM3h - before.outcome.flows.minimumNightFlowM3h];
  });
  if (differences.length < 10) return Number.NaN;
  return (1.4826 * medianAbsoluteDeviation(differences)) / Math.SQRT2;
}
