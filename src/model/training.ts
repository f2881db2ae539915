/**
 * An exercise as the page of the trainee and the centre speak of it: what may be done, how it stands, and the report at its end. Times are
 * of the simulated clock, ms UTC; durations too.
 */
import { z } from "zod";
import type { Language } from "./language.ts";

export const JUDGEMENTS = ["leak", "sensor-fault", "boundary-valve", "nothing"] as const;
/** What is going on in a district, as the trainee sees it. */
export type Judgement = (typeof JUDGEMENTS)[number];

export const TASKS = ["search", "meter", "valve"] as const;
/** What a crew is sent for: to search for a leak, to look after the meters, to look after the boundary valves. */
export type Task = (typeof TASKS)[number];

const district = z.string().min(1).max(100);

export const trainingActionSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("judge"), district, judgement: z.enum(JUDGEMENTS) }).strict(),
  z.object({ type: z.literal("send"), district, task: z.enum(TASKS) }).strict(),
  z.object({ type: z.literal("pause") }).strict(),
  z.object({ type: z.literal("resume"), speed: z.number().min(1).max(600).optional() }).strict(),
  z.object({ type: z.literal("end") }).strict(),
]);

export type TrainingAction = z.infer<typeof trainingActionSchema>;

export interface Call {
  readonly district: string;
  readonly judgement: Judgement;
  readonly atMs: number;
}

export interface Mission {
  readonly district: string;
  readonly task: Task;
  readonly sentMs: number;
  /** When the crew has looked everywhere, and when what it found is mended. */
  readonly lookedMs: number;
  readonly doneMs: number;
  /** Null until the crew has looked. `place` names the pipe, sensor or valve. */
  readonly found: { readonly place: string | null } | null;
}

export interface Exercise {
  readonly startedMs: number;
  /** When it ends by itself, and when it ended. */
  readonly endsMs: number;
  readonly endedMs: number | null;
  readonly calls: readonly Call[];
  readonly missions: readonly Mission[];
}

/** Water and its value, from the beginning of the exercise to the end it was given, wherever it was broken off. */
export interface Loss {
  readonly m3: number;
  readonly money: number;
}

export interface TroubleReport {
  readonly what: Judgement;
  readonly district: string;
  /** The pipe, sensor or valve. */
  readonly place: string;
  readonly fromMs: number;
  /** When the trainee first showed to know of it: acknowledged, judged rightly, or sent the right crew; null for never. */
  readonly awareMs: number | null;
  readonly mendedMs: number | null;
}

export interface CallReport extends Call {
  readonly right: boolean;
}

export interface TrainingReport {
  /** 0..100. */
  readonly points: number;
  readonly troubles: readonly TroubleReport[];
  readonly calls: readonly CallReport[];
  /** Crews that found nothing of what they were sent for. */
  readonly missionsInVain: number;
  readonly lost: Loss;
  /** As if every crew had left the moment something broke. */
  readonly lostAtBest: Loss;
  readonly lostByDoingNothing: Loss;
}

/** What the page is told. */
export interface TrainingView {
  readonly name: string;
  /** From 1, the easiest; null for a scenario that is no lesson. */
  readonly grade: number | null;
  readonly brief: Readonly<Record<Language, string>>;
  readonly crews: number;
  readonly paused: boolean;
  readonly speed: number;
  readonly nowMs: number;
  readonly exercise: Exercise;
  /** Null while it runs. */
  readonly report: TrainingReport | null;
}

/** The port by which the operator service plays an exercise. */
export interface Training {
  view(): TrainingView;
  /** Rejects with a Failure that says why not. */
  act(action: TrainingAction): Promise<TrainingView>;
}
