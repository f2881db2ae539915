/** What an MQTT source asks of the format its devices speak. A reader keeps what it must know of earlier messages, and does no I/O. */
import type { Notice } from "../src/model/agent.ts";

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Kept by the broker from before the subscription: without a time of its own its age is unknown. */
  readonly retained: boolean;
  readonly receivedMs: number;
}

export interface Reading {
  readonly sensor: string;
  readonly timeMs: number;
  /** In the quantity's unit inside; NaN where the device says it has no value, and then the status is bad. */
  readonly value: number;
  readonly status: number;
}

export interface Rejection {
  /** Whose reading it would have been; undefined when that cannot be told. */
  readonly sensor: string | undefined;
  readonly reason:
    | "not-json"
    | "not-senml"
    | "not-sparkplug"
    | "no-value"
    | "not-a-number"
    | "unknown-unit"
    | "unreadable-time"
    | "retained-without-time"
    | "sensor-name"
    | "before-birth"
    | "unknown-alias";
}

export interface Request {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface Reads {
  readonly readings: readonly Reading[];
  readonly rejections: readonly Rejection[];
  readonly notices?: readonly Omit<Notice, "timeMs">[];
  /** To be published at once. */
  readonly requests?: readonly Request[];
}

export interface MqttReader {
  /** Topic filters to subscribe to. */
  readonly filters: readonly string[];
  read(message: Message): Reads;
  /** A connection begins: messages may have been missed. Hands back what is to be asked for because of that. */
  connected?(nowMs: number): readonly Request[];
  /** Of what it reads, that which is known not to be there. */
  lostItems?(): number;
  /** How often it had to ask for births. */
  birthsAsked?(): number;
}
