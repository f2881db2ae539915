/** What the network as a whole loses now, and which of its districts to look at first. Pure. */
import { isActive } from "../../model/alarm.ts";
import type { DistrictView } from "../../model/live.ts";
import type { District, Utility } from "../../model/utility.ts";
import { isLeak } from "../../model/verdict.ts";
import { isStale } from "../data-health.ts";
import type { Network } from "../live/live-state.ts";

export interface NetworkFigures {
  /** The sum of all findings of lost water that stand, m3/h. */
  readonly lostNowM3h: number;
  /** In the utility's currency. */
  readonly costPerDay: number;
  /** Of the districts whose last night was assessed; a negative excess counts nothing. */
  readonly excessM3h: number;
  readonly assessed: number;
  readonly staleSensors: number;
}

export interface RankedDistrict {
  readonly district: District;
  readonly view: DistrictView | undefined;
}

export function networkFigures(
  { utility, districts, alarms, latest }: Network,
  nowMs: number,
): NetworkFigures {
  const leaking = [...alarms.values()].filter((alarm) => isActive(alarm) && isLeak(alarm.verdict.kind));
  const excesses = utility.districts.flatMap(({ id }) => excessOf(districts.get(id)) ?? []);
  return {
    lostNowM3h: sum(leaking.map(({ verdict }) => verdict.size?.estimate ?? 0)),
    costPerDay: sum(leaking.map(({ moneyPerDay }) => moneyPerDay ?? 0)),
    excessM3h: sum(excesses.map((excess) => Math.max(0, excess))),
    assessed: excesses.length,
    staleSensors: utility.sensors.filter((sensor) => isStale(sensor, latest.get(sensor.id), nowMs)).length,
  };
}

/** Most excess first; a district that was not assessed has no rank and stands below those that were. */
export function ranked(
  utility: Utility,
  districts: ReadonlyMap<string, DistrictView>,
): readonly RankedDistrict[] {
  const rank = (view: DistrictView | undefined) => excessOf(view) ?? Number.NEGATIVE_INFINITY;
  return utility.districts
    .map((district) => ({ district, view: districts.get(district.id) }))
    .sort((a, b) => rank(b.view) - rank(a.view));
}

/** m3/h of the last night; null when it was not assessed. */
export function excessOf(view: DistrictView | undefined): number | null {
  const outcome = view?.lastNight?.outcome;
  return outcome?.kind === "assessed" ? outcome.flows.excessNightFlowM3h : null;
}

export function supplyOf(view: DistrictView | undefined): "on" | "off" | "unknown" {
  const outcome = view?.lastNight?.outcome;
  if (!outcome) return "unknown";
  if (outcome.kind === "assessed") return "on";
  return outcome.because.some(({ code }) => code === "supply-off") ? "off" : "unknown";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
