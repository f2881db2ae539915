/** A file that changes under a running agent: real Mosquitto, a real OPC UA server, no reading lost. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import mqtt from "mqtt";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { freePort, startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { startFakeCentre, timesOf } from "./fake-centre.ts";
import { figuresOf, lastOf, noticesOf, opcuaSources, START_MS, until } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";

vi.setConfig({ testTimeout: 300_000 });

function topic(name: string) {
  return { topic: name, sensor: name, quantity: "flow", unit: "m3/h", valuePath: "v", timePath: "t" };
}

interface Config {
  uplink: { statusMs?: number };
  site: string;
  sources: { opcua: ReturnType<typeof opcuaSources>["opcua"]; mqtt: { topics: object[] }[] };
}

/** Half of what the agent asks the server to keep of one variable: an outage of a minute at 50 ms. */
const QUEUED_VALUES = 600;

/** As an editor saves: a new file in the place of the old one. */
async function change(file: string, edit: (config: Config) => void): Promise<void> {
  const config = parse(await readFile(file, "utf8")) as Config;
  edit(config);
  await writeFile(`${file}.new`, stringify(config));
  await rename(`${file}.new`, file);
}

test.skipIf(!findProgram("mosquitto"))(
  "only the sources that changed are touched, no reading is lost, and a wrong file changes nothing and says why",
  async () => {
    const folder = await temporaryFolder();
    const broker = await startMosquitto();
    onTestFinished(broker.stop);
    const centre = await startFakeCentre({ url: broker.url });
    const port = await freePort();
    const server = await startOpcuaServerProcess({ pkiFolder: join(folder, "one"), variables: ["a", "b"] });
    const other = await startOpcuaServerProcess({ pkiFolder: join(folder, "two"), variables: ["untouched"] });
    await server.setAll(1, START_MS);
    await other.setAll(1, START_MS);
    const device = await mqtt.connectAsync(broker.url);
    onTestFinished(() => device.endAsync(true));
    const [plc] = opcuaSources(server.port, ["a"]).opcua;
    const [second] = opcuaSources(other.port, ["untouched"]).opcua;
    const sources = {
      opcua: [plc, { ...second, name: "other" }],
      mqtt: [{ name: "loggers", broker: broker.url, topics: [topic("m1")] }],
    };
    const file = await writeAgentConfig(folder, broker.url, sources, { batchAgeMs: 20 }, { http: { port } });
    const agent = startAgentProcess(file);
    const source = (name: string) => centre.statuses.at(-1)?.agent?.sources.find((one) => one.name === name);
    const configuration = () => centre.statuses.at(-1)?.agent?.configuration;
    await until("all is connected", () =>
      ["plc", "other", "loggers"].every((name) => source(name)?.state === "connected"),
    );
    const otherSinceMs = source("other")?.sinceMs;
    const loadedMs = configuration()?.loadedMs;

    // Values keep coming, one a turn, from here to the end; no more of them on their way than the server's queue holds.
    const sent: number[] = [];
    let sending = true;
    const send = async () => {
      for (let timeMs = START_MS + 1000; sending; timeMs += 1000) {
        await server.set("a", timeMs, timeMs);
        await device.publishAsync("m1", JSON.stringify({ v: 1, t: timeMs }), { qos: 1 });
        sent.push(timeMs);
        const inTime = () => (lastOf(centre, "a")?.t ?? 0) > timeMs - QUEUED_VALUES * 1000;
        if (sent.length % 100 === 0) await until("the values before are stored", inTime);
      }
    };
    const sendingEnds = send();
    await until("values flow", () => timesOf(centre.stored, "a").length > 20);

    await change(
      file,
      ({
        sources: {
          opcua,
          mqtt: [loggers],
        },
      }) => {
        opcua[0]?.items.push({
          ...opcua[0].items[0]!,
          node: opcua[0].items[0]!.node.replace(";s=a", ";s=b"),
          sensor: "b",
        });
        loggers?.topics.push(topic("m2"));
      },
    );
    await until("the new variable is read", () => lastOf(centre, "b")?.v === 3.6);
    await until("it is in force", () => configuration()?.loadedMs !== loadedMs);
    await until("it is told", () => figuresOf(centre, "configuration-changed") !== undefined);
    expect(figuresOf(centre, "configuration-changed")?.sources?.toString().split(" ").toSorted()).toEqual([
      "loggers",
      "plc",
    ]);
    expect(source("other")?.sinceMs).toBe(otherSinceMs);
    expect(source("plc")?.items).toBe(2);
    await until("the new topic is read", async () => {
      await device.publishAsync("m2", JSON.stringify({ v: 5, t: START_MS }), { qos: 1 });
      return lastOf(centre, "m2")?.v === 5;
    });

    const right = await readFile(file, "utf8");
    await writeFile(file, right.replace("unit: L/s", "unit: bar"));
    agent.hangUp();
    await until("the refusal is told", () => figuresOf(centre, "configuration-refused") !== undefined);
    expect(figuresOf(centre, "configuration-refused")?.reason).toContain('unit "bar" is not one of flow');
    await until("the status says so", () => configuration()?.refused?.includes("agent.yaml:") === true);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain("nightflow_agent_configuration_refused 1");
    const marked = sent.at(-1) ?? 0;
    await until("readings go on", () => (lastOf(centre, "a")?.t ?? 0) > marked + 20_000);

    await writeFile(file, right.replace("site: north", "site: south"));
    agent.hangUp();
    await until("what needs a restart is told", () => {
      return (
        figuresOf(centre, "configuration-refused")?.reason?.toString().includes("site changes only") === true
      );
    });
    await writeFile(file, right);
    await change(file, ({ uplink }) => {
      uplink.statusMs = 20_000;
    });
    agent.hangUp();
    await until("the right file is in force again", () => configuration()?.refused === null);

    sending = false;
    await sendingEnds;
    await until("all is stored", () => new Set(timesOf(centre.stored, "m1")).size === sent.length);
    await until("the last value is stored", () => lastOf(centre, "a")?.t === sent.at(-1));
    expect(new Set(timesOf(centre.stored, "m1"))).toEqual(new Set(sent));
    expect(new Set(timesOf(centre.stored, "a"))).toEqual(new Set([START_MS, ...sent]));
    const losses = /^(source-|overflow|messages-missed|hand-over-incomplete)/;
    expect(noticesOf(centre).filter((code) => losses.test(code))).toEqual([]);
    expect(await agent.signal("SIGTERM")).toBe(0);
  },
);
