/**
 * The book of all alarms: what the alarm events, replayed in order, make of them, and what a verdict, an operator or the
 * passing of time changes next. Pure: it only says which changes to record; the runner records them.
 */
import {
  type Alarm,
  type AlarmChange,
  isRefusal,
  PRIORITIES,
  type Priority,
  type Rationalisation,
  type Refusal,
} from "../model/alarm.ts";
import { causeOf, endOf, type Findings, findingsWith, standingOf } from "../model/cause.ts";
import { DAY_MS } from "../model/clock.ts";
import type { NewEvent } from "../model/event.ts";
import type { Action } from "../model/live.ts";
import type { Verdict, VerdictKind } from "../model/verdict.ts";
import { applyChange } from "./alarm-life-cycle.ts";
import { isChattering, lastActivations } from "./chattering.ts";

/** The longest an operator may put an alarm aside; a longer repair shelves it again, with a reason of that day. */
export const MAX_SHELF_MS = 30 * DAY_MS;

/** A cause that was gone for longer and comes back is told as a new alarm, even if nobody acknowledged the end of the last one. */
const FORGOTTEN_MS = 7 * DAY_MS;

export interface AlarmBook {
  /** Kinds that ask an operator to act, and how urgently; every other kind stays an event. */
  readonly rationalised: ReadonlyMap<VerdictKind, Priority>;
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** Cause to the alarm that was activated last for it. */
  readonly newest: ReadonlyMap<string, string>;
  /** Cause to the times at which its last activations were decided. */
  readonly activations: ReadonlyMap<string, readonly number[]>;
  /** Cause to what was found of it, from the verdict events. */
  readonly findings: ReadonlyMap<string, Findings>;
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

export function emptyBook(rationalisations: readonly Rationalisation[]): AlarmBook {
  return {
    rationalised: new Map(rationalisations.map(({ kind, priority }) => [kind, priority])),
    alarms: new Map(),
    newest: new Map(),
    activations: new Map(),
    findings: new Map(),
  };
}

/** The book after the events, in their order. A contradicting event changes nothing and is handed back. */
export function replay(
  book: AlarmBook,
  events: readonly NewEvent[],
): { readonly book: AlarmBook; readonly contradictions: readonly Contradiction[] } {
  const alarms = new Map(book.alarms);
  const newest = new Map(book.newest);
  const activations = new Map(book.activations);
  const findings = new Map(book.findings);
  const contradictions: Contradiction[] = [];
  for (const { timeMs, actor, body } of events) {
    if (body.kind === "verdict" && concernsAlarms(book, body.verdict)) {
      const cause = causeOf(body.verdict);
      findings.set(cause, findingsWith(findings.get(cause), body.verdict));
    }
    if (body.kind !== "alarm") continue;
    const { alarm: id, change } = body;
    const outcome = applyChange(alarms.get(id) ?? null, { alarm: id, timeMs, actor, change });
    if (isRefusal(outcome)) {
      contradictions.push({ alarm: id, timeMs, refusal: outcome });
      continue;
    }
    alarms.set(id, outcome);
    if (change.type !== "activated") continue;
    const cause = causeOf(outcome.verdict);
    newest.set(cause, id);
    activations.set(cause, [...lastActivations(activations.get(cause)), outcome.verdict.decidedMs]);
  }
  return {
    book: { rationalised: book.rationalised, alarms, newest, activations, findings },
    contradictions,
  };
}

function concernsAlarms(book: AlarmBook, verdict: Verdict): boolean {
  return verdict.kind === "repair" || book.rationalised.has(verdict.kind);
}

/** What a verdict that the book has just replayed changes: nothing when it says what stands already. */
export function decide(book: AlarmBook, verdict: Verdict): readonly DecidedChange[] {
  return settle(book, causeOf(verdict));
}

/**
 * Brings the alarm of one cause in line with what was found of it. A function of what is known, not of how it came to be
 * known, so asking again changes nothing. A finding that was over before anyone was told needs no response: it stays an event.
 */
function settle(book: AlarmBook, cause: string): readonly DecidedChange[] {
  const findings = book.findings.get(cause);
  if (!findings) return [];
  const standing = standingOf(findings);
  const id = book.newest.get(cause);
  const last = id === undefined ? undefined : book.alarms.get(id);
  if (!last)
    return standing ? [{ alarm: alarmIdOf(standing), change: activation(book, cause, standing) }] : [];

  const active = last.state === "unacknowledged" || last.state === "acknowledged";
  if (standing && !active) {
    const change = activation(book, cause, standing);
    return [{ alarm: isSameAlarm(last, change) ? last.id : alarmIdOf(standing), change }];
  }
  const verdict = standing ?? endOf(findings, last.verdict.key);
  if (!verdict || (sameVerdict(verdict, last.verdict) && (standing || !active))) return [];
  if (standing && last.state === "acknowledged" && hasOutgrown(book, last, standing))
    return [{ alarm: last.id, change: { type: "re-alarmed", verdict } }];
  return [{ alarm: last.id, change: { type: standing || !active ? "revised" : "cleared", verdict } }];
}

/** Whether an alarm that is not active comes back, or another one is raised for the same cause. */
function isSameAlarm(last: Alarm, { verdict, chattering }: Activation): boolean {
  // Its end was taken back.
  if (last.verdict.key === verdict.key) return true;
  const endMs = last.verdict.endMs ?? last.clearedMs ?? last.activatedMs;
  if (verdict.startMs - endMs > FORGOTTEN_MS) return false;
  return last.state === "returned-unacknowledged" || (chattering ?? false);
}

type Activation = Extract<AlarmChange, { type: "activated" }>;

function activation(book: AlarmBook, cause: string, verdict: Verdict): Activation {
  const times = [...lastActivations(book.activations.get(cause)), verdict.decidedMs];
  const chattering = isChattering(times, cause.endsWith(":leak"));
  return { type: "activated", verdict, ...(chattering && { chattering }) };
}

/** An acknowledged alarm asks again when the flow has left the interval that was acknowledged, or more is at stake. */
function hasOutgrown({ rationalised }: AlarmBook, { acknowledgedAs }: Alarm, standing: Verdict): boolean {
  if (!acknowledgedAs) return false;
  const { kind, size } = acknowledgedAs;
  if (size && standing.size && standing.size.estimate > size.high) return true;
  const [before, now] = [rationalised.get(kind), rationalised.get(standing.kind)];
  return before !== undefined && now !== undefined && PRIORITIES.indexOf(now) > PRIORITIES.indexOf(before);
}

/** What an operator's action changes, or why it cannot. */
export function act(book: AlarmBook, action: Action, actor: string, nowMs: number): DecidedChange | Refusal {
  const change = changeOf(action);
  if (change.type === "shelved") {
    if (change.untilMs <= nowMs)
      return { code: "shelf-in-the-past", message: "The time until which to shelve has passed." };
    if (change.untilMs > nowMs + MAX_SHELF_MS)
      return { code: "shelf-too-long", message: `Shelve for at most ${MAX_SHELF_MS / DAY_MS} days.` };
  }
  const alarm = book.alarms.get(action.alarm) ?? null;
  const outcome = applyChange(alarm, { alarm: action.alarm, timeMs: nowMs, actor, change });
  return isRefusal(outcome) ? outcome : { alarm: action.alarm, change };
}

/** Shelves that have run out, and whatever verdicts ask for that was not recorded when they came. */
export function tick(book: AlarmBook, nowMs: number): readonly DecidedChange[] {
  const overdue: DecidedChange[] = [...book.alarms.values()]
    .filter((alarm) => alarm.shelved && alarm.shelved.untilMs <= nowMs)
    .map((alarm) => ({ alarm: alarm.id, change: { type: "unshelved" } }));
  return [...overdue, ...[...book.findings.keys()].flatMap((cause) => settle(book, cause))];
}

function changeOf(action: Action): AlarmChange {
  switch (action.type) {
    case "acknowledge":
      return { type: "acknowledged" };
    case "comment":
      return { type: "commented", text: action.text };
    case "assign":
      return { type: "assigned", to: action.to };
    case "shelve":
      return { type: "shelved", reason: action.reason, untilMs: action.untilMs };
    case "unshelve":
      return { type: "unshelved" };
    case "take-out-of-service":
      return { type: "taken-out-of-service", reason: action.reason };
    case "return-to-service":
      return { type: "returned-to-service" };
  }
}

/** The same finding raises the same alarm, whenever and wherever it is computed. */
export function alarmIdOf(verdict: Verdict): string {
  return `${causeOf(verdict)}:${new Date(verdict.startMs).toISOString()}`;
}

/** Verdicts are plain data made by one writer, or the same after a trip through JSON: equal text is equal content. */
function sameVerdict(a: Verdict, b: Verdict): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
