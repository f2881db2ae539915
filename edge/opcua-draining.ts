/**
 * What a server has queued for a subscription that is about to be closed: it comes with the next publish response, and closing throws it away
 * (OPC UA Part 4, 5.14.8). A server keeps the order on a channel, so what is published after the answer to a question holds all that was
 * queued when the question was asked; where nothing is queued no message comes, and after a publishing interval a second answer says so.
 */
import {
  type ClientSession,
  type ClientSubscription,
  type OPCUAClient,
  PublishResponse,
} from "node-opcua-client";
import type { Clock } from "../src/model/clock.ts";
import { messageOf } from "../src/model/failure.ts";
import { readServerClock } from "./opcua-clock.ts";
import { within } from "./opcua-patience.ts";

export interface Draining {
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  readonly subscription: ClientSubscription;
  /** Resolves when there is nothing to wait for any more. */
  readonly ended: Promise<string>;
  /** True while messages are missing before those that came. */
  readonly awaitsMissing: () => boolean;
}

/** A server that is late with a publishing cycle. */
const LATE_MS = 1000;
/** The link was cut when there is no answer for so long; the client would ask again once it is mended. */
const ANSWER_MS = 10_000;

/** Resolves with undefined when everything queued until now has been handed over, else with the reason why that is not known. */
export async function drain(parts: Draining, clock: Clock): Promise<string | undefined> {
  const { session, subscription, ended, awaitsMissing } = parts;
  const cut = ended.then((reason) => Promise.reject(new Error(reason)));
  cut.catch(() => {});
  const answer = () => within(ANSWER_MS, Promise.race([readServerClock(session, clock), cut]));
  try {
    await answer();
    const cycleMs = 1.5 * subscription.publishingInterval + LATE_MS;
    if (!(await Promise.race([lastPublished(parts, cycleMs), cut]))) await answer();
  } catch (error) {
    return messageOf(error);
  }
  await handedOver();
  return awaitsMissing() ? "messages are missing" : undefined;
}

/** The client hands over what a message holds some turns of its promises after it came. */
export function handedOver(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves with true at the next publish response behind which there is nothing more, or with false when there is none. */
function lastPublished({ client, subscription }: Draining, mostMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (came: boolean) => {
      clearTimeout(timer);
      client.off("receive_response", hear);
      resolve(came);
    };
    const hear = (response: object) => {
      if (!(response instanceof PublishResponse)) return;
      if (response.subscriptionId === subscription.subscriptionId && !response.moreNotifications) done(true);
    };
    const timer = setTimeout(done, mostMs, false);
    client.on("receive_response", hear);
  });
}
