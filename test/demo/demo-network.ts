/** Ports and brokers of a test's own, on loopback, gone when it is over. */
import { createServer, type Server } from "node:net";
import { onTestFinished } from "vitest";
import { startAedesBroker } from "../../src/ingest/aedes-broker.ts";
import { logger } from "./demo-town.ts";

export interface TestBroker {
  readonly port: number;
  readonly url: string;
  /** Resolves with the next message from a meter. */
  nextReading(): Promise<{ readonly sensor: string; readonly time: number; readonly value: number }>;
  close(): Promise<void>;
}

/** Port 0 takes any free one. */
export async function startBroker(port = 0): Promise<TestBroker> {
  const broker = await startAedesBroker({ host: "127.0.0.1", port, portSetting: "port", log: logger });
  onTestFinished(() => broker.close());
  let waiting = Promise.withResolvers<{ sensor: string; time: number; value: number }>();
  broker.listen(["meters/#"], ({ topic, payload }) => {
    const sensor = topic.slice("meters/".length);
    waiting.resolve({ ...JSON.parse(Buffer.from(payload).toString()), sensor });
  });
  return {
    port: broker.port,
    url: `mqtt://127.0.0.1:${broker.port}`,
    nextReading() {
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
    close: () => broker.close(),
  };
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
