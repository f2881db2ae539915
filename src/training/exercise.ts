/**
 * How an exercise goes on: calls, crews and their findings, as pure transitions over its state.
 *
 *   send -> under way -> looked (found something, or nothing) -> mended -> free again
 */
import { HOUR_MS } from "../model/clock.ts";
import { Failure } from "../model/failure.ts";
import type { Exercise, Mission, Task, TrainingAction } from "../model/training.ts";
import type { HiddenTrouble } from "./hidden-trouble.ts";

/** What crews need in this town. */
export interface CrewRules {
  readonly crews: number;
  /** Mains of a district, km. */
  readonly mainsKm: (district: string) => number;
}

/** To get there; an acoustic survey then covers so many km an hour. */
const TRAVEL_MS = HOUR_MS / 2;
const SURVEY_KM_PER_H = 4;
const LOOK_MS = HOUR_MS;
/** To mend what was found. */
const MEND_MS: Readonly<Record<Task, number>> = { search: 2 * HOUR_MS, meter: HOUR_MS, valve: HOUR_MS / 2 };

export function beginExercise(startedMs: number, endsMs: number): Exercise {
  return { startedMs, endsMs, endedMs: null, calls: [], missions: [] };
}

/** When a crew that is sent has looked everywhere it was sent to look. */
export function lookedMs(task: Task, mainsKm: number, sentMs: number): number {
  const lookMs = task === "search" ? (mainsKm / SURVEY_KM_PER_H) * HOUR_MS : LOOK_MS;
  return sentMs + TRAVEL_MS + Math.round(lookMs);
}

export function mendedMs(task: Task, looked: number): number {
  return looked + MEND_MS[task];
}

export function crewsOut({ missions }: Exercise, nowMs: number): number {
  return missions.filter(({ lookedMs, doneMs, found }) =>
    found && found.place === null ? lookedMs > nowMs : doneMs > nowMs,
  ).length;
}

/** Throws Failure "exercise-over" or "no-crew-free". Pausing is the clock's affair. */
export function acted(
  exercise: Exercise,
  action: Extract<TrainingAction, { type: "judge" | "send" | "end" }>,
  rules: CrewRules,
  nowMs: number,
): Exercise {
  if (exercise.endedMs !== null) throw new Failure("exercise-over", "The exercise is over.");
  switch (action.type) {
    case "judge": {
      const { district, judgement } = action;
      return { ...exercise, calls: [...exercise.calls, { district, judgement, atMs: nowMs }] };
    }
    case "send": {
      if (crewsOut(exercise, nowMs) >= rules.crews)
        throw new Failure("no-crew-free", "Every crew is out.", { retryable: true });
      const { district, task } = action;
      const looked = lookedMs(task, rules.mainsKm(district), nowMs);
      const mission: Mission = {
        district,
        task,
        sentMs: nowMs,
        lookedMs: looked,
        doneMs: mendedMs(task, looked),
        found: null,
      };
      return { ...exercise, missions: [...exercise.missions, mission] };
    }
    case "end":
      return { ...exercise, endedMs: nowMs };
  }
}

export interface Mending {
  /** Place in the scenario's troubles. */
  readonly trouble: number;
  readonly atMs: number;
}

/** What time brings: crews that have looked by now find what is there, and the exercise ends when its time is over. */
export function advanced(
  exercise: Exercise,
  hidden: readonly HiddenTrouble[],
  nowMs: number,
): { readonly exercise: Exercise; readonly mendings: readonly Mending[] } {
  if (exercise.endedMs !== null) return { exercise, mendings: [] };
  const mendings: Mending[] = [];
  const missions = exercise.missions.map((mission): Mission => {
    if (mission.found || mission.lookedMs > nowMs) return mission;
    const taken = new Set(exercise.missions.flatMap(({ found }) => found?.place ?? []));
    const there = hidden.find(
      (one) =>
        one.task === mission.task &&
        one.districts.includes(mission.district) &&
        one.fromMs <= mission.lookedMs &&
        (one.toMs === null || one.toMs > mission.lookedMs) &&
        !taken.has(one.place),
    );
    if (there) mendings.push({ trouble: there.trouble, atMs: mission.doneMs });
    return { ...mission, found: { place: there?.place ?? null } };
  });
  const endedMs = nowMs >= exercise.endsMs ? exercise.endsMs : null;
  return { exercise: { ...exercise, missions, endedMs }, mendings };
}
