/** An edge node by the specification's own authors, a real broker and a real agent. */
import { once } from "node:events";
import sparkplug from "sparkplug-client";
import { describe, expect, onTestFinished, test } from "vitest";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { startFakeCentre } from "./fake-centre.ts";

describe.skipIf(!findProgram("mosquitto"))("a Sparkplug B group on Mosquitto", () => {
  test("an agent that comes late asks for the births, follows the data, and sees the node die", async () => {
    const broker = await startMosquitto();
    onTestFinished(broker.stop);
    const centre = await startFakeCentre({ url: broker.url });
    const node = sparkplug.newClient({
      serverUrl: broker.url,
      username: "",
      password: "",
      groupId: "Water",
      edgeNode: "pump",
      clientId: "pump",
      publishDeath: true,
    });
    onTestFinished(() => node.stop());
    let births = 0;
    let inflow = 10;
    node.on("birth", () => {
      births += 1;
      const metrics = [{ name: "Inflow", type: "Double" as const, value: inflow, timestamp: Date.now() }];
      node.publishNodeBirth({ timestamp: Date.now(), metrics });
    });
    node.on("ncmd", ({ metrics }) => {
      if (metrics?.some(({ name }) => name === "Node Control/Rebirth")) node.emit("birth");
    });
    await once(node, "birth");

    const metric = { node: "pump", metric: "Inflow", sensor: "inflow", quantity: "flow", unit: "m3/h" };
    const sources = { sparkplug: [{ name: "scada", broker: broker.url, group: "Water", metrics: [metric] }] };
    const agent = startAgentProcess(await writeAgentConfig(await temporaryFolder(), broker.url, sources));
    const values = () =>
      centre.stored.flatMap(({ series }) =>
        series.flatMap(({ sensor, v }) => (sensor === "inflow" ? v : [])),
      );
    const say = () => {
      inflow += 1;
      const metrics = [{ name: "Inflow", type: "Double" as const, value: inflow, timestamp: Date.now() }];
      node.publishNodeData({ timestamp: Date.now(), metrics });
    };
    await until("data bring a request for the births, and they arrive", () => {
      if (births === 1) say();
      return values().length > 0;
    });
    say();
    await until("data arrive", () => values().includes(inflow));
    node.stop();
    await until("the death arrives as a reading without a value", () => values().at(-1) === null);
    expect(births).toBe(2);
    expect(await agent.signal("SIGTERM")).toBe(0);
  });
});
