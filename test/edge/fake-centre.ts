/** A centre reduced to what an agent sees of it: it takes the next batch, and answers with the highest one taken with no gap. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { Aedes } from "aedes";
import mqtt from "mqtt";
import { onTestFinished } from "vitest";
import { mqttOptions } from "../../edge/mqtt-access.ts";
import {
  type AckMessage,
  parseTopic,
  type StatusMessage,
  statusSchema,
  type TelemetryMessage,
  telemetrySchema,
  topicOf,
} from "../../src/model/wire.ts";

export interface FakeCentre {
  /** Stored messages in order, each once. */
  readonly stored: readonly TelemetryMessage[];
  /** Every sequence that arrived, resent ones too. */
  readonly arrived: readonly number[];
  readonly statuses: readonly StatusMessage[];
  /** From now on answers nothing, or answers again. */
  answer(yes: boolean): void;
  /** Publishes an acknowledgement of the test's own. */
  acknowledge(ack: AckMessage): Promise<void>;
}

export interface FakeCentreOptions {
  readonly url: string;
  readonly utility?: string;
  readonly site?: string;
  /** As an agent of the test has it. */
  readonly access?: Partial<Parameters<typeof mqttOptions>[0]>;
  /** What its clock shows; it says nothing of the time when left out. */
  readonly clock?: () => number;
  /** True for an arriving batch that gets lost on its way. */
  readonly lose?: (seq: number) => boolean;
}

export async function startFakeCentre(options: FakeCentreOptions): Promise<FakeCentre> {
  const { url, utility = "town", site = "north", lose, access, clock } = options;
  const credentials = mqttOptions({ protocol: 4, keepAliveMs: 60_000, ...access });
  const client = await mqtt.connectAsync(url, { ...credentials, resubscribe: true, reconnectPeriod: 50 });
  onTestFinished(() => client.endAsync(true));
  const taken: TelemetryMessage[] = [];
  const arrived: number[] = [];
  const statuses: StatusMessage[] = [];
  const highest = new Map<string, number>();
  let answering = true;
  const acknowledge = async (ack: AckMessage) => {
    await client.publishAsync(topicOf(utility, site, "ack"), JSON.stringify(ack), { qos: 1, retain: true });
  };
  client.on("message", (topic, payload) => {
    const text = payload[0] === 0x1f ? gunzipSync(payload) : payload;
    if (parseTopic(topic)?.channel === "status") {
      statuses.push(statusSchema.parse(JSON.parse(text.toString())));
      return;
    }
    const message = telemetrySchema.parse(JSON.parse(text.toString()));
    arrived.push(message.seq);
    if (lose?.(message.seq)) return;
    const known = highest.get(message.epoch) ?? 0;
    if (
      message.seq === known + 1 ||
      (message.seq > known && (message.first ?? message.seq) === message.seq)
    ) {
      taken.push(message);
      highest.set(message.epoch, message.seq);
    }
    const stored = highest.get(message.epoch) ?? 0;
    const answer = { epoch: message.epoch, stored, ...(clock && { timeMs: clock() }) };
    if (answering) acknowledge(answer).catch(() => {});
  });
  await client.subscribeAsync([topicOf(utility, site, "telemetry"), topicOf(utility, site, "status")], {
    qos: 1,
  });
  return {
    stored: taken,
    arrived,
    statuses,
    answer(yes) {
      answering = yes;
    },
    acknowledge,
  };
}

export interface TestBroker {
  readonly url: string;
  cutConnections(): void;
  /** Cuts and refuses connections until resume(). */
  pause(): void;
  resume(): Promise<void>;
}

/** An aedes broker in this process, on a free port. */
export async function startTestBroker(): Promise<TestBroker> {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    broker.handle(socket);
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  const { port } = address;
  const cutConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(async () => {
    cutConnections();
    server.close();
    await new Promise<void>((resolve) => broker.close(resolve));
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    cutConnections,
    pause() {
      server.close();
      cutConnections();
    },
    resume: () => listen(port),
  };
}

export function timesOf(messages: readonly TelemetryMessage[], sensor: string): number[] {
  return messages.flatMap(({ series }) =>
    series.filter((one) => one.sensor === sensor).flatMap(({ t }) => t),
  );
}
