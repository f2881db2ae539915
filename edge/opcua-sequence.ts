/**
 * The messages of a subscription in the order of their numbers, each once. node-opcua hands them over as they come, and after a cut that is in
 * disorder: new ones before those that are fetched again. What it fetches is what follows the last one it counted, and it counts
 * keepalives, whose number is that of the message still to come (OPC UA Part 4, 5.14.1.1): what a quiet variable said first while the link was
 * cut would never be asked for. So it is made to count those that came without a gap; what comes ahead of its turn waits for it, and
 * what does not come is told.
 */
import { type ClientSubscription, NotificationMessage } from "node-opcua-client";
import type { Clock } from "../src/model/clock.ts";

export interface Numbered {
  /** From 1; after 4294967295 again from 1. */
  readonly sequenceNumber: number;
  /** The same when a message comes a second time. */
  readonly publishedMs: number;
}

export interface MessageSequence<M extends Numbered> {
  /** What can be handed over now, in order, and how many messages before it are given up. */
  arrived(message: M, nowMs: number): { readonly ready: readonly M[]; readonly missed: number };
  /** The same for what waits, when it has waited long enough. */
  waited(nowMs: number): { readonly ready: readonly M[]; readonly missed: number };
  /** The same for what waits, as nothing more comes. */
  ended(): { readonly ready: readonly M[]; readonly missed: number };
  /** True while one waits for those before it. */
  awaitsMissing(): boolean;
  /** Number of the last one before which none is missing; 0 before the first. */
  last(): number;
}

const LAST_NUMBER = 0xffff_ffff;
const PATIENCE_MS = 10_000;
/** Of so many messages it is known that they came. */
const KNOWN = 100;

export function createMessageSequence<M extends Numbered>(): MessageSequence<M> {
  let last: number | undefined;
  let lastPublishedMs = 0;
  let waiting: { readonly messages: Map<number, M>; readonly sinceMs: number } | undefined;
  const published = new Map<number, number>();

  function isKnown({ sequenceNumber, publishedMs }: M): boolean {
    return published.get(sequenceNumber) === publishedMs;
  }

  function count({ sequenceNumber, publishedMs }: M): void {
    last = sequenceNumber;
    lastPublishedMs = publishedMs;
    published.delete(sequenceNumber);
    published.set(sequenceNumber, publishedMs);
    const [oldest] = published.keys();
    if (published.size > KNOWN && oldest !== undefined) published.delete(oldest);
  }

  /** Those whose turn it is after `last`. */
  function following(): M[] {
    const ready: M[] = [];
    for (;;) {
      const next = waiting?.messages.get(after(last ?? 0));
      if (!next) break;
      waiting?.messages.delete(next.sequenceNumber);
      count(next);
      ready.push(next);
    }
    if (waiting?.messages.size === 0) waiting = undefined;
    return ready;
  }

  function giveUp(): { ready: M[]; missed: number } {
    const from = last ?? 0;
    const messages = [...(waiting?.messages.values() ?? [])];
    messages.sort((a, b) => ahead(from, a.sequenceNumber) - ahead(from, b.sequenceNumber));
    waiting = undefined;
    messages.forEach(count);
    const reached = messages.at(-1);
    return { ready: messages, missed: reached ? ahead(from, reached.sequenceNumber) - messages.length : 0 };
  }

  return {
    arrived(message, nowMs) {
      if (isKnown(message)) return { ready: [], missed: 0 };
      const distance = last === undefined ? 1 : ahead(last, message.sequenceNumber);
      if (distance <= 0 && message.publishedMs < lastPublishedMs) return { ready: [message], missed: 0 };
      // At most 0 is a count that began anew.
      if (distance <= 1) {
        count(message);
        return { ready: [message, ...following()], missed: 0 };
      }
      waiting ??= { messages: new Map(), sinceMs: nowMs };
      waiting.messages.set(message.sequenceNumber, message);
      return this.waited(nowMs);
    },
    waited(nowMs) {
      if (!waiting || nowMs - waiting.sinceMs < PATIENCE_MS) return { ready: [], missed: 0 };
      return giveUp();
    },
    ended: giveUp,
    awaitsMissing: () => waiting !== undefined,
    last: () => last ?? 0,
  };
}

function after(number: number): number {
  return number === LAST_NUMBER ? 1 : number + 1;
}

/** How many messages after `from`; negative for one before it. */
function ahead(from: number, to: number): number {
  const distance = (((to - from) % LAST_NUMBER) + LAST_NUMBER) % LAST_NUMBER;
  return distance > LAST_NUMBER / 2 ? distance - LAST_NUMBER : distance;
}

interface Kept extends Numbered {
  readonly message: NotificationMessage;
}

export interface FollowedSequence {
  readonly awaitsMissing: () => boolean;
  /**
   * Hands over what waits for messages that will not come any more: it is acknowledged, and the server does not have it either. Of a
   * subscription that node-opcua has given up nothing can be handed over: it counts among the missed.
   */
  end(): void;
}

type Sequenced = Pick<ClientSubscription, "isActive"> & {
  on(event: "raw_notification", listener: (message: NotificationMessage) => void): unknown;
};

/** `onMissed` gets how many messages are given up, before the values of those after them are told. */
export function followSequence(
  subscription: Sequenced,
  clock: Clock,
  onMissed: (messages: number) => void,
): FollowedSequence {
  const sequence = createMessageSequence<Kept>();
  let handingOver = false;

  function handOver({ message }: Kept): void {
    handingOver = true;
    try {
      Reflect.apply(Reflect.get(subscription, "onNotificationMessage"), subscription, [message]);
    } finally {
      handingOver = false;
    }
  }

  function pass({ ready, missed }: ReturnType<typeof sequence.ended>): void {
    if (missed > 0) onMissed(missed);
    ready.forEach(handOver);
    Reflect.set(subscription, "lastSequenceNumber", sequence.last());
  }

  // Comes before node-opcua looks at the data: a message left without them is a keepalive to it.
  subscription.on("raw_notification", (message) => {
    if (handingOver) return;
    const { sequenceNumber, publishTime, notificationData } = message;
    const nowMs = clock();
    const isKeepAlive = (notificationData ?? []).length === 0;
    const publishedMs = publishTime?.getTime() ?? 0;
    const own = new NotificationMessage({ sequenceNumber, publishTime, notificationData });
    message.notificationData = null;
    pass(
      isKeepAlive
        ? sequence.waited(nowMs)
        : sequence.arrived({ sequenceNumber, publishedMs, message: own }, nowMs),
    );
  });
  return {
    awaitsMissing: sequence.awaitsMissing,
    end() {
      const { ready, missed } = sequence.ended();
      if (subscription.isActive) pass({ ready, missed });
      else if (ready.length > 0) onMissed(ready.length + missed);
    },
  };
}
