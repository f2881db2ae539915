/**
 * Honest matching of alarms to known leaks: one alarm to one leak of the same district, raised within seven days of an abrupt leak's
 * start, or of an incipient leak's reaching 3 m3/h, and not before that one loses 1 m3/h. Every other alarm is false.
 */
import { DAY_MS } from "../model/clock.ts";
import { type Label, reachesMs } from "./labels.ts";

const WITHIN_MS = 7 * DAY_MS;
/** An incipient leak counts as there to be found from this size on. */
const NOTICEABLE_M3H = 3;
/** An alarm before it loses so much was raised by something else. */
const LEAST_M3H = 1;

export interface Alarm {
  readonly district: string;
  readonly raisedMs: number;
}

export interface Match<A extends Alarm> {
  readonly label: Label;
  readonly alarm: A;
  /** From the start of an abrupt leak, or from an incipient one's reaching 3 m3/h: negative when it was found before. */
  readonly delayMs: number;
}

export interface Matching<A extends Alarm> {
  readonly found: readonly Match<A>[];
  readonly missed: readonly Label[];
  readonly falseAlarms: readonly A[];
}

export function matchAlarms<A extends Alarm>(alarms: readonly A[], labels: readonly Label[]): Matching<A> {
  const open = new Set(labels);
  const found: Match<A>[] = [];
  const falseAlarms: A[] = [];
  for (const alarm of [...alarms].sort((a, b) => a.raisedMs - b.raisedMs)) {
    // Of several, the one that became noticeable nearest to the alarm: it is what was most likely seen.
    const label = [...open]
      .filter((one) => one.district === alarm.district && isInTime(alarm, one))
      .sort((a, b) => distanceMs(alarm, a) - distanceMs(alarm, b))[0];
    if (!label) {
      falseAlarms.push(alarm);
      continue;
    }
    open.delete(label);
    found.push({ label, alarm, delayMs: alarm.raisedMs - noticeableMs(label) });
  }
  return { found, missed: [...open], falseAlarms };
}

function noticeableMs(label: Label): number {
  return reachesMs(label, NOTICEABLE_M3H);
}

function distanceMs({ raisedMs }: Alarm, label: Label): number {
  return Math.abs(raisedMs - noticeableMs(label));
}

function deadlineMs(label: Label): number {
  return noticeableMs(label) + WITHIN_MS;
}

function isInTime({ raisedMs }: Alarm, label: Label): boolean {
  const until = Math.min(deadlineMs(label), label.repairedMs ?? Number.POSITIVE_INFINITY);
  return raisedMs >= reachesMs(label, LEAST_M3H) && raisedMs <= until;
}
