/**
 * The second of the two logs: everything that was concluded or done, append-only, each with a cursor that only grows.
 * Alarm states, the audit and the live stream are derived from it.
 */
import type { Notice } from "./agent.ts";
import type { AlarmChange } from "./alarm.ts";
import type { Entry } from "./entry.ts";
import type { Night } from "./night.ts";
import type { Verdict } from "./verdict.ts";

export type EventBody =
  | { readonly kind: "night"; readonly revision: number; readonly night: Night }
  | { readonly kind: "verdict"; readonly revision: number; readonly verdict: Verdict }
  | { readonly kind: "alarm"; readonly alarm: string; readonly change: AlarmChange }
  | { readonly kind: "notice"; readonly site: string; readonly notice: Notice }
  | { readonly kind: "entry"; readonly entry: Entry };

export interface NewEvent {
  /** When it was concluded or done, by the centre's clock, ms UTC. */
  readonly timeMs: number;
  /** "nightflow", an agent's site, or a user's name. */
  readonly actor: string;
  readonly body: EventBody;
}

export interface StoredEvent extends NewEvent {
  /** 1, 2, 3, ... in the order of commit. */
  readonly cursor: number;
}
