/**
 * The book of all alarms: what the alarm events, replayed in order, make of them, and what a verdict, an operator or the
 * passing of time changes next. Pure: it only says which changes to record; the runner records them.
 */
import {
  type Alarm,
  type AlarmChange,
  isRefusal,
  type Rationalisation,
  type Refusal,
} from "../model/alarm.ts";
import { causeOf, endOf, type Findings, findingsWith, standingOf } from "../model/cause.ts";
import { DAY_MS } from "../model/clock.ts";
import type { NewEvent } from "../model/event.ts";
import type { Action } from "../model/live.ts";
import type { Verdict, VerdictKind } from "../model/verdict.ts";
import { applyChange } from "./alarm-life-cycle.ts";

/** The longest an operator may put an alarm aside; a longer repair shelves it again, with a reason of that day. */
export const MAX_SHELF_MS = 30 * DAY_MS;

export interface AlarmBook {
  /** Kinds that ask an operator to act; every other kind stays an event. */
  readonly rationalised: ReadonlySet<VerdictKind>;
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** Cause to the alarm that was activated last for it. */
  readonly newest: ReadonlyMap<string, string>;
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
    rationalised: new Set(rationalisations.map((one) => one.kind)),
    alarms: new Map(),
    newest: new Map(),
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
    if (change.type === "activated") newest.set(causeOf(outcome.verdict), id);
  }
  return { book: { rationalised: book.rationalised, alarms, newest, findings }, contradictions };
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
  if (!last) return standing ? [activation(alarmIdOf(standing), standing)] : [];

  const active = last.state === "unacknowledged" || last.state === "acknowledged";
  if (standing && !active) {
    // Nobody has answered the last alarm yet, or its end was taken back: it is the same alarm again.
    const same = last.state === "returned-unacknowledged" || last.verdict.key === standing.key;
    return [activation(same ? last.id : alarmIdOf(standing), standing)];
  }
  const verdict = standing ?? endOf(findings, last.verdict.key);
  if (!verdict || (sameVerdict(verdict, last.verdict) && (standing || !active))) return [];
  return [{ alarm: last.id, change: { type: standing || !active ? "revised" : "cleared", verdict } }];
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

function activation(alarm: string, verdict: Verdict): DecidedChange {
  return { alarm, change: { type: "activated", verdict } };
}

/** The same finding raises the same alarm, whenever and wherever it is computed. */
export function alarmIdOf(verdict: Verdict): string {
  return `${causeOf(verdict)}:${new Date(verdict.startMs).toISOString()}`;
}

/** Verdicts are plain data made by one writer, or the same after a trip through JSON: equal text is equal content. */
function sameVerdict(a: Verdict, b: Verdict): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
