/**
 * Readings that devices publish at a broker. A QoS 1 message is acknowledged only after the spool has it, so the broker keeps what an agent
 * that dies had not made durable. Messages of one turn share one append: never one fsync a message. None is made to wait in mqtt.js, which
 * would not hear the broker's answers to its pings behind it: what waits for the spool is bounded by MQTT, whose identifiers are 65,535.
 */
import mqtt, { type IPublishPacket, type MqttClient } from "mqtt";
import type { Notice } from "../src/model/agent.ts";
import { messageOf } from "../src/model/failure.ts";
import { type Series, seriesOf } from "../src/model/sample.ts";
import { idSchema } from "../src/model/wire.ts";
import type { MqttSourceConfig } from "./agent-config.ts";
import { createBackoff, isUnanswered } from "./backoff.ts";
import { mqttOptions } from "./mqtt-access.ts";
import { mqttCertificates } from "./mqtt-certificates.ts";
import type { MqttReader, Reading, Rejection, Request } from "./mqtt-reader.ts";
import { createOccasionalNotices } from "./occasional-notice.ts";
import type { Source, SourceParts } from "./source.ts";
import { createSourceStanding } from "./source-standing.ts";
import type { HostPresence } from "./sparkplug-host.ts";

interface Gathered {
  readonly readings: Reading[];
  readonly notices: Notice[];
  readonly messageIds: number[];
}

export interface MqttSource extends Source {
  /** Reads other topics from now on, over the same connection: nothing is missed. */
  readAs(next: MqttReader, items: number): void;
}

/** So long a broker keeps the session of an agent that is away. */
const KEPT_S = 7 * 86_400;
const GOODBYE_MS = 2000;

export interface MqttReading {
  readonly kind: "mqtt" | "sparkplug";
  readonly reader: MqttReader;
  readonly items: number;
  /** Said on the broker while the source is connected, and taken back when it is not. */
  readonly presence?: HostPresence | undefined;
}

export function startMqttSource(
  config: Omit<MqttSourceConfig, "topics">,
  initial: MqttReading,
  clientId: string,
  { spool, log, clock }: SourceParts,
): MqttSource {
  const standing = createSourceStanding(clock);
  const { presence } = initial;
  let { reader, items } = initial;
  const backoff = createBackoff(Math.random);
  const occasional = createOccasionalNotices();
  let client: MqttClient | undefined;
  let connectingMs = 0;
  let retry: NodeJS.Timeout | undefined;
  let stopping = false;
  let lost = false;
  let gathered: Gathered = nothing();
  let storing: Promise<void> | undefined;

  function connect(): void {
    let fresh: MqttClient;
    connectingMs = clock();
    try {
      fresh = mqtt.connect(config.broker, {
        ...mqttOptions(config),
        clientId,
        ...(presence ? { clean: true, will: stateOf(presence, false) } : { clean: false }),
        properties:
          config.protocol === 5 ? { sessionExpiryInterval: presence ? 0 : KEPT_S, receiveMaximum: 1000 } : {},
      });
    } catch (error) {
      lose(messageOf(error));
      retry = setTimeout(connect, backoff.nextMs(isUnanswered(error, config.broker)));
      return;
    }
    client = fresh;
    fresh.on("packetreceive", (packet) => {
      if (packet.cmd === "publish") onPublish(packet);
    });
    fresh.on("connect", () => subscribe(fresh));
    let reason = "connection closed";
    let failure: unknown;
    fresh.on("error", (error) => {
      reason = messageOf(error) || reason;
      failure = error;
      log.warn({ source: config.name, reason }, "connection failed");
    });
    fresh.once("close", () => onClose(fresh, reason, failure));
  }

  function subscribe(fresh: MqttClient): void {
    const filters = presence ? [presence.topic, ...reader.filters] : reader.filters;
    const requests = reader.connected?.(clock()) ?? [];
    fresh.subscribe([...filters], { qos: 1 }, (error, grants) => {
      const refused = (grants ?? []).filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
      if (error || refused.length > 0) {
        log.error(
          { source: config.name, refused, reason: error?.message },
          "the broker refuses a subscription",
        );
        if (!stopping) tell("subscription-refused", { topics: refused.join(" ").slice(0, 1000) });
        if (error) return;
      }
      backoff.reset();
      log.info({ source: config.name, broker: config.broker, filters: filters.length }, "connected");
      if (lost) tell("source-found", {});
      lost = false;
      standing.become("connected");
      say(true);
      for (const request of requests) send(request);
    });
  }

  function onClose(closed: MqttClient, reason: string, failure: unknown): void {
    if (closed !== client || stopping) return;
    client = undefined;
    // What is gathered and not yet stored comes again: it was never acknowledged.
    gathered = nothing();
    closed.end(true);
    lose(reason);
    retry = setTimeout(connect, backoff.nextMs(isUnanswered(failure, config.broker)));
  }

  function lose(reason: string): void {
    if (!lost) tell("source-lost", { reason });
    lost = true;
    standing.become("lost", reason);
    log.warn({ source: config.name, reason }, "source lost");
  }

  function tell(code: string, figures: Notice["figures"]): void {
    const notice = { timeMs: clock(), code, figures: { source: config.name, ...figures } };
    spool.append([], [notice]).catch((error) => log.error({ code, reason: messageOf(error) }, "notice lost"));
  }

  function stateOf({ topic, said }: HostPresence, online: boolean) {
    return { topic, payload: said(online, connectingMs), qos: 1, retain: true } as const;
  }

  /** Of itself, where it is a host that others wait for. Resolves when the broker has it, or will not have it. */
  async function say(online: boolean): Promise<void> {
    if (!presence || !client?.connected) return;
    const { topic, payload, qos, retain } = stateOf(presence, online);
    await client.publishAsync(topic, payload, { qos, retain }).catch((error) => {
      log.warn({ source: config.name, topic, reason: messageOf(error) }, "state not said");
    });
  }

  /**
   * mqtt.js acknowledges strictly one message after the other, which would cost one fsync each. So it is shown
   * a QoS 0 message, and the acknowledgement is sent from here once the spool has the whole gathering.
   */
  function onPublish(packet: IPublishPacket): void {
    const { messageId, topic, retain } = packet;
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    if (packet.qos === 1 && messageId !== undefined) {
      gathered.messageIds.push(messageId);
      packet.qos = 0;
    }
    if (topic === presence?.topic) {
      // The late will of an older connection, or of another host by the same name.
      if (!stopping && presence.saysAway(payload)) say(true);
      storing ??= store();
      return;
    }
    const receivedMs = clock();
    const { readings, rejections, notices, requests } = reader.read({
      topic,
      payload,
      retained: retain,
      receivedMs,
    });
    gathered.readings.push(...readings);
    if (readings.length > 0) standing.heard();
    for (const rejection of rejections) reject(rejection, topic, payload);
    for (const { figures, ...notice } of notices ?? [])
      gathered.notices.push({ ...notice, timeMs: receivedMs, figures: { source: config.name, ...figures } });
    for (const request of requests ?? []) send(request);
    storing ??= store();
  }

  function send({ topic, payload }: Request): void {
    client?.publish(topic, Buffer.from(payload), { qos: 0 }, (error) => {
      if (error) log.warn({ source: config.name, topic, reason: messageOf(error) }, "request not sent");
    });
  }

  function reject({ sensor, reason }: Rejection, topic: string, payload: Uint8Array): void {
    const timeMs = clock();
    const count = occasional.happened(`${sensor} ${reason}`, timeMs);
    if (count === undefined) return;
    const text = Buffer.from(payload.subarray(0, 200)).toString();
    const figures = { source: config.name, reason, count, topic, payload: text };
    const known = idSchema.safeParse(sensor).success && sensor !== undefined;
    gathered.notices.push({ timeMs, code: "message-rejected", ...(known && { sensor }), figures });
    log.warn(figures, "message rejected");
  }

  /** Appends whatever was gathered by the next turn, then acknowledges it, until nothing is left. */
  async function store(): Promise<void> {
    await new Promise(setImmediate);
    const from = client;
    const { readings, notices, messageIds } = gathered;
    gathered = nothing();
    try {
      await spool.append(seriesByOne(readings), notices);
      if (from && from === client && from.connected && messageIds.length > 0) {
        from.stream.write(Buffer.concat(messageIds.map(puback)));
      }
    } catch (error) {
      log.error(
        { source: config.name, reason: messageOf(error) },
        "not spooled; the broker will send it again",
      );
      from?.end(true);
    }
    const more = gathered.readings.length + gathered.notices.length + gathered.messageIds.length > 0;
    storing = more ? store() : undefined;
  }

  connect();
  return {
    name: config.name,
    kind: initial.kind,
    get items() {
      return items;
    },
    standing,
    lostItems: () => reader.lostItems?.() ?? 0,
    birthsAsked: () => reader.birthsAsked?.(),
    certificates: () => mqttCertificates(config, client),
    readAs(next, count) {
      const unwanted = reader.filters.filter((filter) => !next.filters.includes(filter));
      reader = next;
      items = count;
      if (!client?.connected) return;
      subscribe(client);
      if (unwanted.length > 0) client.unsubscribe(unwanted, () => {});
    },
    async stop() {
      stopping = true;
      clearTimeout(retry);
      while (storing) await storing;
      await Promise.race([say(false), delay(GOODBYE_MS)]);
      await client?.endAsync();
    },
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function nothing(): Gathered {
  return { readings: [], notices: [], messageIds: [] };
}

/** MQTT 3.1.1 and 5, section 3.4: success may leave out all but the identifier. */
function puback(messageId: number): Buffer {
  return Buffer.of(0x40, 2, messageId >> 8, messageId & 0xff);
}

function seriesByOne(readings: readonly Reading[]): Series[] {
  const bySensor = Map.groupBy(readings, ({ sensor }) => sensor);
  return [...bySensor].map(([sensor, own]) =>
    seriesOf(
      sensor,
      own.map(({ timeMs }) => timeMs),
      own.map(({ value }) => value),
      own.map(({ status }) => status),
    ),
  );
}
