/**
 * The book of all alarms: what the alarm events, replayed in order, make of them, and what a verdict, an operator or the
 * passing of time changes next. Pure: it only says which changes to record; the runner records them.
 *
 * One cause, one alarm. Of one subject and kind family only the newest alarm is ever standing; what other judges say of it
 * revises it, and it clears when no judge finds it any more. A kind without a rationalisation never becomes an alarm.
 */
import type { Alarm, AlarmChange, Rationalisation, Refusal } from "../model/alarm.ts";
import { DAY_MS } from "../model/clock.ts";
import type { NewEvent } from "../model/event.ts";
import type { Action } from "../model/live.ts";
import type { Verdict, VerdictKind } from "../model/verdict.ts";
import { causeOf } from "./alarm-family.ts";
import { alarmIdOf, applyChange, isRefusal } from "./alarm-life-cycle.ts";

/** The longest an operator may put an alarm aside; a longer repair shelves it again, with a reason of that day. */
export const MAX_SHELF_MS = 30 * DAY_MS;

export interface AlarmBook {
  readonly rationalised: ReadonlySet<VerdictKind>;
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** Cause to the alarm that was activated last for it. */
  readonly newest: ReadonlyMap<string, string>;
  /** Cause to the verdicts that have not ended, by key: several judges may see one cause. */
  readonly open: ReadonlyMap<string, ReadonlyMap<string, Verdict>>;
  /** Cause to the finding that ended it last: the end of a verdict, or a repair. */
  readonly ended: ReadonlyMap<string, Verdict>;
}

interface StandingVerdicts {
  readonly open: Map<string, ReadonlyMap<string, Verdict>>;
  readonly ended: Map<string, Verdict>;
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
    open: new Map(),
    ended: new Map(),
  };
}

/** The book after the events, in their order. A contradicting event changes nothing and is handed back. */
export function replay(
  book: AlarmBook,
  events: readonly NewEvent[],
): { readonly book: AlarmBook; readonly contradictions: readonly Contradiction[] } {
  const alarms = new Map(book.alarms);
  const newest = new Map(book.newest);
  const verdicts = { open: new Map(book.open), ended: new Map(book.ended) };
  const contradictions: Contradiction[] = [];
  for (const { timeMs, actor, body } of events) {
    if (body.kind === "verdict") note(verdicts, body.verdict);
    if (body.kind !== "alarm") continue;
    const { alarm: id, change } = body;
    const outcome = applyChange(alarms.get(id) ?? null, { timeMs, actor, change });
    if (isRefusal(outcome)) {
      contradictions.push({ alarm: id, timeMs, refusal: outcome });
      continue;
    }
    alarms.set(id, outcome);
    if (change.type === "activated") newest.set(causeOf(outcome.verdict.subject, outcome.verdict.kind), id);
    if ("verdict" in change && change.verdict) note(verdicts, change.verdict);
  }
  return { book: { rationalised: book.rationalised, alarms, newest, ...verdicts }, contradictions };
}

/** Remembers who still sees a cause; a repair answers every leak that began before it. */
function note(verdicts: StandingVerdicts, verdict: Verdict): void {
  const { open, ended } = verdicts;
  const repair = verdict.kind === "repair";
  const cause = causeOf(verdict.subject, repair ? "leak" : verdict.kind);
  const standing = new Map(open.get(cause));
  standing.delete(verdict.key);
  if (repair || verdict.endMs !== null) ended.set(cause, verdict);
  else standing.set(verdict.key, verdict);
  if (repair)
    for (const one of standing.values()) if (one.startMs < verdict.startMs) standing.delete(one.key);
  if (standing.size > 0) open.set(cause, standing);
  else open.delete(cause);
}

/** Everything the verdicts up to now ask for; most of it was recorded when they came, and then changes nothing. */
export function pendingVerdicts(book: AlarmBook): readonly Verdict[] {
  const open = [...book.open.values()].flatMap((standing) => [...standing.values()]);
  return [...book.ended.values(), ...open].sort((a, b) => a.decidedMs - b.decidedMs);
}

/** What a verdict, found now or found again, changes. Nothing when it says what stands already, or is older than that. */
export function decide(book: AlarmBook, verdict: Verdict): readonly DecidedChange[] {
  if (verdict.kind === "repair") return decideRepair(book, verdict);
  if (!book.rationalised.has(verdict.kind)) return [];
  const last = newestOf(book, verdict, verdict.kind);
  return verdict.endMs === null ? decideOpen(verdict, last) : decideEnded(book, verdict, last);
}

function decideRepair(book: AlarmBook, repair: Verdict): readonly DecidedChange[] {
  const last = newestOf(book, repair, "leak");
  if (!last || !isActive(last) || last.verdict.startMs >= repair.startMs) return [];
  const ended: Verdict = {
    ...last.verdict,
    endMs: repair.startMs,
    decidedMs: Math.max(repair.decidedMs, last.verdict.decidedMs),
    evidence: [...last.verdict.evidence, ...repair.evidence],
  };
  return [{ alarm: last.id, change: { type: "cleared", verdict: ended } }];
}

function decideOpen(verdict: Verdict, last: Alarm | null): readonly DecidedChange[] {
  if (!last) return [activated(alarmIdOf(verdict), verdict)];
  const stale = verdict.decidedMs < last.verdict.decidedMs;
  if (stale || sameVerdict(verdict, last.verdict)) return [];
  if (isActive(last)) {
    const otherJudge = verdict.key !== last.verdict.key;
    if (otherJudge && verdict.decidedMs === last.verdict.decidedMs) return [];
    return [{ alarm: last.id, change: { type: "revised", verdict } }];
  }
  const sameAlarm = last.state === "returned-unacknowledged" || last.verdict.key === verdict.key;
  return [activated(sameAlarm ? last.id : alarmIdOf(verdict), verdict)];
}

/**
 * A finding that is over before anyone was told needs no response: it stays an event. An ended finding of another judge
 * leaves the alarm as it is; the finding that stands, when it ends, gives way to what another judge still sees.
 */
function decideEnded(book: AlarmBook, verdict: Verdict, last: Alarm | null): readonly DecidedChange[] {
  if (!last || last.verdict.key !== verdict.key || sameVerdict(verdict, last.verdict)) return [];
  if (!isActive(last)) {
    const stale = verdict.decidedMs < last.verdict.decidedMs;
    return stale ? [] : [{ alarm: last.id, change: { type: "revised", verdict } }];
  }
  const others = [...(book.open.get(causeOf(verdict.subject, verdict.kind))?.values() ?? [])]
    .filter((one) => one.key !== verdict.key)
    .sort((a, b) => b.decidedMs - a.decidedMs || (a.key < b.key ? -1 : 1));
  const remaining = others[0];
  const change: AlarmChange = remaining
    ? { type: "revised", verdict: remaining }
    : { type: "cleared", verdict };
  return [{ alarm: last.id, change }];
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
  const outcome = applyChange(alarm, { timeMs: nowMs, actor, change });
  return isRefusal(outcome) ? outcome : { alarm: action.alarm, change };
}

/** Shelves that have run out. */
export function tick(book: AlarmBook, nowMs: number): readonly DecidedChange[] {
  return [...book.alarms.values()]
    .filter((alarm) => alarm.shelved && alarm.shelved.untilMs <= nowMs)
    .map((alarm) => ({ alarm: alarm.id, change: { type: "unshelved" } }));
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

function activated(alarm: string, verdict: Verdict): DecidedChange {
  return { alarm, change: { type: "activated", verdict } };
}

function newestOf(book: AlarmBook, verdict: Verdict, kind: VerdictKind): Alarm | null {
  const id = book.newest.get(causeOf(verdict.subject, kind));
  return (id !== undefined && book.alarms.get(id)) || null;
}

function isActive(alarm: Alarm): boolean {
  return alarm.state === "unacknowledged" || alarm.state === "acknowledged";
}

/** Verdicts are plain data made by one writer, or the same after a trip through JSON: equal text is equal content. */
function sameVerdict(a: Verdict, b: Verdict): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
