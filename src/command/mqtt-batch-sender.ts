/** Sends batches to a running centre as an agent does, and waits until they are stored. */
import { randomUUID } from "node:crypto";
import { connectAsync } from "mqtt";
import { Failure, messageOf } from "../model/failure.ts";
import { ackSchema, topicOf } from "../model/wire.ts";

export interface BatchRoute {
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly authority?: string | undefined;
  /** The authority is the broker's very certificate, under whatever name it is reached here. */
  readonly isPinned?: boolean;
  readonly utility: string;
  readonly site: string;
}

const WAIT_MS = 60_000;

/** Throws Failure "broker-unreachable" or "not-stored"; what was sent may be sent again. */
export async function sendBatches(
  { url, user, password, authority, isPinned = false, utility, site }: BatchRoute,
  batches: readonly { readonly series: readonly unknown[] }[],
): Promise<void> {
  const client = await connectAsync(
    url,
    {
      connectTimeout: 5_000,
      ...(user === undefined ? {} : { username: user }),
      ...(password === undefined ? {} : { password }),
      ...(authority === undefined ? {} : { ca: authority }),
      ...(isPinned ? { allowPartialTrustChain: true, checkServerIdentity: () => undefined } : {}),
    },
    false,
  ).catch((thrown: unknown) => {
    const message = `no broker at ${url}: ${messageOf(thrown)}; is the centre running?`;
    throw new Failure("broker-unreachable", message, { retryable: true, cause: thrown });
  });
  try {
    const epoch = randomUUID();
    await client.subscribeAsync(topicOf(utility, site, "ack"), { qos: 1 });
    const stored = new Promise<void>((resolve, reject) => {
      const late = `the centre has not said within ${WAIT_MS / 1000} s that it stored them`;
      const timer = setTimeout(() => {
        reject(new Failure("not-stored", late, { retryable: true }));
      }, WAIT_MS);
      client.on("message", (_topic, payload) => {
        const ack = ackSchema.safeParse(JSON.parse(payload.toString()));
        if (!ack.success || ack.data.epoch !== epoch || ack.data.stored < batches.length) return;
        clearTimeout(timer);
        resolve();
      });
    });
    for (const [index, { series }] of batches.entries()) {
      const message = JSON.stringify({ epoch, seq: index + 1, first: 1, series });
      await client.publishAsync(topicOf(utility, site, "telemetry"), message, { qos: 1 });
    }
    await stored;
  } finally {
    await client.endAsync(true);
  }
}
