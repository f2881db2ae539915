/**
 * An alarm as an OPC UA condition (Part 9, AlarmConditionType): what each of its states and properties is. Pure. The life cycle is the
 * one truth; this only translates.
 *
 *   life cycle                 Active  Acked  Confirmed           Retain
 *   unacknowledged             true    false  true                true
 *   acknowledged               true    true   once it was         true
 *   returned-unacknowledged    false   false  true                true
 *   normal                     false   true   true                false
 */
import { isActive, isUnacknowledged, type Priority } from "../model/alarm.ts";
import type { AlarmView } from "../model/live.ts";
import type { VerdictKind } from "../model/verdict.ts";

export type Shelving = "Unshelved" | "TimedShelved" | "OneShotShelved";

export interface ConditionState {
  readonly active: boolean;
  readonly acknowledged: boolean;
  /** False asks for it: an acknowledged alarm stands, and nobody has said yet that its cause was seen to. */
  readonly confirmed: boolean;
  /** Of interest to a client that connects now. */
  readonly retain: boolean;
  readonly shelving: Shelving;
  readonly unshelveMs: number | null;
  readonly suppressed: boolean;
  readonly outOfService: boolean;
  /** 1..1000. */
  readonly severity: number;
  readonly message: string;
  readonly comment: string;
  /** Who commented last; "" when nobody has. */
  readonly commentBy: string;
  readonly activations: number;
}

/** The middle of each third of the range of Part 9, as most control systems are set up. */
const SEVERITY: Readonly<Record<Priority, number>> = { low: 200, medium: 500, high: 800 };

export function conditionStateOf(alarm: AlarmView): ConditionState {
  const active = isActive(alarm);
  const acknowledged = !isUnacknowledged(alarm);
  const comment = alarm.comments.at(-1);
  return {
    active,
    acknowledged,
    confirmed: !(active && acknowledged) || alarm.confirmed !== null,
    retain: active || !acknowledged,
    shelving: shelvingOf(alarm),
    unshelveMs: alarm.shelved?.untilMs ?? null,
    suppressed: alarm.suppressed !== null,
    outOfService: alarm.outOfService !== null,
    severity: SEVERITY[alarm.rationalisation.priority],
    message: alarm.explanation[0] ?? alarm.verdict.kind,
    comment: comment?.text ?? "",
    commentBy: comment?.by ?? "",
    activations: alarm.activations,
  };
}

function shelvingOf({ shelved }: AlarmView): Shelving {
  if (!shelved) return "Unshelved";
  return shelved.untilNormal ? "OneShotShelved" : "TimedShelved";
}

/** The last thing that is known to have happened to the alarm, ms UTC. */
export function changedMs({
  activatedMs,
  acknowledgedMs,
  clearedMs,
  confirmed,
  comments,
}: AlarmView): number {
  return Math.max(
    activatedMs,
    acknowledgedMs ?? 0,
    clearedMs ?? 0,
    confirmed?.timeMs ?? 0,
    comments.at(-1)?.timeMs ?? 0,
  );
}

/** An event that said "acknowledged" answers no more once the alarm asks anew. */
export function asksAnew(before: ConditionState, now: ConditionState): boolean {
  return now.activations !== before.activations || (before.acknowledged && !now.acknowledged);
}

/** Which people a condition is for: those of the process, of the instruments, or of the telemetry. */
export function conditionClassOf(kind: VerdictKind): string {
  if (kind === "data-gap" || kind === "telemetry-outage") return "SystemConditionClassType";
  return kind.startsWith("sensor-") || kind === "meter-drift" || kind === "clock-shift"
    ? "MaintenanceConditionClassType"
    : "ProcessConditionClassType";
}
