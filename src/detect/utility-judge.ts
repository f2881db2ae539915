/**
 * The judgement of a whole utility, streamed: samples and time in, nights and verdicts out. The same code judges live data, a
 * replay of history and a backtest, and what it finds depends on the samples alone, not on how they were batched.
 *
 * Districts go forward together, an hour at a time, because they explain each other: a boundary valve is seen from both its sides.
 */
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Night } from "../model/night.ts";
import type { Series } from "../model/sample.ts";
import type { Utility } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import { createClaimDesk } from "./claim-desk.ts";
import { createDistrictJudge, type DistrictFindings, type DistrictJudge } from "./district-judge.ts";
import { createGrowthBoard } from "./growth-board.ts";
import { createLoneSensor } from "./lone-sensor.ts";
import { sensorsOf } from "./net-inflow.ts";
import { createWrongMeters } from "./wrong-meters.ts";

/** A clock further ahead of the data than this is not theirs: a recording of the past is being read. */
const CLOCK_AHEAD_MS = 7 * 24 * HOUR_MS;

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
  const judgesOf = new Map<string, DistrictJudge[]>();
  const { judges, lone, desk } = createJudges(utility, parameters, judgesOf);
  let newestMs = Number.NEGATIVE_INFINITY;
  let oldestMs = Number.POSITIVE_INFINITY;
  let begunMs = Number.POSITIVE_INFINITY;

  function advance(some: readonly DistrictJudge[], nowMs: number, lateFromMs: number | null): Findings {
    const findings: DistrictFindings = { nights: [], verdicts: [] };
    const isOfData = nowMs - newestMs <= CLOCK_AHEAD_MS;
    const clockMs = isOfData ? Math.max(nowMs, newestMs) : newestMs;
    const judgedByMs = isOfData ? nowMs : Number.NEGATIVE_INFINITY;
    const goTo = (untilMs: number) => {
      for (const judge of some) judge.advance(judgedByMs, untilMs, findings);
      findings.verdicts.push(...desk.advance(Math.min(untilMs, clockMs)));
    };
    for (let hourMs = hourAfter(earliest(some)); hourMs <= clockMs; ) {
      goTo(hourMs);
      const next = hourAfter(earliest(some));
      // Nothing more is complete: the rest waits for data.
      if (next <= hourMs) break;
      hourMs = next;
    }
    goTo(Number.POSITIVE_INFINITY);
    return { ...findings, lateFromMs };
  }

  return {
    take(series) {
      let lateFromMs: number | null = null;
      const touched = new Set<DistrictJudge>();
      for (const one of series) {
        for (const judge of judgesOf.get(one.sensor) ?? []) {
          const late = judge.add(one);
          if (late !== null) lateFromMs = Math.min(late, lateFromMs ?? late);
          touched.add(judge);
        }
        for (const timeMs of one.timesMs) {
          if (timeMs > newestMs) newestMs = timeMs;
          if (timeMs < oldestMs) oldestMs = timeMs;
        }
      }
      // Whoever never spoke is silent from the first sample of anybody on.
      if (oldestMs < begunMs) for (const judge of lone) judge.begin(oldestMs);
      begunMs = oldestMs;
      return advance([...touched], Number.NEGATIVE_INFINITY, lateFromMs);
    },
    tick: (nowMs) => advance(judges, nowMs, null),
  };
}

/** One judge a district, one for each sensor that belongs to none, and the desk at which all districts' claims are examined. */
function createJudges(
  { sensors: all, districts }: Utility,
  parameters: DetectionParameters,
  judgesOf: Map<string, DistrictJudge[]>,
) {
  const sensors = new Map(all.map((sensor) => [sensor.id, sensor]));
  const places = new Map(districts.map(({ id }, place) => [id, place]));
  const neighbours = districts.map(() => new Set<number>());
  for (const [place, district] of districts.entries()) {
    for (const id of district.neighbours) {
      const other = places.get(id);
      if (other === undefined) continue;
      // A valve has two sides, whichever of them names the other.
      neighbours[place]!.add(other);
      neighbours[other]!.add(place);
    }
  }
  /** With fewest other meters beside it a meter's own change is clearest. */
  const owners = new Map<string, string>();
  for (const one of districts.toSorted((a, b) => a.meters.length - b.meters.length))
    for (const id of sensorsOf(one)) if (!owners.has(id)) owners.set(id, one.id);
  const board = createGrowthBoard();
  const wrongMeters = createWrongMeters();
  const sharing = (sensor: string, place: number) =>
    districts.flatMap((one, other) => (other !== place && sensorsOf(one).includes(sensor) ? [other] : []));
  const made = districts.map((district, place) => {
    const ids = sensorsOf(district);
    const one = createDistrictJudge(
      district,
      {
        sensors,
        ownsSensor: (id) => owners.get(id) === district.id,
        board,
        desk: () => desk,
        place,
        neighbours: [...neighbours[place]!],
        wrongMeters,
        sharing: (sensor) => sharing(sensor, place),
      },
      parameters,
    );
    for (const id of new Set(ids)) judgesOf.set(id, [...(judgesOf.get(id) ?? []), one.judge]);
    return one;
  });
  const claimants = made.map(({ claimant }) => claimant);
  const desk = createClaimDesk(claimants, parameters.latenessMinutes * MINUTE_MS);
  const lone = all
    .filter(({ id }) => !owners.has(id))
    .map((sensor) => {
      const judge = createLoneSensor(sensor, parameters);
      judgesOf.set(sensor.id, [judge]);
      return judge;
    });
  return { judges: [...made.map(({ judge }) => judge), ...lone], lone, desk };
}

function earliest(judges: readonly DistrictJudge[]): number {
  let earliestMs = Number.POSITIVE_INFINITY;
  for (const judge of judges) earliestMs = Math.min(earliestMs, judge.nextMs());
  return earliestMs;
}

/** The first full hour that a slot beginning then can be over by. */
function hourAfter(timeMs: number): number {
  return (Math.floor(timeMs / HOUR_MS) + 1) * HOUR_MS;
}
