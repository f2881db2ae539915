/**
 * The noun and the facts of an alarm (ISA-18.2 / IEC 62682). The transition table is in src/alarm; the state of an alarm is
 * what its changes, applied in order, make of it.
 */
import { DAY_MS } from "./clock.ts";
import type { Language } from "./language.ts";
import type { SizeM3h, Verdict, VerdictKind } from "./verdict.ts";
import type { WorkOrder, WorkStep } from "./work-order.ts";

export type AlarmState = "normal" | "unacknowledged" | "acknowledged" | "returned-unacknowledged";

/** The least urgent first. */
export const PRIORITIES = ["low", "medium", "high"] as const;

/** The longest an operator may put an alarm aside; a longer repair shelves it again, with a reason of that day. */
export const MAX_SHELF_MS = 30 * DAY_MS;

export type Priority = (typeof PRIORITIES)[number];

/** Why this alarm exists and what to do about it: configuration an engineer can read. */
export interface Rationalisation {
  readonly kind: VerdictKind;
  readonly priority: Priority;
  readonly cause: string;
  readonly consequence: string;
  readonly response: string;
  /** In other languages, for messages to people. */
  readonly responseIn?: Readonly<Partial<Record<Language, string>>> | undefined;
  readonly timeToRespondMs: number;
}

export type AlarmChange =
  /** `chattering`: the cause has come and gone so often that its alarms are held together as one. */
  | { readonly type: "activated"; readonly verdict: Verdict; readonly chattering?: boolean }
  /** An acknowledged alarm asks for attention again: it has outgrown what was acknowledged. */
  | { readonly type: "re-alarmed"; readonly verdict: Verdict }
  | { readonly type: "revised"; readonly verdict: Verdict }
  | { readonly type: "cleared"; readonly verdict: Verdict | null }
  | { readonly type: "acknowledged" }
  /** Somebody says that what was to be done has been done, while the cause still stands. */
  | { readonly type: "confirmed" }
  | { readonly type: "commented"; readonly text: string }
  /** Who is to see to it; null hands it back to everybody. */
  | { readonly type: "assigned"; readonly to: string | null }
  | { readonly type: "worked-on"; readonly work: WorkStep }
  /** `untilNormal`: the shelf also ends when the alarm returns to normal. */
  | {
      readonly type: "shelved";
      readonly reason: string;
      readonly untilMs: number;
      readonly untilNormal?: boolean;
    }
  | { readonly type: "unshelved" }
  | { readonly type: "suppressed"; readonly reason: string }
  | { readonly type: "unsuppressed" }
  | { readonly type: "taken-out-of-service"; readonly reason: string }
  | { readonly type: "returned-to-service" };

export interface Alarm {
  readonly id: string;
  readonly state: AlarmState;
  readonly shelved: {
    readonly reason: string;
    readonly untilMs: number;
    readonly untilNormal?: boolean;
    readonly by: string;
  } | null;
  readonly suppressed: { readonly reason: string } | null;
  readonly outOfService: { readonly reason: string; readonly by: string } | null;
  /** The verdict that stands now; each revision replaces it. */
  readonly verdict: Verdict;
  readonly activatedMs: number;
  readonly acknowledgedMs: number | null;
  readonly acknowledgedBy: string | null;
  /** What the acknowledgement answered: growth beyond it asks for another. */
  readonly acknowledgedAs: { readonly kind: VerdictKind; readonly size: SizeM3h | null } | null;
  /** Of the acknowledgement that stands. */
  readonly confirmed: { readonly timeMs: number; readonly by: string } | null;
  readonly assigned: { readonly to: string; readonly by: string } | null;
  readonly clearedMs: number | null;
  readonly activations: number;
  readonly chattering: boolean;
  /** The last work order that was opened. */
  readonly work: WorkOrder | null;
  readonly comments: readonly { readonly timeMs: number; readonly by: string; readonly text: string }[];
}

/** The cause stands now, whether anybody has acknowledged it or not. */
export function isActive({ state }: Alarm): boolean {
  return state === "unacknowledged" || state === "acknowledged";
}

/** Somebody still has to say that they have seen it, or its end. */
export function isUnacknowledged({ state }: Alarm): boolean {
  return state === "unacknowledged" || state === "returned-unacknowledged";
}

/** An overlay hides it from attention. */
export function isHidden({ shelved, suppressed, outOfService }: Alarm): boolean {
  return shelved !== null || suppressed !== null || outOfService !== null;
}

/** Why a change or an action is not possible now: an answer to whoever asked, not a failure. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export function isRefusal(outcome: object): outcome is Refusal {
  return "code" in outcome;
}
