/** What a district can say for and against a claim that water leaks in it. */
import type { CalendarDay } from "../model/calendar.ts";
import type { Evidence, Verdict } from "../model/verdict.ts";
import type { RecentDeviations } from "./recent-deviations.ts";

export interface DistrictWitness {
  readonly deviations: RecentDeviations;
  /** True when the rise since then is one share of one meter's flow: what a meter that drifts shows. */
  readsInProportion(sinceMs: number): boolean;
  /** True when the balance stands off since then by what looks like a share of one meter's flow, if not clearly so. */
  balanceLeans(sinceMs: number): boolean;
  /** Null without a pressure that could tell. */
  pressure(fromMs: number, toMs: number): { readonly fell: boolean; readonly told: Evidence } | null;
}

/** A finding of one of the district's sensors. */
export interface SensorFinding {
  readonly verdict: Verdict;
  /** Of the districts that share the sensor, one alone tells of it. */
  readonly owned: boolean;
}

export interface ClaimDistrict {
  readonly id: string;
  readonly witness: DistrictWitness;
  /** Places of the districts that share a boundary valve with it. */
  readonly neighbours: readonly number[];
  readonly hasPressure: boolean;
  /** The planned day an instant falls in. */
  calendarDay(timeMs: number): CalendarDay | null;
}
