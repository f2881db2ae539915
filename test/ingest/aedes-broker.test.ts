import { createServer } from "node:net";
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { type BrokerOptions, startAedesBroker } from "../../src/ingest/aedes-broker.ts";
import { openTestAccess } from "../access/open-access.ts";
import { until } from "../support/waiting.ts";

const log = pino({ level: "silent" });

async function start(changes: Partial<BrokerOptions> = {}) {
  const broker = await startAedesBroker({
    host: "127.0.0.1",
    port: 0,
    portSetting: "broker.port",
    log,
    ...changes,
  });
  onTestFinished(() => broker.close());
  return broker;
}

describe("the embedded broker", () => {
  it("names a taken port and the setting that moves it", async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({
      code: "port-taken",
      message: `MQTT port ${port} on 127.0.0.1 is taken by another program; choose another with broker.port`,
    });
  });

  it("gives its port back when it closes, with clients connected", async () => {
    const broker = await start();
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
    await broker.close();
    await until("the client is cut off", () => !client.connected);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(broker.port, "127.0.0.1", resolve));
    await new Promise((resolve) => server.close(resolve));
  });

  it("listens beyond loopback only over TLS and when it asks who is there", async () => {
    await expect(start({ host: "0.0.0.0" })).rejects.toMatchObject({ code: "open-broker" });
    const { brokerGuard } = await openTestAccess();
    await expect(start({ host: "0.0.0.0", guard: brokerGuard })).rejects.toMatchObject({
      code: "open-broker",
      message: expect.stringContaining("broker.host in server.yaml"),
    });
  });

  it("lets nobody but the centre acknowledge", async () => {
    const broker = await start();
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
    const seen: string[] = [];
    broker.listen(["#"], ({ topic }) => seen.push(topic));
    client.on("error", () => {});
    client.publish("nightflow/v1/town/north/ack", '{"epoch":"e","stored":999}', { qos: 1 });
    await until("the liar is cut off", () => !client.connected);
    expect(seen.filter((topic) => topic.endsWith("/ack"))).toEqual([]);
  });
});
