/**
 * Sends the spool's batches to the centre and trims the spool by what the centre says is stored. A broker's PUBACK means
 * nothing here, and mqtt.js keeps nothing: each connection is a new client, and the spool is the only queue.
 */
import { gzipSync } from "node:zlib";
import mqtt, { type MqttClient } from "mqtt";
import type { Logger } from "pino";
import type { Clock } from "../src/model/clock.ts";
import { messageOf } from "../src/model/failure.ts";
import { ackSchema, type StatusMessage, topicOf } from "../src/model/wire.ts";
import type { AgentConfig } from "./agent-config.ts";
import { createBackoff } from "./backoff.ts";
import { mqttOptions } from "./mqtt-access.ts";
import {
  acknowledged,
  goneBack,
  isOverdue,
  isResendDue,
  newWindow,
  type ResendReason,
  type SendWindow,
  sendable,
  sent,
  waitedInVain,
} from "./send-window.ts";
import type { Lane, Spool } from "./sqlite-spool.ts";

export interface Uplink {
  connected(): boolean;
  /** Says goodbye on the status topic and disconnects. What is not acknowledged stays in the spool. */
  stop(): Promise<void>;
}

const GZIP_ABOVE_BYTES = 1000;
const TICK_MS = 250;
const STATUS_EVERY_MS = 10_000;
/** A broker that confirms nothing for so long, while it should, is left for another try. */
const STALLED_MS = 120_000;
const GOODBYE_MS = 2000;

export function startMqttUplink(
  { utility, site, uplink }: AgentConfig,
  spool: Spool,
  { log, clock, version }: { readonly log: Logger; readonly clock: Clock; readonly version: string },
): Uplink {
  const topics = {
    telemetry: topicOf(utility, site, "telemetry"),
    ack: topicOf(utility, site, "ack"),
    status: topicOf(utility, site, "status"),
  };
  const backoff = createBackoff(Math.random);
  let epoch = "";
  let window: SendWindow = newWindow({ first: 1, last: 0 }, uplink.ackTimeoutMs);
  range();
  let client: MqttClient | undefined;
  let ready = false;
  let stopping = false;
  let attempts = 0;
  /** Batches handed to the broker that it has not confirmed. */
  let unconfirmed = 0;
  let confirmedMs = 0;
  let statusMs = 0;
  let retry: NodeJS.Timeout | undefined;

  function range(): Lane {
    const lane = spool.lanes().at(-1) ?? { epoch: "", first: 1, last: 0 };
    // A spool that was mended numbers under a new epoch.
    if (lane.epoch !== epoch) {
      epoch = lane.epoch;
      window = newWindow(lane, uplink.ackTimeoutMs);
    }
    return lane;
  }

  function statusNow(online: boolean): string {
    const status: StatusMessage = {
      online,
      timeMs: clock(),
      version,
      oldestUnacknowledgedMs: spool.oldestUnacknowledgedMs(),
    };
    return JSON.stringify(status);
  }

  function connect(): void {
    const broker = uplink.brokers[attempts % uplink.brokers.length] ?? "";
    attempts += 1;
    let fresh: MqttClient;
    try {
      fresh = mqtt.connect(broker, {
        ...mqttOptions(uplink),
        clientId: `nightflow-${utility}-${site}`,
        clean: true,
        will: { topic: topics.status, payload: Buffer.from(statusNow(false)), qos: 1, retain: true },
      });
    } catch (error) {
      log.error({ broker, reason: messageOf(error) }, "cannot start a connection");
      retry = setTimeout(connect, backoff.nextMs());
      return;
    }
    client = fresh;
    fresh.on("connect", () => subscribe(fresh, broker));
    fresh.on("message", (topic, payload) => {
      if (topic === topics.ack) onAck(payload);
    });
    fresh.on("error", (error) =>
      log.warn({ broker, reason: messageOf(error) }, "connection to the broker failed"),
    );
    fresh.once("close", () => onClose(fresh, broker));
  }

  function subscribe(fresh: MqttClient, broker: string): void {
    fresh.subscribe(topics.ack, { qos: 1 }, (error) => {
      if (fresh !== client || stopping) return;
      if (error) {
        log.error({ broker, reason: messageOf(error) }, "the broker refuses the acknowledgement topic");
        fresh.end(true);
        return;
      }
      // The first broker is the preferred one: the next loss starts from it again.
      attempts = 0;
      backoff.reset();
      unconfirmed = 0;
      confirmedMs = clock();
      ready = true;
      log.info({ broker, ...range() }, "connected");
      publishStatus(fresh);
      goBack("reconnect", goneBack(window, clock()));
      pump();
    });
  }

  function onClose(closed: MqttClient, broker: string): void {
    if (closed !== client || stopping) return;
    client = undefined;
    if (ready) log.warn({ broker }, "connection lost");
    ready = false;
    closed.end(true);
    const waitMs = backoff.nextMs();
    retry = setTimeout(connect, waitMs);
  }

  function onAck(payload: Buffer): void {
    const ack = parseAck(payload);
    if (!ack) {
      log.warn({ payload: payload.toString("utf8", 0, 200) }, "an acknowledgement cannot be read");
      return;
    }
    const lane = range();
    if (ack.epoch !== lane.epoch) return;
    const { window: moved, outcome } = acknowledged(window, ack.stored, lane, uplink.ackTimeoutMs, clock());
    if (outcome === "ahead") {
      log.error(
        { stored: ack.stored, ...range() },
        "the centre knows batches this spool never made; epoch renewed",
      );
      spool.renewEpoch(lane.epoch);
    } else if (outcome === "progress") {
      window = moved;
      trim(ack.epoch, ack.stored);
    } else if (outcome === "resend") goBack("duplicate-acknowledgement", moved);
    else window = moved;
    pump();
  }

  function trim(ackedEpoch: string, stored: number): void {
    try {
      spool.trim(ackedEpoch, stored);
    } catch (error) {
      log.error({ reason: messageOf(error) }, "cannot trim the spool; the next acknowledgement tries again");
    }
  }

  function goBack(reason: ResendReason, moved: SendWindow): void {
    if (window.next > moved.next)
      log.info({ reason, from: moved.next, to: window.next - 1 }, "sending again");
    window = moved;
  }

  function pump(): void {
    const open = client;
    if (!ready || !open?.connected || stopping) return;
    const lane = range();
    for (const seq of sendable(window, lane, uplink.windowBatches)) {
      const body = spool.read(seq);
      if (body === undefined) continue;
      const head = `{"epoch":${JSON.stringify(lane.epoch)},"seq":${seq},"first":${lane.first},`;
      const text = Buffer.from(`${head}${body.slice(1)}`);
      unconfirmed += 1;
      open.publish(
        topics.telemetry,
        text.length > GZIP_ABOVE_BYTES ? gzipSync(text) : text,
        { qos: 1 },
        (error) => {
          if (error || open !== client) return;
          unconfirmed -= 1;
          confirmedMs = clock();
        },
      );
      window = sent(window, seq, clock());
    }
  }

  function publishStatus(open: MqttClient): void {
    statusMs = clock();
    open.publish(topics.status, statusNow(true), { qos: 1, retain: true });
  }

  function tick(): void {
    const open = client;
    if (!ready || !open) return;
    const now = clock();
    if (now - statusMs >= STATUS_EVERY_MS) publishStatus(open);
    if (isResendDue(window, now)) {
      goBack("duplicate-acknowledgement", goneBack(window, now));
      pump();
    } else if (unconfirmed > 0) {
      if (now - confirmedMs < STALLED_MS) return;
      log.warn({ unconfirmed }, "the broker confirms nothing; connecting anew");
      open.end(true);
    } else if (isOverdue(window, now)) {
      goBack("no-progress", waitedInVain(window, now));
      pump();
    }
  }

  const ticking = setInterval(tick, TICK_MS);
  spool.onChange(pump);
  connect();

  return {
    connected: () => ready,
    async stop() {
      if (stopping) return;
      stopping = true;
      clearInterval(ticking);
      clearTimeout(retry);
      const open = client;
      if (open?.connected && ready) {
        const said = open.publishAsync(topics.status, statusNow(false), { qos: 1, retain: true });
        await Promise.race([said, delay(GOODBYE_MS)]).catch((error) =>
          log.warn({ reason: messageOf(error) }, "could not say goodbye"),
        );
      }
      await open?.endAsync(true);
    },
  };
}

function parseAck(payload: Buffer) {
  try {
    return ackSchema.safeParse(JSON.parse(payload.toString())).data;
  } catch {
    return undefined;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
