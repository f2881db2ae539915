/**
 * The report at the end of an exercise: when the trainee knew, which calls were right, and what water and money it cost beside the best
 * that crews can do and beside doing nothing. Pure.
 */
import type {
  CallReport,
  Exercise,
  Judgement,
  Loss,
  TrainingReport,
  TroubleReport,
} from "../model/training.ts";
import { lookedMs, mendedMs } from "./exercise.ts";
import type { HiddenTrouble } from "./hidden-trouble.ts";

/** Of the points for the water, the calls and the awareness. */
const WEIGHTS = { water: 60, calls: 20, awareness: 20 };
/** Somebody who knows of everything within so long is aware at once. */
const AWARE_AT_ONCE_MS = 2 * 3_600_000;
const NEVER_AWARE_MS = 24 * 3_600_000;

/** An alarm about a district that was acknowledged. */
export interface Acknowledgement {
  readonly districts: readonly string[];
  readonly atMs: number;
  /** What the alarm said it is. */
  readonly what: Judgement;
}

export interface Played {
  readonly exercise: Exercise;
  readonly endedMs: number;
  readonly hidden: readonly HiddenTrouble[];
  readonly acknowledged: readonly Acknowledgement[];
  readonly lost: Loss;
  readonly lostAtBest: Loss;
  readonly lostByDoingNothing: Loss;
}

export function scoreOf(played: Played): TrainingReport {
  const { exercise, endedMs, hidden, lost, lostAtBest, lostByDoingNothing } = played;
  const mine = hidden.filter(
    ({ fromMs, toMs }) => fromMs < endedMs && (toMs === null || toMs > exercise.startedMs),
  );
  const troubles = mine.map((one) => troubleReport(one, played));
  const calls = exercise.calls.map((call): CallReport => ({ ...call, right: isRight(call, hidden) }));
  const missionsInVain = exercise.missions.filter(({ found }) => found && found.place === null).length;
  return {
    points: Math.round(
      WEIGHTS.water * waterShare(lost, lostAtBest, lostByDoingNothing) +
        WEIGHTS.calls * callShare(calls, missionsInVain, exercise.missions.length) +
        WEIGHTS.awareness * awareShare(troubles, endedMs),
    ),
    troubles,
    calls,
    missionsInVain,
    lost,
    lostAtBest,
    lostByDoingNothing,
  };
}

/** When the trouble is mended if a crew leaves the moment it begins. */
export function bestMendedMs(
  { task, fromMs, districts }: HiddenTrouble,
  startedMs: number,
  mainsKm: (district: string) => number,
): number | null {
  const [district] = districts;
  if (task === null || district === undefined) return null;
  return mendedMs(task, lookedMs(task, mainsKm(district), Math.max(fromMs, startedMs)));
}

function troubleReport(one: HiddenTrouble, { exercise, acknowledged }: Played): TroubleReport {
  const concerns = (district: string) => one.districts.includes(district);
  const since = (atMs: number) => atMs >= one.fromMs;
  const aware = [
    ...acknowledged
      .filter(({ districts, what, atMs }) => what === one.what && districts.some(concerns) && since(atMs))
      .map(({ atMs }) => atMs),
    ...exercise.calls
      .filter(({ district, judgement, atMs }) => judgement === one.what && concerns(district) && since(atMs))
      .map(({ atMs }) => atMs),
    ...exercise.missions
      .filter(({ district, task, sentMs }) => task === one.task && concerns(district) && since(sentMs))
      .map(({ sentMs }) => sentMs),
  ];
  const mended = exercise.missions.find(({ found }) => found?.place === one.place);
  return {
    what: one.what,
    district: one.districts[0] ?? "",
    place: one.place,
    fromMs: one.fromMs,
    awareMs: aware.length > 0 ? Math.min(...aware) : null,
    mendedMs: mended?.doneMs ?? null,
  };
}

/** "Nothing" is right where nothing is wrong at the time; anything else where it is what has begun and not ended. */
function isRight({ district, judgement, atMs }: Exercise["calls"][number], hidden: readonly HiddenTrouble[]) {
  const there = hidden.filter(
    (one) => one.districts.includes(district) && one.fromMs <= atMs && (one.toMs === null || one.toMs > atMs),
  );
  return judgement === "nothing" ? there.length === 0 : there.some(({ what }) => what === judgement);
}

/** Of the water that could be saved, how much was. */
function waterShare(lost: Loss, best: Loss, nothing: Loss): number {
  const savable = nothing.m3 - best.m3;
  return savable > 0 ? Math.min(1, Math.max(0, (nothing.m3 - lost.m3) / savable)) : 1;
}

/** A call that was wrong and a crew that was sent in vain count alike; whoever calls nothing gets nothing. */
function callShare(calls: readonly CallReport[], inVain: number, missions: number): number {
  const made = calls.length + missions;
  const right = calls.filter((call) => call.right).length + missions - inVain;
  return made > 0 ? right / made : 0;
}

function awareShare(troubles: readonly TroubleReport[], endedMs: number): number {
  if (troubles.length === 0) return 1;
  const shares = troubles.map(({ fromMs, awareMs }) => {
    if (awareMs === null) return endedMs - fromMs < AWARE_AT_ONCE_MS ? 1 : 0;
    const waitedMs = awareMs - fromMs;
    return Math.min(1, Math.max(0, (NEVER_AWARE_MS - waitedMs) / (NEVER_AWARE_MS - AWARE_AT_ONCE_MS)));
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
