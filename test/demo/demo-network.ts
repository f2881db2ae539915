/** Ports and brokers of a test's own, on loopback, gone when it is over. */
import { createServer, type Server } from "node:net";
import { onTestFinished } from "vitest";
import { startAedesBroker } from "../../src/ingest/aedes-broker.ts";
import { decodeJson } from "../../src/ingest/telemetry-decoder.ts";
import { parseTopic, type TelemetryMessage, telemetrySchema, topicOf } from "../../src/model/wire.ts";
import { logger } from "./demo-town.ts";

interface Reading {
  readonly sensor: string;
  readonly time: number;
  readonly value: number;
}

export interface TestBroker {
  readonly port: number;
  readonly url: string;
  /** Resolves with the next message from a meter. */
  nextReading(): Promise<Reading>;
  /** Resolves with the next batch of samples from an agent. */
  nextBatch(): Promise<TelemetryMessage>;
  close(): Promise<void>;
}

/** Port 0 takes any free one. What an agent sends is acknowledged, as by a centre, so that the agent can stop at once. */
export async function startBroker(port = 0): Promise<TestBroker> {
  const broker = await startAedesBroker({ host: "127.0.0.1", port, portSetting: "port", log: logger });
  onTestFinished(() => broker.close());
  let reading = Promise.withResolvers<Reading>();
  let batch = Promise.withResolvers<TelemetryMessage>();
  broker.listen(["meters/#", "nightflow/#"], ({ topic, payload }) => {
    if (topic.startsWith("meters/")) {
      reading.resolve({ ...jsonOf(payload), sensor: topic.slice("meters/".length) });
      return;
    }
    const { utility, site, channel } = parseTopic(topic) ?? {};
    if (!utility || !site || channel !== "telemetry") return;
    const telemetry = telemetrySchema.parse(jsonOf(payload));
    batch.resolve(telemetry);
    const { epoch, seq } = telemetry;
    void broker.publish(topicOf(utility, site, "ack"), JSON.stringify({ epoch, stored: seq }), {
      retain: true,
    });
  });
  return {
    port: broker.port,
    url: `mqtt://127.0.0.1:${broker.port}`,
    nextReading() {
      reading = Promise.withResolvers();
      return reading.promise;
    },
    nextBatch() {
      batch = Promise.withResolvers();
      return batch.promise;
    },
    close: () => broker.close(),
  };
}

/** JSON, gzip or not. */
function jsonOf(payload: Uint8Array) {
  const json = decodeJson(payload, 1_000_000);
  if (!json.ok) throw new Error(json.rejection.detail);
  return json.value as Omit<Reading, "sensor">;
}

export async function freePort(): Promise<number> {
  const { server, port } = await listenSomewhere();
  await close(server);
  return port;
}

export async function takenPort(): Promise<number> {
  const { server, port } = await listenSomewhere();
  onTestFinished(() => close(server));
  return port;
}

async function listenSomewhere(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return { server, port: address.port };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
