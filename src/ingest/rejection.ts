/** What is turned away, and why: the one list of reasons that counters, the rejected log and its commands share. */
import type { WireSeries } from "../model/wire.ts";

export type RejectionReason =
  /** The whole payload. */
  | "too-large"
  | "broken-gzip"
  | "not-json"
  | "wrong-shape"
  | "wrong-sequence"
  | "unknown-topic"
  /** One series of a batch. */
  | "unknown-sensor"
  | "length-mismatch"
  | "not-numbers"
  /** Some samples of a series. */
  | "non-finite-value"
  | "time-not-whole-ms"
  | "time-too-early"
  | "future-time"
  /** A third-party device's message. */
  | "no-value"
  | "no-time"
  | "unknown-unit"
  | "retained-without-time"
  /** By the store, once the message had been taken. */
  | "refused-by-store";

export interface Rejection {
  readonly reason: RejectionReason;
  /** What is wrong and where, for a person. */
  readonly detail: string;
  /** Samples turned away; 0 when they could not be counted. */
  readonly samples: number;
  /** What was turned away, when it is part of a batch; else it is the message's payload. */
  readonly series?: WireSeries;
}

/** As it is kept for a person to look at and to have tried again. */
export interface RejectedEntry extends Rejection {
  /** Unique and in the order of arrival. */
  readonly id: string;
  readonly timeMs: number;
  readonly topic: string;
  /** True for a message that the broker had kept from before. */
  readonly retained?: boolean;
  /** Base64 of the message, when it was turned away whole. */
  readonly payload?: string;
}
