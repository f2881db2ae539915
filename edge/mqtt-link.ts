/**
 * The uplink's connection: one at a time, to the first broker of the list that takes it. Each is a new client that keeps nothing; while it
 * is with another broker than the first, the first is asked now and then whether it is back.
 */
import mqtt, { type MqttClient } from "mqtt";
import type { Logger } from "pino";
import type { Clock } from "../src/model/clock.ts";
import { messageOf } from "../src/model/failure.ts";
import type { UplinkConfig } from "./agent-config.ts";
import { createBackoff, isUnanswered } from "./backoff.ts";
import { mqttOptions } from "./mqtt-access.ts";

export interface MqttLink {
  /** The client, once it is connected and subscribed. */
  ready(): MqttClient | undefined;
  /** Leaves this connection for another try. */
  abandon(): void;
  /** To be called a few times a second. */
  tick(): void;
  stop(): Promise<void>;
}

export interface MqttLinkParts {
  readonly config: UplinkConfig;
  readonly clientId: string;
  /** Subscribed to before the connection counts as ready. */
  readonly topic: string;
  readonly will: () => { readonly topic: string; readonly payload: Buffer };
  readonly onReady: (client: MqttClient, broker: string) => void;
  readonly onMessage: (payload: Buffer, retained: boolean) => void;
  /** Only of a connection that was ready. */
  readonly onLost: (broker: string) => void;
  readonly onFailed: (broker: string, reason: string) => void;
  readonly log: Logger;
  readonly clock: Clock;
}

export function startMqttLink(parts: MqttLinkParts): MqttLink {
  const { config, clientId, log, clock } = parts;
  const backoff = createBackoff(Math.random);
  let client: MqttClient | undefined;
  let ready = false;
  let stopping = false;
  let attempts = 0;
  /** Place in the list of the broker connected to. */
  let place = 0;
  let askedFirstMs = 0;
  let asking: MqttClient | undefined;
  let retry: NodeJS.Timeout | undefined;

  function connect(): void {
    const at = attempts % config.brokers.length;
    const broker = config.brokers[at] ?? "";
    attempts += 1;
    let fresh: MqttClient;
    try {
      const will = { ...parts.will(), qos: 1, retain: true } as const;
      fresh = mqtt.connect(broker, { ...mqttOptions(config), clientId, clean: true, will });
    } catch (error) {
      parts.onFailed(broker, messageOf(error));
      retry = setTimeout(connect, backoff.nextMs(isUnanswered(error, broker)));
      return;
    }
    client = fresh;
    fresh.on("connect", () => subscribe(fresh, broker, at));
    fresh.on("message", (_, payload, { retain }) => parts.onMessage(payload, retain));
    let reason: unknown;
    fresh.on("error", (error) => {
      reason = error;
      parts.onFailed(broker, messageOf(error));
    });
    fresh.once("close", () => onClose(fresh, broker, reason));
  }

  function subscribe(fresh: MqttClient, broker: string, at: number): void {
    fresh.subscribe(parts.topic, { qos: 1 }, (error) => {
      if (fresh !== client || stopping) return;
      if (error) {
        log.error({ broker, reason: messageOf(error) }, "the broker refuses the acknowledgement topic");
        fresh.end(true);
        return;
      }
      // The first broker is the preferred one: the next loss starts from it again.
      attempts = 0;
      place = at;
      askedFirstMs = clock();
      backoff.reset();
      ready = true;
      parts.onReady(fresh, broker);
    });
  }

  function onClose(closed: MqttClient, broker: string, reason: unknown): void {
    if (closed !== client || stopping) return;
    const wasReady = ready;
    client = undefined;
    ready = false;
    closed.end(true);
    if (wasReady) parts.onLost(broker);
    // The next broker of the list is tried at once, the list again after a pause.
    retry = setTimeout(
      connect,
      attempts % config.brokers.length === 0 ? backoff.nextMs(isUnanswered(reason, broker)) : 0,
    );
  }

  /** Asks with a connection of its own, so that the one in use is left only for one that works. */
  function askFirst(): void {
    askedFirstMs = clock();
    const broker = config.brokers[0] ?? "";
    let probe: MqttClient;
    try {
      probe = mqtt.connect(broker, { ...mqttOptions(config), clientId: `${clientId}-asks`, clean: true });
    } catch {
      return;
    }
    asking = probe;
    const over = () => {
      if (asking === probe) asking = undefined;
      probe.end(true);
    };
    probe.on("error", over);
    probe.once("close", over);
    probe.once("connect", () => {
      over();
      if (!ready || stopping) return;
      log.info({ broker }, "the first broker is back");
      client?.end(true);
    });
  }

  connect();
  return {
    ready: () => (ready && client?.connected ? client : undefined),
    abandon: () => void client?.end(true),
    tick() {
      if (ready && place > 0 && !asking && clock() - askedFirstMs >= config.returnToFirstMs) askFirst();
    },
    async stop() {
      stopping = true;
      clearTimeout(retry);
      asking?.end(true);
      await client?.endAsync(true);
    },
  };
}
