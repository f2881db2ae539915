/**
 * Tells each agent what is stored. An answer said twice asks the agent to send everything after it again, so repeats are held back
 * to one a second: a burst of stray batches must not bring a burst of repetitions.
 */
import type { Logger } from "pino";
import type { Watermark } from "../model/agent.ts";
import type { Clock } from "../model/clock.ts";
import { messageOf } from "../model/failure.ts";
import { type AckMessage, topicOf } from "../model/wire.ts";
import type { Spool } from "./batch-sequencer.ts";
import type { MqttInbox } from "./mqtt-inbox.ts";

export interface Acknowledger {
  /** A new answer, after a commit; said twice where the spool is to send again. */
  stored(spool: Spool): void;
  /** The same answer again: the agent sends what comes after it once more. */
  repeat(watermark: Watermark): void;
}

const REPEAT_MS = 1_000;

export function createAcknowledger(
  utility: string,
  inbox: MqttInbox,
  clock: Clock,
  log: Logger,
): Acknowledger {
  const repeatedMs = new Map<string, number>();

  function publish({ site, epoch, stored }: Watermark): void {
    const message: AckMessage = { epoch, stored, timeMs: clock() };
    inbox
      .publish(topicOf(utility, site, "ack"), JSON.stringify(message), { retain: true })
      .catch((thrown) => {
        log.warn({ site, epoch, stored, error: messageOf(thrown) }, "acknowledgement not published");
      });
  }

  function repeat(watermark: Watermark): void {
    const nowMs = clock();
    if (nowMs - (repeatedMs.get(watermark.site) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    repeatedMs.set(watermark.site, nowMs);
    publish(watermark);
  }

  return {
    stored(spool) {
      publish(spool);
      if (spool.askAgain) repeat(spool);
      spool.askAgain = false;
    },
    repeat,
  };
}
