/**
 * The promise of the whole way, with real processes: agent, broker and centre are each killed with SIGKILL in the middle of the stream, and
 * every reading is in history exactly once. The device's own broker stays: what it loses never reached Nightflow.
 */
import { join } from "node:path";
import mqtt from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { startAgentProcess, writeAgentConfig } from "../edge/agent-process.ts";
import { startCentreProcess, writeCentreConfig } from "../support/centre-process.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const SENSOR = "north-inlet";
const READINGS = 12_000;
const PUBLISHED_AT_ONCE = 200;
const FIRST_MS = Date.UTC(2026, 2, 1);
const DEADLINE_MS = 60_000;

async function startBroker() {
  const broker = await startMosquitto();
  onTestFinished(() => broker.stop());
  return broker;
}

describe.skipIf(!findProgram("mosquitto"))("agent, broker and centre, each killed once mid-stream", () => {
  test("store every reading exactly once", { timeout: 180_000 }, async () => {
    const folder = await temporaryFolder();
    const devices = await startBroker();
    const broker = await startBroker();
    const centreConfig = await writeCentreConfig(folder, broker.url, SENSOR);
    const agentConfig = await writeAgentConfig(
      folder,
      broker.url,
      {
        mqtt: [
          {
            name: "devices",
            broker: devices.url,
            topics: [
              {
                topic: "flow",
                sensor: SENSOR,
                quantity: "flow",
                unit: "m3/h",
                valuePath: "value",
                timePath: "time",
              },
            ],
          },
        ],
      },
      { batchSamples: 50, batchAgeMs: 50 },
    );
    let centre = await startCentreProcess(centreConfig);
    let agent = startAgentProcess(agentConfig);

    const stored = async () => {
      const range = `from=${FIRST_MS}&to=${FIRST_MS + READINGS * 1000}&points=10`;
      const answer = await fetch(`${centre.address}/api/v1/readings?sensor=${SENSOR}&${range}`).catch(
        () => null,
      );
      if (!answer?.ok) return 0;
      const { series } = (await answer.json()) as { series: { counts: number[] }[] };
      return (series[0]?.counts ?? []).reduce((sum, count) => sum + count, 0);
    };
    const untilStored = (count: number) =>
      until(`${count} readings stored`, async () => (await stored()) >= count, DEADLINE_MS);
    /** The stream is under way: some readings are stored, others are still to come. */
    const midStream = async (share: number) => {
      await untilStored(READINGS * share);
      expect(await stored()).toBeLessThan(READINGS);
    };

    const device = await mqtt.connectAsync(devices.url, { clientId: "device", clean: false });
    onTestFinished(() => device.endAsync(true));
    const publish = async (from: number, to: number) => {
      for (let start = from; start < to; start += PUBLISHED_AT_ONCE) {
        const some = Array.from({ length: Math.min(PUBLISHED_AT_ONCE, to - start) }, (_, i) => start + i);
        await Promise.all(
          some.map((index) => {
            const reading = JSON.stringify({ time: FIRST_MS + index * 1000, value: index });
            return device.publishAsync("flow", reading, { qos: 1 });
          }),
        );
      }
    };
    const subscribed = async () => {
      await publish(0, 1);
      return (await stored()) >= 1;
    };
    await until("the agent reads its devices", subscribed, DEADLINE_MS);

    const publishing = publish(1, READINGS);
    await midStream(0.1);
    await agent.signal("SIGKILL");
    agent = startAgentProcess(agentConfig);
    await midStream(0.3);
    await broker.kill();
    await broker.startAgain();
    await midStream(0.5);
    await centre.end("SIGKILL");
    centre = await startCentreProcess(centreConfig);
    await publishing;
    await untilStored(READINGS);

    expect(await agent.signal("SIGTERM")).toBe(0);
    expect(await centre.end("SIGTERM")).toBe(0);
    const store = await openDuckdbStore(join(folder, "data", "history"));
    const series = await store.read(SENSOR, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
    await store.close();
    expect(series.timesMs).toHaveLength(READINGS);
    expect([...series.values]).toEqual(Array.from({ length: READINGS }, (_, index) => index));
  });
});
