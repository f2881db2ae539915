/** An edge node by the specification's own authors, a real broker and a real agent. */
import { once } from "node:events";
import mqtt from "mqtt";
import sparkplug from "sparkplug-client";
import sparkplugPayload from "sparkplug-payload";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort, startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { startFakeCentre } from "./fake-centre.ts";

const { encodePayload } = sparkplugPayload.get("spBv1.0") ?? {};
if (!encodePayload) throw new Error("sparkplug-payload knows no spBv1.0");

describe.skipIf(!findProgram("mosquitto"))("a Sparkplug B group on Mosquitto", () => {
  test("an agent that comes late asks for the births, follows the data, asks again after a gap, and sees the node die", async () => {
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
    const port = await freePort();
    const agent = startAgentProcess(
      await writeAgentConfig(await temporaryFolder(), broker.url, sources, {}, { http: { port } }),
    );
    const figures = async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const figure = (name: string) =>
        Number(new RegExp(`^nightflow_agent_${name} (\\d+)$`, "m").exec(text)?.[1]);
      return {
        asked: figure('births_asked_total{source="scada"}'),
        lost: figure('source_lost_items{source="scada"}'),
        gaps: figure('notices_total{code="sequence-gap"}'),
        deaths: figure('notices_total{code="sparkplug-death"}'),
      };
    };
    const values = () =>
      centre.stored.flatMap(({ series }) =>
        series.flatMap(({ sensor, v }) => (sensor === "inflow" ? v : [])),
      );
    const say = () => {
      inflow += 1;
      const metrics = [{ name: "Inflow", type: "Double" as const, value: inflow, timestamp: Date.now() }];
      node.publishNodeData({ timestamp: Date.now(), metrics });
    };
    await until("births are asked for, and arrive", () => values().length > 0);
    expect(births).toBe(2);
    expect(await figures()).toMatchObject({ asked: 1, lost: 0 });
    say();
    await until("data arrive", () => values().includes(inflow));

    const other = await mqtt.connectAsync(broker.url);
    onTestFinished(() => other.endAsync(true));
    const out = { timestamp: Date.now(), seq: 77, metrics: [] };
    await other.publishAsync("spBv1.0/Water/NDATA/pump", Buffer.from(encodePayload(out)));
    await until("a number that is not the next one brings the births again", () => births === 3);
    await until("the metric is there again", async () => (await figures()).lost === 0);
    expect(await figures()).toMatchObject({ asked: 2, gaps: 1 });

    node.stop();
    await until("the death arrives as a reading without a value", () => values().at(-1) === null);
    expect(await figures()).toMatchObject({ lost: 1, deaths: 1 });
    expect(await agent.signal("SIGTERM")).toBe(0);
  });

  test("a primary host says that it is there, says so again when another word is given for it, and is known to be away when it died or was stopped", async () => {
    const broker = await startMosquitto();
    onTestFinished(broker.stop);
    const other = await mqtt.connectAsync(broker.url);
    onTestFinished(() => other.endAsync(true));
    const topic = "spBv1.0/STATE/nightflow";
    const said: { online: boolean; timestamp: number }[] = [];
    other.on("message", (_, payload) => said.push(JSON.parse(payload.toString())));
    await other.subscribeAsync(topic, { qos: 1 });
    const metric = { node: "pump", metric: "Inflow", sensor: "inflow", quantity: "flow", unit: "m3/h" };
    const source = {
      name: "scada",
      broker: broker.url,
      group: "Water",
      hostId: "nightflow",
      metrics: [metric],
    };
    const config = await writeAgentConfig(await temporaryFolder(), broker.url, { sparkplug: [source] });
    const first = startAgentProcess(config);
    await until("it is there", () => said.length === 1);
    const [{ timestamp } = { timestamp: 0 }] = said;
    expect(said).toEqual([{ online: true, timestamp }]);

    await other.publishAsync(topic, JSON.stringify({ online: false, timestamp: 5 }), {
      qos: 1,
      retain: true,
    });
    await until("it says so again", () => said.length === 3);
    expect(said[2]).toEqual({ online: true, timestamp });
    await first.signal("SIGKILL");
    await until("it is away", () => said.length === 4);
    expect(said[3]).toEqual({ online: false, timestamp });

    const second = startAgentProcess(config);
    await until("another is there", () => said.at(-1)?.online === true);
    expect(said.at(-1)?.timestamp).toBeGreaterThan(timestamp);
    expect(await second.signal("SIGTERM")).toBe(0);
    await until("it took its leave", () => said.at(-1)?.online === false);
    expect(said.filter(({ online }) => !online)).toHaveLength(3);
  });
});
