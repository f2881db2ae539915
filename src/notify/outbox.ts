/** The port to the outbox: what is to be sent, kept with the plan it came from until it is sent or given up. */
import type { CloudEvent } from "./cloudevents-payload.ts";
import type { Notification } from "./notification.ts";
import type { PlanState } from "./notification-plan.ts";

export type Letter =
  | { readonly kind: "notification"; readonly notification: Notification; readonly to: string | null }
  | { readonly kind: "event"; readonly event: CloudEvent };

export interface NewMessage {
  readonly channel: string;
  readonly letter: Letter;
  readonly createdMs: number;
  /** Not worth sending after. */
  readonly expiresMs: number;
}

export interface WaitingMessage extends NewMessage {
  readonly id: number;
  readonly attempts: number;
  readonly dueMs: number;
}

export interface FailedMessage {
  readonly channel: string;
  readonly createdMs: number;
  readonly failedMs: number;
  readonly why: string;
}

export interface Outbox {
  /** As it was last committed; null before the first time. */
  plan(): PlanState | null;
  /** The plan and what it gave rise to become durable together, or not at all. */
  commit(plan: PlanState, messages: readonly NewMessage[]): void;
  /** The oldest message of the channel: they leave in the order in which they came. */
  first(channel: string): WaitingMessage | null;
  delivered(id: number): void;
  postpone(id: number, dueMs: number): void;
  /** Keeps what could not be sent, for whoever asks why. */
  giveUp(id: number, why: string, nowMs: number): void;
  waiting(): number;
  /** Newest first. */
  failed(): readonly FailedMessage[];
  close(): void;
}
