/** Readings by hand: screened and committed as any source's, each with the event that says who read; the caller learns when it is stored. */
import type { Refusal } from "../model/alarm.ts";
import type { Clock } from "../model/clock.ts";
import type { NewEvent } from "../model/event.ts";
import type { Commit } from "../model/history-store.ts";
import type { Series } from "../model/sample.ts";
import type { Committer } from "./committer.ts";
import { type Screening, screen } from "./sample-screening.ts";

export interface HandIntake {
  /** `sample` is one of one sensor, or null where only the event is to be kept. Resolves when stored, or with why not. */
  take(sample: Series | null, event: NewEvent): Promise<Refusal | null>;
  /** A commit is durable and told. */
  stored(commit: Commit): void;
  /** What was accepted and not stored yet never will be. */
  lose(): void;
}

const BUSY: Refusal = {
  code: "busy",
  message: "The centre has more to store than it can take in: try again.",
};
const LOST: Refusal = { code: "not-stored", message: "The reading could not be stored: enter it again." };

export function createHandIntake(parts: {
  readonly committer: Committer;
  readonly clock: Clock;
  readonly screening: Screening;
}): HandIntake {
  const { committer, clock, screening } = parts;
  const waiting = new Map<NewEvent, (outcome: Refusal | null) => void>();

  return {
    take(sample, event) {
      const received = sample
        ? [{ sensor: sample.sensor, t: [...sample.timesMs], v: [...sample.values] }]
        : [];
      const { series, rejections } = screen(received, { ...screening, nowMs: clock() });
      const [rejection] = rejections;
      if (rejection) return Promise.resolve({ code: rejection.reason, message: rejection.detail });
      return new Promise((resolve) => {
        waiting.set(event, resolve);
        if (committer.offer({ series, events: [event] })) return;
        waiting.delete(event);
        resolve(BUSY);
      });
    },
    stored({ events }) {
      for (const event of events) {
        waiting.get(event)?.(null);
        waiting.delete(event);
      }
    },
    lose() {
      for (const resolve of waiting.values()) resolve(LOST);
      waiting.clear();
    },
  };
}
