/** The embedded MQTT broker, for a utility that runs none: agents connect to it, the centre listens inside it. */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Aedes, type AedesPublishPacket } from "aedes";
import type { Logger } from "pino";
import { isLoopback } from "../model/access.ts";
import type { BrokerGuard } from "../model/broker-guard.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { TlsFiles } from "../model/tls.ts";
import { guardedHandlers, OPEN_HANDLERS } from "./aedes-handlers.ts";
import type { InboxListener, MqttInbox } from "./mqtt-inbox.ts";
import { createStrangers } from "./mqtt-strangers.ts";

const CONNECT_MS = 10_000;

export interface BrokerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The configuration key of the port, for the message that says it is taken. */
  readonly portSetting: string;
  /** Who may connect, and on which topics. Without it, and without TLS, the broker listens on loopback alone. */
  readonly guard?: BrokerGuard | null;
  readonly tls?: TlsFiles | null;
  /** How long somebody may take to say who they are; 10 s when left out. */
  readonly connectWithinMs?: number;
  readonly log: Logger;
}

export interface EmbeddedBroker extends MqttInbox {
  readonly port: number;
}

/** Throws Failure "open-broker", "port-taken" or "broker-cannot-listen". */
export async function startAedesBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const { host, log, guard = null, tls = null, connectWithinMs = CONNECT_MS } = options;
  if (!isLoopback(host) && (!guard || !tls)) {
    const message = `the MQTT broker will not listen on ${host} (broker.host in server.yaml) without TLS and credentials`;
    throw new Failure("open-broker", message);
  }
  const broker = await Aedes.createBroker(guard ? guardedHandlers(guard) : OPEN_HANDLERS);
  broker.on("clientError", (client, error) => log.warn({ client: client.id, error: error.message }, "mqtt"));
  broker.on("connectionError", (_client, error) => log.warn({ error: error.message }, "mqtt connection"));

  const strangers = createStrangers(connectWithinMs, (reason, facts) =>
    guard ? guard.refused(reason, facts) : log.warn({ ...facts, reason }, "refused"),
  );
  broker.on("client", ({ conn }) => strangers.know(conn));

  const sockets = new Set<Socket>();
  const server = listenerOf(tls, (socket) => {
    strangers.meet(socket);
    broker.handle(socket);
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", (error: Error, socket: Socket) => {
    const address = socket.remoteAddress;
    guard?.refused("tls-refused", { address, error: error.message });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenFailure(error, options)));
    server.listen(options.port, host, resolve);
  }).catch(async (failure) => {
    await new Promise<void>((resolve) => broker.close(resolve));
    throw failure;
  });
  const address = server.address();
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => broker.close(resolve));
    for (const socket of sockets) socket.destroy();
    strangers.close();
    await closed;
  }

  return {
    port: typeof address === "object" && address ? address.port : options.port,
    listen(filters, listener) {
      for (const filter of filters) broker.subscribe(filter, deliverTo(listener), () => {});
    },
    publish: (topic, payload, { retain }) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: "publish", qos: 1, dup: false, topic, payload, retain } as const;
        broker.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    connected: () => closing === undefined,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

function listenerOf(files: TlsFiles | null, onSocket: (socket: Socket) => void): Server {
  if (!files) return createServer(onSocket);
  const { cert, key, clientCa } = files.tls;
  const asked = clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const server = createTlsServer({ cert, key, ...asked }, onSocket);
  files.keepCurrent(server);
  return server;
}

function deliverTo(listener: InboxListener) {
  return ({ topic, payload }: AedesPublishPacket, done: () => void) => {
    // The broker keeps nothing from before it was started, and here `retain` only says what others will see later.
    listener({
      topic,
      payload: typeof payload === "string" ? Buffer.from(payload) : payload,
      retained: false,
    });
    done();
  };
}

function listenFailure(error: NodeJS.ErrnoException, { host, port, portSetting }: BrokerOptions): Failure {
  if (error.code === "EADDRINUSE") {
    const message = `MQTT port ${port} on ${host} is taken by another program; choose another with ${portSetting}`;
    return new Failure("port-taken", message, { cause: error });
  }
  const message = `the MQTT broker cannot listen on ${host}:${port}: ${messageOf(error)}`;
  return new Failure("broker-cannot-listen", message, { cause: error });
}
