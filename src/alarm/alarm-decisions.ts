/**
 * What the book asks for next: which alarm a finding raises, revises or clears, and which shelves have run out. Pure, and a function
 * of what is known, not of how it came to be known: asked again, it asks for nothing more.
 */
import { type Alarm, type AlarmChange, isActive, PRIORITIES } from "../model/alarm.ts";
import { causeOf, isWithdrawn, standingOf, stands } from "../model/cause.ts";
import { DAY_MS } from "../model/clock.ts";
import type { EventBody } from "../model/event.ts";
import type { Verdict } from "../model/verdict.ts";
import { type AlarmBook, type DecidedChange, SYSTEM, withChange } from "./alarm-book.ts";
import { isChattering, lastActivations } from "./chattering.ts";
import { outageCauseOf } from "./telemetry-outage.ts";

/** A cause that was gone for longer and comes back is told as a new alarm, even if nobody acknowledged the end of the last one. */
const FORGOTTEN_MS = 7 * DAY_MS;

/** What findings that the book has just replayed change: nothing when they say what stands already. */
export function decide(book: AlarmBook, told: readonly EventBody[], nowMs: number): readonly DecidedChange[] {
  const verdicts = told.flatMap((body) => (body.kind === "verdict" ? [body.verdict] : []));
  const outages = verdicts.flatMap((verdict) => outageCauseOf(book.topology, verdict) ?? []);
  return settle(book, new Set([...outages, ...verdicts.map(causeOf)]), nowMs);
}

/** Shelves that have run out, and whatever findings ask for that was not recorded when they came. */
export function tick(book: AlarmBook, nowMs: number): readonly DecidedChange[] {
  const overdue: DecidedChange[] = [...book.alarms.values()]
    .filter((alarm) => alarm.shelved && alarm.shelved.untilMs <= nowMs)
    .map((alarm) => ({ alarm: alarm.id, change: { type: "unshelved" } }));
  return [...overdue, ...settle(book, book.findings.keys(), nowMs)];
}

/**
 * Brings the alarms of the causes in line with what was found of them: one alarm for each finding that stands. A finding that was
 * over before anyone was told needs no response: it stays an event.
 */
function settle(book: AlarmBook, causes: Iterable<string>, nowMs: number): readonly DecidedChange[] {
  const changes: DecidedChange[] = [];
  let next = book;
  const take = (decided: DecidedChange) => {
    changes.push(decided);
    next = withChange(next, { ...decided, actor: SYSTEM, timeMs: nowMs });
  };
  for (const cause of causes) {
    for (const decided of followKnown(next, cause)) take(decided);
    for (const finding of standingOf(next.findings.get(cause)))
      if (next.speaksFor(finding.subject) && !alarmFor(next, finding)) take(raised(next, cause, finding));
  }
  return changes;
}

/** The alarm that speaks for a finding now, if one does. */
function alarmFor(book: AlarmBook, { key }: Verdict): Alarm | undefined {
  const alarm = book.alarms.get(book.alarmOf.get(key) ?? "");
  return alarm?.verdict.key === key ? alarm : undefined;
}

/** What the newest word on findings makes of the alarms that speak for them. */
function followKnown(book: AlarmBook, cause: string): readonly DecidedChange[] {
  const changes: DecidedChange[] = [];
  const moved = [...standingOf(book.findings.get(cause))].filter((finding) => !alarmFor(book, finding));
  for (const finding of book.findings.get(cause)?.values() ?? []) {
    const alarm = alarmFor(book, finding);
    if (!alarm) continue;
    // Judged again, the same water was found to run since another moment: the alarm and all that was done about it go on.
    const successor = isActive(alarm) && isWithdrawn(finding) ? nearest(moved, finding) : undefined;
    if (successor) moved.splice(moved.indexOf(successor), 1);
    const change = changeBy(book, cause, alarm, successor ?? finding);
    if (change) changes.push({ alarm: alarm.id, change });
  }
  return changes;
}

function nearest(findings: readonly Verdict[], to: Verdict): Verdict | undefined {
  const distanceMs = (one: Verdict) => Math.abs(one.startMs - to.startMs);
  return [...findings].sort((a, b) => distanceMs(a) - distanceMs(b))[0];
}

function changeBy(book: AlarmBook, cause: string, alarm: Alarm, finding: Verdict): AlarmChange | null {
  if (stands(finding) && !isActive(alarm)) return activation(book, cause, finding);
  if (sameVerdict(finding, alarm.verdict)) return null;
  if (!stands(finding) && isActive(alarm)) return { type: "cleared", verdict: finding };
  const outgrown = stands(finding) && alarm.state === "acknowledged" && hasOutgrown(book, alarm, finding);
  return { type: outgrown ? "re-alarmed" : "revised", verdict: finding };
}

/** A finding that no alarm speaks for yet: the last alarm of its cause comes back, or another one is raised. */
function raised(book: AlarmBook, cause: string, finding: Verdict): DecidedChange {
  const last = book.alarms.get(book.newest.get(cause) ?? "");
  const change = activation(book, cause, finding);
  return { alarm: last && comesBack(last, change) ? last.id : freeId(book, finding), change };
}

function comesBack(last: Alarm, { verdict, chattering }: Activation): boolean {
  if (isActive(last)) return false;
  const endMs = last.verdict.endMs ?? last.clearedMs ?? last.activatedMs;
  if (verdict.startMs - endMs > FORGOTTEN_MS) return false;
  return last.state === "returned-unacknowledged" || (chattering ?? false);
}

/** The same finding raises the same alarm, whenever and wherever it is computed. */
function freeId({ alarms }: AlarmBook, { key }: Verdict): string {
  let id = key;
  for (let again = 2; alarms.has(id); again += 1) id = `${key}:${again}`;
  return id;
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

/** Verdicts are plain data made by one writer, or the same after a trip through JSON: equal text is equal content. */
function sameVerdict(a: Verdict, b: Verdict): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
