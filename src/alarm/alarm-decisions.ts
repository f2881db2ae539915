/**
 * What the book asks for next: which alarm a finding raises, revises or clears, and which shelves have run out. Pure, and a function
 * of what is known, not of how it came to be known: asked again, it asks for nothing more.
 */
import { type Alarm, type AlarmChange, PRIORITIES } from "../model/alarm.ts";
import { causeOf, endOf, standingOf } from "../model/cause.ts";
import { DAY_MS } from "../model/clock.ts";
import type { Verdict } from "../model/verdict.ts";
import type { AlarmBook, DecidedChange } from "./alarm-book.ts";
import { isChattering, lastActivations } from "./chattering.ts";
import { outageCauseOf } from "./telemetry-outage.ts";

/** A cause that was gone for longer and comes back is told as a new alarm, even if nobody acknowledged the end of the last one. */
const FORGOTTEN_MS = 7 * DAY_MS;

/** What a verdict that the book has just replayed changes: nothing when it says what stands already. */
export function decide(book: AlarmBook, verdict: Verdict): readonly DecidedChange[] {
  const outage = outageCauseOf(book.topology, verdict);
  return [...(outage === null ? [] : settle(book, outage)), ...settle(book, causeOf(verdict))];
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

/** Shelves that have run out, and whatever verdicts ask for that was not recorded when they came. */
export function tick(book: AlarmBook, nowMs: number): readonly DecidedChange[] {
  const overdue: DecidedChange[] = [...book.alarms.values()]
    .filter((alarm) => alarm.shelved && alarm.shelved.untilMs <= nowMs)
    .map((alarm) => ({ alarm: alarm.id, change: { type: "unshelved" } }));
  return [...overdue, ...[...book.findings.keys()].flatMap((cause) => settle(book, cause))];
}

/** The same finding raises the same alarm, whenever and wherever it is computed. */
export function alarmIdOf(verdict: Verdict): string {
  return `${causeOf(verdict)}:${new Date(verdict.startMs).toISOString()}`;
}

/** Verdicts are plain data made by one writer, or the same after a trip through JSON: equal text is equal content. */
function sameVerdict(a: Verdict, b: Verdict): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
