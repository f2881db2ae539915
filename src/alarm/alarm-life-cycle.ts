/**
 * The life cycle of one alarm (ISA-18.2 / IEC 62682): what each change makes of each state. Pure.
 *
 *      (no alarm)
 *          | activated        acknowledged
 *          v           --------------------->
 *   +-> unacknowledged                        acknowledged
 *   |      |        ^  <---------------------     |
 *   |      |        |        re-alarmed           |
 *   |      | cleared| activated                   | cleared
 *   |      v        |          acknowledged       v
 *   |   returned-unacknowledged -------------> normal
 *   |                                             |
 *   +---------------------------------------------+
 *                      activated
 *
 * `confirmed`, `revised`, `commented`, `assigned` and `worked-on` never move the state. Three overlays (shelved, suppressed, out of service) hide an alarm from
 * attention but never stop its evaluation: beneath them the state moves as drawn.
 */
import { type Alarm, type AlarmChange, type AlarmState, isRefusal, type Refusal } from "../model/alarm.ts";
import type { WorkStep } from "../model/work-order.ts";
import { applyWork } from "./work-order.ts";

export type ChangeType = AlarmChange["type"];

export interface AlarmEvent {
  readonly alarm: string;
  readonly timeMs: number;
  readonly actor: string;
  readonly change: AlarmChange;
}

type Step = { readonly to: AlarmState } | Refusal;

const toNormal: Step = { to: "normal" };
const toUnacknowledged: Step = { to: "unacknowledged" };
const toAcknowledged: Step = { to: "acknowledged" };
const toReturned: Step = { to: "returned-unacknowledged" };

const alreadyActive: Step = { code: "already-active", message: "The alarm is active already." };
const notActive: Step = { code: "not-active", message: "The alarm is not active." };
const notStanding: Step = {
  code: "not-standing",
  message: "The alarm has returned to normal; nothing is left to hide or to do.",
};
const alreadyAcknowledged: Step = {
  code: "already-acknowledged",
  message: "The alarm is acknowledged already.",
};
const notAcknowledged: Step = {
  code: "not-acknowledged",
  message: "Nobody has acknowledged the alarm: it asks for attention already.",
};
const nothingToAcknowledge: Step = {
  code: "nothing-to-acknowledge",
  message: "The alarm has returned to normal and was acknowledged.",
};

/** Changes that hide a standing alarm, and those that are possible in every state, leave the state as it is. */
function stayingIn(state: Step) {
  return {
    confirmed: state,
    revised: state,
    commented: state,
    assigned: state,
    "worked-on": state,
    shelved: state,
    unshelved: state,
    suppressed: state,
    unsuppressed: state,
    "taken-out-of-service": state,
    "returned-to-service": state,
  };
}

/** Every state with every change: a missing case does not compile. */
const TRANSITIONS: Readonly<Record<AlarmState, Readonly<Record<ChangeType, Step>>>> = {
  normal: {
    ...stayingIn(toNormal),
    activated: toUnacknowledged,
    "re-alarmed": notActive,
    cleared: notActive,
    acknowledged: nothingToAcknowledge,
    confirmed: notActive,
    assigned: notStanding,
    shelved: notStanding,
    "taken-out-of-service": notStanding,
  },
  unacknowledged: {
    ...stayingIn(toUnacknowledged),
    activated: alreadyActive,
    "re-alarmed": notAcknowledged,
    cleared: toReturned,
    acknowledged: toAcknowledged,
    confirmed: notAcknowledged,
  },
  acknowledged: {
    ...stayingIn(toAcknowledged),
    activated: alreadyActive,
    "re-alarmed": toUnacknowledged,
    cleared: toNormal,
    acknowledged: alreadyAcknowledged,
  },
  "returned-unacknowledged": {
    ...stayingIn(toReturned),
    activated: toUnacknowledged,
    "re-alarmed": notActive,
    cleared: notActive,
    acknowledged: toNormal,
    confirmed: notActive,
  },
};

/** The alarm after the change, or why the change is not possible. `null` stands for an alarm that was never active. */
export function applyChange(alarm: Alarm | null, event: AlarmEvent): Alarm | Refusal {
  if (!alarm) {
    return event.change.type === "activated"
      ? firstActivation(event.alarm, event.change, event.timeMs)
      : { code: "unknown-alarm", message: "There is no such alarm." };
  }
  const step = TRANSITIONS[alarm.state][event.change.type];
  if (isRefusal(step)) return step;
  const refusal = repeatRefusal(alarm, event.change);
  if (refusal) return refusal;
  const facts = factsOf(alarm, event);
  return isRefusal(facts) ? facts : { ...alarm, ...facts, state: step.to };
}

function workOf(alarm: Alarm, { timeMs, actor }: AlarmEvent, step: WorkStep): Partial<Alarm> | Refusal {
  if (step.step === "opened" && alarm.state === "normal")
    return { code: "not-standing", message: "The alarm has returned to normal; nothing is left to do." };
  const work = applyWork(alarm.work, step, { timeMs, actor, flowM3h: alarm.verdict.size?.estimate ?? null });
  return isRefusal(work) ? work : { work };
}

function firstActivation(
  id: string,
  { verdict, chattering = false }: Extract<AlarmChange, { type: "activated" }>,
  timeMs: number,
): Alarm {
  return {
    id,
    state: "unacknowledged",
    shelved: null,
    suppressed: null,
    outOfService: null,
    verdict,
    activatedMs: timeMs,
    acknowledgedMs: null,
    acknowledgedBy: null,
    acknowledgedAs: null,
    confirmed: null,
    assigned: null,
    clearedMs: null,
    activations: 1,
    chattering,
    work: null,
    comments: [],
  };
}

/** What is said already, or was never said. */
function repeatRefusal(alarm: Alarm, change: AlarmChange): Refusal | null {
  if (change.type === "confirmed" && alarm.confirmed)
    return { code: "already-confirmed", message: `${alarm.confirmed.by} has confirmed it already.` };
  if (change.type === "unshelved" && !alarm.shelved)
    return { code: "not-shelved", message: "The alarm is not shelved." };
  if (change.type === "unsuppressed" && !alarm.suppressed)
    return { code: "not-suppressed", message: "The alarm is not suppressed." };
  if (change.type === "suppressed" && alarm.suppressed)
    return { code: "already-suppressed", message: `The alarm is suppressed: ${alarm.suppressed.reason}` };
  if (change.type === "returned-to-service" && !alarm.outOfService)
    return { code: "in-service", message: "The alarm is in service." };
  if (change.type === "taken-out-of-service" && alarm.outOfService)
    return {
      code: "already-out-of-service",
      message: `The alarm is out of service: ${alarm.outOfService.reason}`,
    };
  return null;
}

const UNANSWERED = {
  acknowledgedMs: null,
  acknowledgedBy: null,
  acknowledgedAs: null,
  confirmed: null,
} as const;

/** What a change writes into the alarm beside its state. Shelving again replaces reason and expiry: a repair takes longer. */
function factsOf(alarm: Alarm, event: AlarmEvent): Partial<Alarm> | Refusal {
  const { timeMs, actor, change } = event;
  switch (change.type) {
    case "activated":
      return {
        verdict: change.verdict,
        activatedMs: timeMs,
        ...UNANSWERED,
        clearedMs: null,
        activations: alarm.activations + 1,
        chattering: change.chattering ?? false,
      };
    case "re-alarmed":
      return { verdict: change.verdict, ...UNANSWERED };
    case "revised":
      return { verdict: change.verdict };
    case "cleared":
      return {
        verdict: change.verdict ?? alarm.verdict,
        clearedMs: timeMs,
        ...(alarm.shelved?.untilNormal && { shelved: null }),
      };
    case "acknowledged":
      return {
        acknowledgedMs: timeMs,
        acknowledgedBy: actor,
        acknowledgedAs: { kind: alarm.verdict.kind, size: alarm.verdict.size },
      };
    case "confirmed":
      return { confirmed: { timeMs, by: actor } };
    case "commented":
      return { comments: [...alarm.comments, { timeMs, by: actor, text: change.text }] };
    case "assigned":
      return { assigned: change.to === null ? null : { to: change.to, by: actor } };
    case "worked-on":
      return workOf(alarm, event, change.work);
    case "shelved":
      return { shelved: shelfOf(change, actor) };
    case "unshelved":
      return { shelved: null };
    case "suppressed":
      return { suppressed: { reason: change.reason } };
    case "unsuppressed":
      return { suppressed: null };
    case "taken-out-of-service":
      return { outOfService: { reason: change.reason, by: actor } };
    case "returned-to-service":
      return { outOfService: null };
  }
}

function shelfOf(
  { reason, untilMs, untilNormal }: Extract<AlarmChange, { type: "shelved" }>,
  by: string,
): Alarm["shelved"] {
  return { reason, untilMs, ...(untilNormal && { untilNormal }), by };
}
