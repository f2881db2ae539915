/**
 * The judgement of a whole utility, streamed: samples and time in, nights and verdicts out. The same code judges live data, a
 * replay of history and a backtest, and what it finds depends on the samples alone, not on how they were batched.
 */
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Night } from "../model/night.ts";
import type { Series } from "../model/sample.ts";
import type { Utility } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import { createDistrictJudge, type DistrictFindings, type DistrictJudge } from "./district-judge.ts";
import { sensorsOf } from "./net-inflow.ts";

export interface Findings {
  readonly nights: readonly Night[];
  /** New findings and revisions of standing ones: a key seen before replaces what was said under it. */
  readonly verdicts: readonly Verdict[];
  /**
   * Not null when samples came for time already judged: the earliest of them. They are not part of this judgement; feed the
   * affected history, which holds them, to a fresh judge and take what that one finds.
   */
  readonly lateFromMs: number | null;
}

export interface UtilityJudge {
  take(series: readonly Series[]): Findings;
  /** Time passes also where no data come: judges what has waited long enough, and notices silence. */
  tick(nowMs: number): Findings;
}

export function createUtilityJudge(utility: Utility, parameters: DetectionParameters): UtilityJudge {
  const sensors = new Map(utility.sensors.map((sensor) => [sensor.id, sensor]));
  const owners = new Map<string, string>();
  const districtsOf = new Map<string, DistrictJudge[]>();
  const judges = utility.districts.map((district) => {
    const ids = sensorsOf(district);
    for (const id of ids) if (!owners.has(id)) owners.set(id, district.id);
    const judge = createDistrictJudge(district, sensors, (id) => owners.get(id) === district.id, parameters);
    for (const id of new Set(ids)) districtsOf.set(id, [...(districtsOf.get(id) ?? []), judge]);
    return judge;
  });

  function advance(some: Iterable<DistrictJudge>, nowMs: number, lateFromMs: number | null): Findings {
    const findings: DistrictFindings = { nights: [], verdicts: [] };
    for (const judge of some) judge.advance(nowMs, findings);
    return { ...findings, lateFromMs };
  }

  return {
    take(series) {
      let lateFromMs: number | null = null;
      const touched = new Set<DistrictJudge>();
      for (const one of series) {
        for (const judge of districtsOf.get(one.sensor) ?? []) {
          const late = judge.add(one);
          if (late !== null) lateFromMs = Math.min(late, lateFromMs ?? late);
          touched.add(judge);
        }
      }
      return advance(touched, Number.NEGATIVE_INFINITY, lateFromMs);
    },
    tick: (nowMs) => advance(judges, nowMs, null),
  };
}
