/**
 * A connection to the utility's own MQTT 5 broker. The session outlives a restart of the centre, so that the broker keeps what comes
 * meanwhile; a batch lost all the same is sent again by its agent, which waits for the centre's acknowledgement alone.
 */
import { connect, type IClientOptions } from "mqtt";
import type { Logger } from "pino";
import { Failure } from "../model/failure.ts";
import type { MqttInbox } from "./mqtt-inbox.ts";

export interface ExternalBrokerOptions {
  /** mqtt:// or mqtts:// with host and port. */
  readonly url: string;
  readonly utility: string;
  /** Tells sessions of one utility apart. */
  readonly centre?: string;
  /** How the broker knows the centre and the centre the broker. */
  readonly access?: Pick<IClientOptions, "username" | "password" | "ca">;
  /** The broker leaves a connection on which it hears nothing for one and a half times as long. */
  readonly keepaliveS?: number;
  readonly log: Logger;
}

const SESSION_EXPIRY_S = 7 * 86_400;
/** Messages the broker may send before the first of them is acknowledged. */
const RECEIVE_MAXIMUM = 500;
const RECONNECT_MS = 1_000;
const KEEPALIVE_S = 60;

export function createExternalInbox(options: ExternalBrokerOptions): MqttInbox {
  const { url, log, access, keepaliveS = KEEPALIVE_S } = options;
  const client = connect(url, {
    manualConnect: true,
    protocolVersion: 5,
    clientId: ["nightflow", options.utility, options.centre ?? "centre"].join("-"),
    clean: false,
    keepalive: keepaliveS,
    properties: { sessionExpiryInterval: SESSION_EXPIRY_S, receiveMaximum: RECEIVE_MAXIMUM },
    reconnectPeriod: RECONNECT_MS,
    resubscribe: false,
    // Its own tracing costs more than the rest of what it does with a message.
    log: () => {},
    ...access,
  });
  client.on("error", (error) => log.warn({ url, error: error.message }, "mqtt broker"));
  let listening = false;
  let gathering = false;
  /** What is answered to messages that came together leaves together: one system call for many acknowledgements. */
  function gatherAnswers(): void {
    if (gathering) return;
    gathering = true;
    const { stream } = client;
    stream.cork();
    setImmediate(() => {
      gathering = false;
      stream.uncork();
    });
  }
  client.on("close", () => {
    if (listening) log.warn({ url }, "mqtt broker lost");
    listening = false;
  });

  return {
    listen(filters, listener) {
      client.on("message", (topic, payload, packet) => {
        gatherAnswers();
        listener({ topic, payload, retained: packet.retain });
      });
      // Said again at every connection: the broker may have lost the session, and a subscription made twice is made once.
      client.on("connect", () => {
        if (filters.length === 0) {
          listening = true;
          return;
        }
        client.subscribe([...filters], { qos: 1 }, (error) => {
          listening = !error;
          if (error) log.error({ url, error: error.message }, "mqtt broker refused the subscription");
          else log.info({ url, filters }, "mqtt broker connected");
        });
      });
      client.connect();
    },
    publish: async (topic, payload, { retain }) => {
      if (client.disconnecting) throw new Failure("broker-closed", "the connection to the broker is closed");
      await client.publishAsync(topic, payload, { qos: 1, retain });
    },
    connected: () => listening,
    async close() {
      listening = false;
      await client.endAsync(!client.connected);
    },
  };
}
