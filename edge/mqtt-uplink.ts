/**
 * Sends the spool's batches to the centre and trims the spool by what the centre says is stored. A broker's PUBACK means
 * nothing here, and mqtt.js keeps nothing: the spool is the only queue. Each lane of it has a window of its own.
 */
import { gzipSync } from "node:zlib";
import type { MqttClient } from "mqtt";
import type { Logger } from "pino";
import type { AgentReport, CertificateReport, ClockReport } from "../src/model/agent-report.ts";
import type { Clock } from "../src/model/clock.ts";
import { messageOf } from "../src/model/failure.ts";
import { type AckMessage, ackSchema, type StatusMessage, topicOf } from "../src/model/wire.ts";
import type { AgentConfig } from "./agent-config.ts";
import { createClockSkew } from "./clock-skew.ts";
import { laneOrder, needsLane } from "./lane-order.ts";
import { mqttCertificates } from "./mqtt-certificates.ts";
import { startMqttLink } from "./mqtt-link.ts";
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
import { fullBucket, refilled, spent, waitMsOf } from "./token-bucket.ts";

export interface Uplink {
  connected(): boolean;
  /** Sent batches so far, and those that had to be sent again. */
  counts(): { readonly sent: number; readonly sentAgain: number; readonly sentBytes: number };
  certificates(): readonly Omit<CertificateReport, "of">[];
  /** The agent's clock beside the centre's, once the centre said what it shows. */
  clockAhead(): Omit<ClockReport, "against"> | undefined;
  /** Says goodbye on the status topic and disconnects. What is not acknowledged stays in the spool. */
  stop(): Promise<void>;
}

const GZIP_ABOVE_BYTES = 1000;
const TICK_MS = 250;
/** A change of how the agent does is told at once, but not more often. */
const STATUS_LEAST_MS = 1000;
/** A broker that confirms nothing for so long, while it should, is left for another try. */
const STALLED_MS = 120_000;
const GOODBYE_MS = 2000;

export interface UplinkParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** How the agent does, for its status. */
  readonly report: () => AgentReport;
}

export function startMqttUplink(
  { utility, site, uplink }: Pick<AgentConfig, "utility" | "site" | "uplink">,
  spool: Spool,
  { log, clock, version, report }: UplinkParts,
): Uplink {
  const topics = {
    telemetry: topicOf(utility, site, "telemetry"),
    ack: topicOf(utility, site, "ack"),
    status: topicOf(utility, site, "status"),
  };
  const { maxBytesPerS } = uplink;
  let windows = new Map<string, SendWindow>();
  let bucket = fullBucket(maxBytesPerS ?? 0, clock());
  let stopping = false;
  /** Batches handed to the broker that it has not confirmed. */
  let unconfirmed = 0;
  let confirmedMs = 0;
  let statusMs = 0;
  let saidStates = "";
  const skew = createClockSkew();
  const counts = { sent: 0, sentAgain: 0, sentBytes: 0 };
  let paced: NodeJS.Timeout | undefined;

  function windowOf(lane: Lane): SendWindow {
    return windows.get(lane.epoch) ?? newWindow(lane, uplink.ackTimeoutMs);
  }

  /** A last will is fixed when the connection begins: it cannot know how the agent does when it is spoken. */
  function statusNow(online: boolean, agent?: AgentReport): Buffer {
    const status: StatusMessage = {
      online,
      timeMs: clock(),
      version,
      oldestUnacknowledgedMs: spool.oldestUnacknowledgedMs(),
      ...(agent && { agent }),
    };
    return packed(Buffer.from(JSON.stringify(status)));
  }

  function onReady(client: MqttClient, broker: string): void {
    unconfirmed = 0;
    confirmedMs = clock();
    log.info({ broker, heldBatches: spool.heldBatches() }, "connected");
    publishStatus(client);
    for (const lane of spool.lanes()) goBack(lane, "reconnect", goneBack(windowOf(lane), clock()));
    pump();
  }

  function onAck(payload: Buffer, retained: boolean): void {
    const ack = parseAck(payload);
    if (!ack) {
      log.warn({ payload: payload.toString("utf8", 0, 200) }, "an acknowledgement cannot be read");
      return;
    }
    if (ack.timeMs !== undefined && !retained) skew.measured({ answeredMs: clock(), otherMs: ack.timeMs });
    const lane = spool.lanes().find(({ epoch }) => epoch === ack.epoch);
    if (!lane) return;
    const { window, outcome } = acknowledged(windowOf(lane), ack.stored, lane, uplink.ackTimeoutMs, clock());
    if (outcome === "ahead") renewEpoch(lane, ack);
    else if (outcome === "resend") goBack(lane, "duplicate-acknowledgement", window);
    else windows.set(lane.epoch, window);
    if (outcome === "progress") trim(ack);
    pump();
  }

  function renewEpoch({ epoch, first, last }: Lane, { stored }: AckMessage): void {
    log.error({ stored, first, last }, "the centre knows batches this spool never made; epoch renewed");
    attempt("renew the spool's epoch", () => spool.renewEpoch(epoch));
  }

  function trim({ epoch, stored }: AckMessage): void {
    attempt("trim the spool", () => spool.trim(epoch, stored));
  }

  /** The next acknowledgement, or the next look, tries again. */
  function attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      log.error({ reason: messageOf(error) }, `cannot ${what}`);
    }
  }

  function goBack(lane: Lane, reason: ResendReason, moved: SendWindow): void {
    const { next } = windowOf(lane);
    if (next > moved.next) counts.sentAgain += next - moved.next;
    if (next > moved.next) log.info({ reason, from: moved.next, to: next - 1 }, "sending again");
    windows.set(lane.epoch, moved);
  }

  function pump(): void {
    const client = link.ready();
    if (!client || stopping) return;
    if (needsLane(spool.lanes(), uplink.sendFirst, uplink.windowBatches))
      attempt("start a lane", spool.startLane);
    const lanes = spool.lanes();
    windows = new Map(lanes.map((lane) => [lane.epoch, windowOf(lane)]));
    for (const { lane, windowBatches } of laneOrder(lanes, uplink.sendFirst, uplink.windowBatches)) {
      for (const seq of sendable(windowOf(lane), lane, windowBatches)) {
        if (mustWait()) return;
        if (send(client, lane, seq)) windows.set(lane.epoch, sent(windowOf(lane), seq, clock()));
      }
    }
  }

  /** Under a bandwidth cap: the pump goes on by itself when there is room. */
  function mustWait(): boolean {
    if (maxBytesPerS === undefined) return false;
    bucket = refilled(bucket, maxBytesPerS, clock());
    const waitMs = waitMsOf(bucket, maxBytesPerS);
    if (waitMs === 0) return false;
    paced ??= setTimeout(() => {
      paced = undefined;
      pump();
    }, waitMs);
    return true;
  }

  /** False when the batch is not to be read. */
  function send(client: MqttClient, lane: Lane, seq: number): boolean {
    const body = spool.read(seq);
    if (body === undefined) return false;
    const head = `{"epoch":${JSON.stringify(lane.epoch)},"seq":${seq},"first":${lane.first},`;
    const payload = packed(Buffer.from(`${head}${body.slice(1)}`));
    counts.sent += 1;
    counts.sentBytes += payload.length;
    bucket = spent(bucket, payload.length + topics.telemetry.length);
    unconfirmed += 1;
    client.publish(topics.telemetry, payload, { qos: 1 }, (error) => {
      if (error || client !== link.ready()) return;
      unconfirmed -= 1;
      confirmedMs = clock();
    });
    return true;
  }

  function publishStatus(client: MqttClient): void {
    const agent = report();
    statusMs = clock();
    saidStates = statesOf(agent);
    client.publish(topics.status, statusNow(true, agent), { qos: 1, retain: true });
  }

  function isStatusDue(nowMs: number): boolean {
    const sinceMs = nowMs - statusMs;
    if (sinceMs < STATUS_LEAST_MS) return false;
    return sinceMs >= uplink.statusMs || statesOf(report()) !== saidStates;
  }

  function tick(): void {
    link.tick();
    const client = link.ready();
    if (!client) return;
    const now = clock();
    if (isStatusDue(now)) publishStatus(client);
    for (const lane of spool.lanes()) {
      const window = windowOf(lane);
      if (isResendDue(window, now)) goBack(lane, "duplicate-acknowledgement", goneBack(window, now));
      else if (unconfirmed === 0 && isOverdue(window, now))
        goBack(lane, "no-progress", waitedInVain(window, now));
    }
    if (unconfirmed > 0 && now - confirmedMs >= STALLED_MS) {
      log.warn({ unconfirmed }, "the broker confirms nothing; connecting anew");
      link.abandon();
    } else pump();
  }

  const link = startMqttLink({
    config: uplink,
    clientId: `nightflow-${utility}-${site}`,
    topic: topics.ack,
    will: () => ({ topic: topics.status, payload: statusNow(false) }),
    onReady,
    onMessage: onAck,
    onLost: (broker) => log.warn({ broker }, "connection lost"),
    onFailed: (broker, reason) => log.warn({ broker, reason }, "connection to the broker failed"),
    log,
    clock,
  });
  const ticking = setInterval(tick, TICK_MS);
  spool.onChange(pump);

  return {
    connected: () => link.ready() !== undefined,
    counts: () => ({ ...counts }),
    certificates: () => mqttCertificates(uplink, link.ready()),
    clockAhead: skew.now,
    async stop() {
      if (stopping) return;
      stopping = true;
      clearInterval(ticking);
      clearTimeout(paced);
      const client = link.ready();
      if (client) {
        const said = client.publishAsync(topics.status, statusNow(false, report()), { qos: 1, retain: true });
        await Promise.race([said, delay(GOODBYE_MS)]).catch((error) =>
          log.warn({ reason: messageOf(error) }, "could not say goodbye"),
        );
      }
      await link.stop();
    },
  };
}

function packed(text: Buffer): Buffer {
  return text.length > GZIP_ABOVE_BYTES ? gzipSync(text) : text;
}

/** What is worth telling at once when it changes; figures that move all the time are not. */
function statesOf({ spool, sources, certificates, configuration }: AgentReport): string {
  return JSON.stringify([
    spool.diskFull,
    spool.droppedSamples > 0,
    sources.map(({ name, state, items, lostItems }) => [name, state, items, lostItems]),
    certificates.map(({ fingerprint }) => fingerprint),
    configuration,
  ]);
}

function parseAck(payload: Buffer): AckMessage | undefined {
  try {
    return ackSchema.safeParse(JSON.parse(payload.toString())).data;
  } catch {
    return undefined;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
