/**
 * The book of all alarms: what the recorded events, replayed in order, make of them, and what else those events say that alarms
 * are decided on. Pure: what to record next is in alarm-decisions.ts, and the runner records it.
 */
import {
  type Alarm,
  type AlarmChange,
  isRefusal,
  type Priority,
  type Rationalisation,
  type Refusal,
} from "../model/alarm.ts";
import { causeOf, type Findings, findingsWith } from "../model/cause.ts";
import type { Entry } from "../model/entry.ts";
import type { EventBody, NewEvent } from "../model/event.ts";
import type { Night } from "../model/night.ts";
import type { PlannedWork } from "../model/planned-work.ts";
import { type Topology, topologyOf } from "../model/topology.ts";
import type { Utility } from "../model/utility.ts";
import type { Subject, Verdict, VerdictKind } from "../model/verdict.ts";
import { applyChange } from "./alarm-life-cycle.ts";
import { lastActivations } from "./chattering.ts";
import { outageAfter } from "./telemetry-outage.ts";

/** Who acts when no person does. */
export const SYSTEM = "nightflow";

/** What the utility has laid down about its alarms. */
export interface AlarmRules {
  readonly utility: Utility;
  readonly rationalisations: readonly Rationalisation[];
  readonly plannedWorks: readonly PlannedWork[];
  /** Whose alarms are raised here, where several centres divide a utility; everybody's when left out. */
  readonly speaksFor?: (subject: Subject) => boolean;
}

export interface AlarmBook {
  /** Kinds that ask an operator to act, and how urgently; every other kind stays an event. */
  readonly rationalised: ReadonlyMap<VerdictKind, Priority>;
  readonly topology: Topology;
  /** Those of the configuration. */
  readonly plannedWorks: readonly PlannedWork[];
  /** Those entered while the centre runs, by id. */
  readonly enteredWorks: ReadonlyMap<string, PlannedWork>;
  readonly speaksFor: (subject: Subject) => boolean;
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** Cause to the alarm that was activated last for it. */
  readonly newest: ReadonlyMap<string, string>;
  /** Key of a finding to the alarm it was last told by. */
  readonly alarmOf: ReadonlyMap<string, string>;
  /** Cause to the times at which its last activations were decided. */
  readonly activations: ReadonlyMap<string, readonly number[]>;
  /** Cause to what was found of it, from the verdict events. */
  readonly findings: ReadonlyMap<string, Findings>;
  /** District to the last word on its boundary valves. */
  readonly boundaries: ReadonlyMap<string, Verdict>;
  /** District to its newest nights, ascending by date. */
  readonly nights: ReadonlyMap<string, readonly Night[]>;
}

/** A change to record for one alarm. */
export interface DecidedChange {
  readonly alarm: string;
  readonly change: AlarmChange;
}

/** An alarm event that contradicts the events before it. */
export interface Contradiction {
  readonly alarm: string;
  readonly timeMs: number;
  readonly refusal: Refusal;
}

export function emptyBook({
  utility,
  rationalisations,
  plannedWorks,
  speaksFor = () => true,
}: AlarmRules): AlarmBook {
  return {
    rationalised: new Map(rationalisations.map(({ kind, priority }) => [kind, priority])),
    topology: topologyOf(utility),
    plannedWorks,
    enteredWorks: new Map(),
    speaksFor,
    alarms: new Map(),
    newest: new Map(),
    alarmOf: new Map(),
    activations: new Map(),
    findings: new Map(),
    boundaries: new Map(),
    nights: new Map(),
  };
}

/** The book after the events, in their order. A contradicting event changes nothing and is handed back. */
export function replay(
  book: AlarmBook,
  events: readonly NewEvent[],
): { readonly book: AlarmBook; readonly contradictions: readonly Contradiction[] } {
  const draft: Draft = {
    ...book,
    enteredWorks: new Map(book.enteredWorks),
    alarms: new Map(book.alarms),
    newest: new Map(book.newest),
    alarmOf: new Map(book.alarmOf),
    activations: new Map(book.activations),
    findings: new Map(book.findings),
    boundaries: new Map(book.boundaries),
    nights: new Map(book.nights),
  };
  const contradictions: Contradiction[] = [];
  for (const { timeMs, actor, body } of events) {
    if (body.kind === "night") takeNight(draft, body.night);
    else if (body.kind === "verdict") takeVerdict(draft, body.verdict);
    else if (body.kind === "alarm") {
      const refusal = takeChange(draft, body, timeMs, actor);
      if (refusal) contradictions.push({ alarm: body.alarm, timeMs, refusal });
    } else if (body.kind === "entry") takeWorks(draft, body.entry);
  }
  return { book: draft, contradictions };
}

/** The book after one change that was decided on it. */
export function withChange(
  book: AlarmBook,
  { alarm, change, actor, timeMs }: DecidedChange & { readonly actor: string; readonly timeMs: number },
): AlarmBook {
  return replay(book, [{ timeMs, actor, body: { kind: "alarm", alarm, change } }]).book;
}

type Draft = AlarmBook & {
  readonly [Part in
    | "enteredWorks"
    | "alarms"
    | "newest"
    | "alarmOf"
    | "activations"
    | "findings"
    | "boundaries"
    | "nights"]: Map<string, AlarmBook[Part] extends ReadonlyMap<string, infer Value> ? Value : never>;
};

/** Enough to compare the nights before and after a repair that is reported weeks late. */
const NIGHTS_KEPT = 60;

function takeNight({ nights }: Draft, night: Night): void {
  const others = (nights.get(night.district) ?? []).filter(({ date }) => date !== night.date);
  const known = [...others, night].sort((a, b) => (a.date < b.date ? -1 : 1));
  nights.set(night.district, known.slice(-NIGHTS_KEPT));
}

function takeWorks({ enteredWorks }: Draft, entry: Entry): void {
  if (entry.type === "work-planned") enteredWorks.set(entry.id, entry.work);
  if (entry.type === "work-cancelled") enteredWorks.delete(entry.id);
}

function takeVerdict(draft: Draft, verdict: Verdict): void {
  const { findings, boundaries, rationalised, topology } = draft;
  if (verdict.kind === "boundary-valve") boundaries.set(verdict.subject.id, verdict);
  if (!rationalised.has(verdict.kind)) return;
  addFinding(findings, verdict);
  if (!rationalised.has("telemetry-outage")) return;
  const outage = outageAfter(findings, topology, verdict);
  if (outage) addFinding(findings, outage);
}

function addFinding(findings: Map<string, Findings>, verdict: Verdict): void {
  const cause = causeOf(verdict);
  findings.set(cause, findingsWith(findings.get(cause), verdict));
}

function takeChange(
  { alarms, newest, alarmOf, activations }: Draft,
  { alarm: id, change }: Extract<EventBody, { kind: "alarm" }>,
  timeMs: number,
  actor: string,
): Refusal | null {
  const outcome = applyChange(alarms.get(id) ?? null, { alarm: id, timeMs, actor, change });
  if (isRefusal(outcome)) return outcome;
  alarms.set(id, outcome);
  alarmOf.set(outcome.verdict.key, id);
  if (change.type !== "activated") return null;
  const cause = causeOf(outcome.verdict);
  newest.set(cause, id);
  activations.set(cause, [...lastActivations(activations.get(cause)), outcome.verdict.decidedMs]);
  return null;
}
