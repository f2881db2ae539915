/** What is told, before it takes the form of a channel: the facts as they were when it became due. Pure. */

import type { Priority } from "../model/alarm.ts";
import { claimOf, explain } from "../model/explanation.ts";
import type { Language } from "../model/language.ts";
import type { AlarmView } from "../model/live.ts";
import type { Topology } from "../model/topology.ts";
import type { Utility } from "../model/utility.ts";
import type { VerdictKind } from "../model/verdict.ts";
import type { Occasion, PlannedMessage } from "./notification-plan.ts";
import { WORDING } from "./wording.ts";

/** More alarms than a person reads in one message are counted, not listed. */
const LISTED = 50;

export interface NotifiedAlarm {
  readonly id: string;
  readonly kind: VerdictKind;
  readonly priority: Priority;
  readonly state: AlarmView["state"];
  /** Name of the district; null when the alarm belongs to none. */
  readonly district: string | null;
  /** Name of what it is about. */
  readonly subject: string;
  readonly timeZone: string;
  readonly claim: string;
  readonly explanation: readonly string[];
  readonly response: string;
  readonly startMs: number;
  readonly activatedMs: number;
  readonly endMs: number | null;
  readonly lostM3: number | null;
  readonly lostMoney: number | null;
  readonly moneyPerDay: number | null;
}

export interface Notification {
  readonly occasion: Occasion | "watchdog";
  readonly route: string;
  readonly createdMs: number;
  readonly language: Language;
  readonly utility: { readonly id: string; readonly name: string; readonly currency: string };
  readonly pageUrl: string | null;
  readonly asking: readonly NotifiedAlarm[];
  readonly over: readonly NotifiedAlarm[];
  /** Alarms that are not listed. */
  readonly more: number;
  /** Alarms that stand unacknowledged, whether told here or not. */
  readonly unacknowledged: number;
}

export interface NotificationContext {
  readonly utility: Utility;
  readonly topology: Topology;
  readonly language: Language;
  readonly pageUrl: string | null;
  readonly nowMs: number;
  readonly unacknowledged: number;
}

export function notificationOf(message: PlannedMessage, context: NotificationContext): Notification {
  const asking = message.asking.slice(0, LISTED);
  const over = message.over.slice(0, LISTED - asking.length);
  return {
    ...commonOf(context),
    occasion: message.occasion,
    route: message.route,
    asking: asking.map((alarm) => notified(alarm, context)),
    over: over.map((alarm) => notified(alarm, context)),
    more: message.asking.length + message.over.length - asking.length - over.length,
  };
}

/** "Still alive", so that silence is noticed. */
export function watchdogNotification(context: NotificationContext): Notification {
  return { ...commonOf(context), occasion: "watchdog", route: "watchdog", asking: [], over: [], more: 0 };
}

function commonOf({ utility, language, pageUrl, nowMs, unacknowledged }: NotificationContext) {
  const { id, name, currency } = utility;
  return { createdMs: nowMs, language, pageUrl, unacknowledged, utility: { id, name, currency } };
}

function notified(alarm: AlarmView, { utility, topology, language }: NotificationContext): NotifiedAlarm {
  const { id, state, verdict, rationalisation, activatedMs, lostM3, lostMoney, moneyPerDay } = alarm;
  const { sentences } = WORDING[language];
  const district = topology.districtsOf(verdict.subject)[0];
  const named = [...utility.districts, ...utility.sensors].find((one) => one.id === verdict.subject.id);
  return {
    id,
    kind: verdict.kind,
    priority: rationalisation.priority,
    state,
    district: district?.name ?? null,
    subject: named?.name ?? verdict.subject.id,
    timeZone: district?.timeZone ?? "UTC",
    claim: claimOf(verdict, sentences),
    explanation: explain(verdict, sentences).slice(1),
    response: rationalisation.responseIn?.[language] ?? rationalisation.response,
    startMs: verdict.startMs,
    activatedMs,
    endMs: verdict.endMs,
    lostM3,
    lostMoney,
    moneyPerDay,
  };
}
