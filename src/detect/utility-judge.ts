/**
 * The judgement of a whole utility, streamed: samples and time in, nights and verdicts out. The same code judges live data, a
 * replay of history and a backtest, and what it finds depends on the samples alone, not on how they were batched.
 *
 * Districts go forward together, in the same steps however data come, because they explain each other: a boundary valve is seen from both
 * its sides, and a meter's growth is held against that of all others on the same day. None goes on while another's earlier slots may yet
 * be completed: for as long as lateness is allowed. Who sends nothing for days is not waited for; what it sends afterwards of the time
 * that was passed by is late.
 */
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Night } from "../model/night.ts";
import type { Series } from "../model/sample.ts";
import type { District, Sensor, Utility } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import { advanceDesk, type ClaimContext, createClaimDesk } from "./claim-desk.ts";
import {
  createDistrictJudge,
  createDistrictState,
  type DistrictFindings,
  type DistrictJudge,
  type DistrictState,
  type SharedState,
} from "./district-judge.ts";
import { createGrowthBoard } from "./growth-board.ts";
import type { JudgedDays } from "./judged-days.ts";
import {
  createLoneSensor,
  createLoneSensorState,
  type LoneSensor,
  type LoneSensorState,
} from "./lone-sensor.ts";
import { sensorsOf } from "./net-inflow.ts";
import { forgetWaiting, judgedUntilMs } from "./slot-alignment.ts";
import { createWrongMeters } from "./wrong-meters.ts";

/** A clock further ahead of the data than this is not theirs: a recording of the past is being read. */
const CLOCK_AHEAD_MS = 7 * 24 * HOUR_MS;
/** Hours end on a quarter by every zone's clock; districts with shorter slots go through those of a quarter one after the other. */
const STEP_MS = 15 * MINUTE_MS;
/** One sensor's clock may be ahead: where nobody tells the time, data of one district hurry the others by so much less. */
const SENSOR_AHEAD_MS = HOUR_MS;

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

/** All that is learnt and remembered of a utility: plain data, which may be cloned, stored, and carried on by another judge. */
export interface UtilityState {
  /** In the order of the utility's districts. */
  readonly districts: readonly DistrictState[];
  /** Of the sensors that belong to none, in the utility's order. */
  readonly lone: readonly LoneSensorState[];
  readonly shared: SharedState;
  /** All districts that were heard of are judged up to here, and none beyond; -Infinity before the first slot. */
  passedMs: number;
  newestMs: number;
  oldestMs: number;
  begunMs: number;
}

export interface UtilityJudge {
  take(series: readonly Series[]): Findings;
  /** Time passes also where no data come: judges what has waited long enough, and notices silence. */
  tick(nowMs: number): Findings;
}

/** What is known of a utility before its first sample. */
export function createUtilityState(utility: Utility, parameters: DetectionParameters): UtilityState {
  const sensors = sensorsById(utility);
  return {
    districts: utility.districts.map((district) => createDistrictState(district, sensors, parameters)),
    lone: loneSensorsOf(utility).map((sensor) => createLoneSensorState(sensor, parameters)),
    shared: {
      board: createGrowthBoard(),
      desk: createClaimDesk(utility.districts.length),
      wrongMeters: createWrongMeters(),
    },
    passedMs: Number.NEGATIVE_INFINITY,
    newestMs: Number.NEGATIVE_INFINITY,
    oldestMs: Number.POSITIVE_INFINITY,
    begunMs: Number.POSITIVE_INFINITY,
  };
}

/**
 * Carries a state on, changing it in place: no sample costs an object. Whoever wants to keep the state as it was clones it first.
 *
 * @param state made for this utility and these parameters; a fresh one when left out
 */
export function createUtilityJudge(
  utility: Utility,
  parameters: DetectionParameters,
  state: UtilityState = createUtilityState(utility, parameters),
): UtilityJudge {
  const { districts, lone, districtsOf, loneOf, claimants } = createJudges(utility, parameters, state);
  const { desk } = state.shared;

  /** Every district up to the same quarter of an hour, and no further than all are complete. */
  function advanceDistricts(clockMs: number, findings: DistrictFindings): void {
    for (;;) {
      const untilMs = Math.ceil(earliestEnd(districts) / STEP_MS) * STEP_MS;
      if (untilMs === Number.POSITIVE_INFINITY) return;
      for (const one of districts) if (!one.isCompleteBy(untilMs, clockMs)) return;
      for (const one of districts) one.advance(clockMs, untilMs, findings);
      state.passedMs = untilMs;
      findings.verdicts.push(...advanceDesk(desk, untilMs, claimants));
    }
  }

  function advance(someLone: Iterable<LoneSensor>, nowMs: number, lateFromMs: number | null): Findings {
    const findings: DistrictFindings = { nights: [], verdicts: [] };
    const clockMs = nowMs - state.newestMs <= CLOCK_AHEAD_MS ? nowMs : Number.NEGATIVE_INFINITY;
    for (const one of someLone) one.advance(clockMs, findings.verdicts);
    advanceDistricts(Math.max(clockMs, state.newestMs - SENSOR_AHEAD_MS), findings);
    return { ...findings, lateFromMs };
  }

  return {
    take(series) {
      let lateFromMs = Number.POSITIVE_INFINITY;
      const touched = new Set<LoneSensor>();
      for (const one of series) {
        for (const judge of districtsOf.get(one.sensor) ?? [])
          lateFromMs = Math.min(lateFromMs, judge.add(one, state.passedMs) ?? lateFromMs);
        const alone = loneOf.get(one.sensor);
        if (alone) {
          lateFromMs = Math.min(lateFromMs, alone.add(one) ?? lateFromMs);
          touched.add(alone);
        }
        for (const timeMs of one.timesMs) {
          if (timeMs > state.newestMs) state.newestMs = timeMs;
          if (timeMs < state.oldestMs) state.oldestMs = timeMs;
        }
      }
      // Whoever never spoke is silent from the first sample of anybody on.
      if (state.oldestMs < state.begunMs)
        for (const judge of lone)
          if (!judge.begin(state.oldestMs)) lateFromMs = Math.min(lateFromMs, state.oldestMs);
      state.begunMs = state.oldestMs;
      return advance(touched, Number.NEGATIVE_INFINITY, Number.isFinite(lateFromMs) ? lateFromMs : null);
    },
    tick: (nowMs) => advance(lone, nowMs, null),
  };
}

/** What of each sensor is in a state; of a sensor of several districts what each of them judged. */
export interface JudgedSensor {
  readonly sensor: string;
  /** Samples before are judged; -Infinity when none is. */
  readonly untilMs: number;
  readonly days: JudgedDays;
}

export function judgedSensors(state: UtilityState): readonly JudgedSensor[] {
  return alignmentsOf(state).flatMap(({ alignment, untilMs }) =>
    [...alignment.placeOf].map(([sensor, at]) => ({ sensor, untilMs, days: alignment.judged[at]! })),
  );
}

/** What waits to be judged is let go of: whoever goes on reads it again, if it is still there. */
export function forgetUnjudged(state: UtilityState): void {
  state.newestMs = Number.NEGATIVE_INFINITY;
  for (const { alignment } of [...state.districts, ...state.lone]) {
    forgetWaiting(alignment);
    for (const timeMs of alignment.lastTimesMs) state.newestMs = Math.max(state.newestMs, timeMs);
  }
}

/** Where to go on reading each sensor: what lies before is judged by every district that has it. -Infinity for one that never was. */
export function unjudgedFromMs(state: UtilityState): ReadonlyMap<string, number> {
  const from = new Map<string, number>();
  for (const { alignment, untilMs } of alignmentsOf(state))
    for (const sensor of alignment.placeOf.keys())
      from.set(sensor, Math.min(from.get(sensor) ?? Number.POSITIVE_INFINITY, untilMs));
  return from;
}

/** What comes from here on is late for no district; -Infinity when nothing is judged. */
export function horizonMs(state: UtilityState): number {
  return Math.max(...alignmentsOf(state).map(({ untilMs }) => untilMs), Number.NEGATIVE_INFINITY);
}

/** Each with the time before which all is judged, or passed by. */
function alignmentsOf({ districts, lone, passedMs }: UtilityState) {
  return [
    ...districts.map(({ alignment }) => ({ alignment, untilMs: judgedUntilMs(alignment, passedMs) })),
    ...lone.map(({ alignment }) => ({ alignment, untilMs: judgedUntilMs(alignment) })),
  ];
}

/** One judge a district, one for each sensor that belongs to none, and the districts as the claim desk knows them. */
function createJudges(utility: Utility, parameters: DetectionParameters, state: UtilityState) {
  const { districts } = utility;
  const sensors = sensorsById(utility);
  const owners = ownersOf(districts);
  const neighbours = neighboursOf(districts);
  const districtsOf = new Map<string, DistrictJudge[]>();
  const loneOf = new Map<string, LoneSensor>();
  const sharing = (sensor: string, place: number) =>
    districts.flatMap((one, other) => (other !== place && sensorsOf(one).includes(sensor) ? [other] : []));
  const made = districts.map((district, place) => {
    const one = createDistrictJudge(
      district,
      {
        sensors,
        ownsSensor: (id) => owners.get(id) === district.id,
        shared: state.shared,
        claimants: () => claimants,
        place,
        neighbours: [...neighbours[place]!],
        sharing: (sensor) => sharing(sensor, place),
      },
      parameters,
      state.districts[place]!,
    );
    for (const id of new Set(sensorsOf(district)))
      districtsOf.set(id, [...(districtsOf.get(id) ?? []), one.judge]);
    return one;
  });
  const claimants: ClaimContext = {
    districts: made.map(({ claimant }) => claimant),
    latenessMs: parameters.latenessMinutes * MINUTE_MS,
  };
  const lone = loneSensorsOf(utility).map(({ id }, place) => {
    const judge = createLoneSensor(state.lone[place]!);
    loneOf.set(id, judge);
    return judge;
  });
  return { districts: made.map(({ judge }) => judge), lone, districtsOf, loneOf, claimants };
}

function sensorsById({ sensors }: Utility): ReadonlyMap<string, Sensor> {
  return new Map(sensors.map((sensor) => [sensor.id, sensor]));
}

/** By sensor the district that tells of its health. With fewest other meters beside it a meter's own change is clearest. */
function ownersOf(districts: readonly District[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const one of districts.toSorted((a, b) => a.meters.length - b.meters.length))
    for (const id of sensorsOf(one)) if (!owners.has(id)) owners.set(id, one.id);
  return owners;
}

function loneSensorsOf({ sensors, districts }: Utility): readonly Sensor[] {
  const owners = ownersOf(districts);
  return sensors.filter(({ id }) => !owners.has(id));
}

/** By place the places of the districts beside it. */
function neighboursOf(districts: readonly District[]): readonly ReadonlySet<number>[] {
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
  return neighbours;
}

function earliestEnd(districts: readonly DistrictJudge[]): number {
  let earliestMs = Number.POSITIVE_INFINITY;
  for (const one of districts) earliestMs = Math.min(earliestMs, one.nextEndMs());
  return earliestMs;
}
