/**
 * Two centres divide a town's districts behind one real Mosquitto and write into one real InfluxDB. One is killed mid-stream and the other
 * takes over: every reading is stored, of agents and of bare devices, and the alarm goes on as it stood.
 */
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { stringify } from "yaml";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { LIVE_VERSION } from "../../src/model/live-version.ts";
import { startAgentProcess } from "../edge/agent-process.ts";
import { startCentreProcess } from "../support/centre-process.ts";
import { startInfluxd } from "../support/influxd.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const DEADLINE_MS = 60_000;
const READINGS = 450;
/** So near that nobody has fallen silent yet. */
const FIRST_MS = Date.now() - 20 * MINUTE_MS;

const night = { mainsKm: 9, connections: 600, population: 3000 };
const flow = { quantity: "flow", intervalS: 60 };
/** `border` stands at the northern station and bounds both districts. */
const UTILITY = {
  id: "town",
  name: "Town",
  currency: "KES",
  timeZone: "Africa/Nairobi",
  waterValuePerM3: 65,
  sensors: [
    { id: "inlet", site: "north-station", ...flow },
    { id: "border", site: "north-station", ...flow },
    { id: "well", site: "south-station", ...flow },
    { id: "silent", site: "south-station", ...flow },
    { id: "street", site: "street", ...flow },
  ],
  districts: [
    { id: "north", meters: [{ sensor: "inlet" }, { sensor: "border", sign: -1 }], night },
    {
      id: "south",
      meters: ["border", "well", "street"].map((sensor) => ({ sensor })),
      night,
    },
    { id: "valley", meters: [{ sensor: "silent" }], night },
  ],
};

interface Town {
  readonly folder: string;
  readonly broker: string;
  readonly influx: string;
}

/** A machine of its own for each centre: the same utility, another data folder. */
async function machine({ folder, broker, influx }: Town, name: string): Promise<string> {
  const config = join(folder, name);
  await mkdir(config, { recursive: true });
  const server = {
    http: { port: 0 },
    access: { logIn: "none" },
    broker: { kind: "external", url: broker },
    store: { kind: "influx", url: influx, version: 1 },
    devices: [{ topic: "meters/{sensor}", valuePath: "value", timePath: "time" }],
    dataFolder: join(folder, `${name}-data`),
    logLevel: "warn",
  };
  await writeFile(join(config, "utility.yaml"), stringify(UTILITY, { aliasDuplicateObjects: false }));
  await writeFile(join(config, "server.yaml"), stringify(server));
  return config;
}

/** A station's real agent, which reads `raw/SENSOR`. */
async function agent({ folder, broker }: Town, site: string, sensors: readonly string[]) {
  const topic = (sensor: string) => ({
    topic: `raw/${sensor}`,
    sensor,
    quantity: "flow",
    unit: "m3/h",
    valuePath: "value",
    timePath: "time",
  });
  const config = {
    utility: "town",
    site,
    spool: { path: `${site}.sqlite`, batchSamples: 20, batchAgeMs: 20 },
    uplink: { brokers: [broker], ackTimeoutMs: 1000 },
    sources: { mqtt: [{ name: "meters", broker, topics: sensors.map(topic) }] },
  };
  const file = join(folder, `${site}.yaml`);
  await writeFile(file, stringify(config));
  return startAgentProcess(file);
}

const reading = (index: number) => JSON.stringify({ time: FIRST_MS + index * 1000, value: index });

async function publish(client: MqttClient, topics: readonly string[], from: number, to: number) {
  for (let index = from; index < to; index += 1)
    await Promise.all(topics.map((topic) => client.publishAsync(topic, reading(index), { qos: 1 })));
}

async function askInflux(url: string, influxQl: string): Promise<(string | number)[][]> {
  const query = new URLSearchParams({ db: "nightflow", epoch: "ms", q: influxQl });
  const answer = (await (await fetch(`${url}/query?${query}`)).json()) as {
    results: { series?: { values: (string | number)[][] }[] }[];
  };
  return answer.results[0]?.series?.[0]?.values ?? [];
}

interface ShownAlarm {
  readonly id: string;
  readonly state: string;
}

async function alarmsAt(address: string): Promise<readonly ShownAlarm[]> {
  const answer = await (await fetch(`${address}/api/v1/alarms`)).json();
  return (answer as { alarms: ShownAlarm[] }).alarms;
}

/** What a page of this centre is told of a sensor's newest time, as it comes. */
async function watch(address: string, sensor: string): Promise<() => number> {
  const socket = new WebSocket(`${address.replace("http", "ws")}/api/v1/live`);
  onTestFinished(() => socket.terminate());
  let newestMs = 0;
  socket.on("message", (data) => {
    for (const one of JSON.parse(String(data)).latest ?? []) if (one.sensor === sensor) newestMs = one.timeMs;
  });
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "hello", version: LIVE_VERSION }));
  return () => newestMs;
}

describe.skipIf(!findProgram("mosquitto") || !findProgram("influxd"))("two centres divide a town", () => {
  test("one is killed and taken over without loss or a second alarm", { timeout: 240_000 }, async () => {
    const mosquitto = await startMosquitto();
    onTestFinished(() => mosquitto.stop());
    const influxd = await startInfluxd();
    onTestFinished(() => influxd.stop());
    const town = { folder: await temporaryFolder(), broker: mosquitto.url, influx: influxd.url };
    const stored = async (sensor: string) =>
      Number(
        (await askInflux(town.influx, `SELECT count(status) FROM sample WHERE sensor='${sensor}'`))[0]?.[1] ??
          0,
      );
    const untilStored = (sensor: string, count: number) =>
      until(`${count} of ${sensor} stored`, async () => (await stored(sensor)) >= count, DEADLINE_MS);

    const north = await startCentreProcess(await machine(town, "a"), "--districts", "north");
    const south = await startCentreProcess(await machine(town, "b"), "--districts", "south,valley");
    await agent(town, "north-station", ["inlet", "border"]);
    await agent(town, "south-station", ["well", "silent"]);
    const client = await connectAsync(town.broker, { clientId: "field", clean: false });
    onTestFinished(() => client.endAsync(true));
    const raw = ["raw/inlet", "raw/border", "raw/well"];
    const subscribed = (topics: readonly string[], sensor: string) => async () => {
      await publish(client, topics, 0, 1);
      return (await stored(sensor)) >= 1;
    };
    await until("the northern agent reads", subscribed(["raw/inlet", "raw/border"], "inlet"), DEADLINE_MS);
    await until("the southern agent reads", subscribed(["raw/well"], "well"), DEADLINE_MS);

    const early = { time: Date.now() - 5 * HOUR_MS, value: 7 };
    await client.publishAsync("raw/silent", JSON.stringify(early), { qos: 1 });
    const recorded = () => askInflux(town.influx, "SELECT id, change FROM alarm");
    await until("the south raises its alarm", async () => (await recorded()).length === 1, DEADLINE_MS);
    const isListed = async () => (await alarmsAt(south.address)).length === 1;
    await until("the south shows its alarm", isListed, DEADLINE_MS);
    const [raised] = await alarmsAt(south.address);
    expect(raised?.id).toMatch(/^sensor:silent:data-gap:/);
    expect(await alarmsAt(north.address)).toEqual([]);
    const acknowledged = await fetch(
      `${south.address}/api/v1/alarms/${encodeURIComponent(raised?.id ?? "")}/actions`,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ type: "acknowledge", alarm: raised?.id }),
      },
    );
    expect(acknowledged.status).toBe(200);

    const publishing = publish(client, raw, 1, READINGS / 3);
    await untilStored("well", READINGS / 10);
    await south.end("SIGKILL");
    await publishing;
    await publish(client, [...raw, "meters/street"], READINGS / 3, (READINGS * 2) / 3);
    await untilStored("inlet", (READINGS * 2) / 3);
    expect(await stored("street"), "it waits in the district's session").toBe(0);

    expect(await north.end("SIGTERM")).toBe(0);
    const both = await startCentreProcess(await machine(town, "a"), "--districts", "north,south,valley");
    await publish(client, [...raw, "meters/street"], (READINGS * 2) / 3, READINGS);
    for (const sensor of ["inlet", "border", "well"]) await untilStored(sensor, READINGS);
    await untilStored("street", (READINGS * 2) / 3);
    for (const sensor of ["inlet", "border", "well"]) {
      const values = await askInflux(town.influx, `SELECT value FROM sample WHERE sensor='${sensor}'`);
      expect(values.map(([, value]) => value)).toEqual(Array.from({ length: READINGS }, (_, i) => i));
    }
    expect(await alarmsAt(both.address)).toMatchObject([{ id: raised?.id, state: "acknowledged" }]);
    expect((await recorded()).map(([, id, change]) => [id, change])).toEqual([
      [raised?.id, "activated"],
      [raised?.id, "acknowledged"],
    ]);
    const nights = await askInflux(town.influx, "SELECT count(body) FROM share_event WHERE origin != ''");
    expect(Number(nights[0]?.[1])).toBeGreaterThan(0);

    // Divided again: what the north stores of the border reaches the south, and who was replaced ends.
    const again = await startCentreProcess(await machine(town, "b"), "--districts", "south,valley");
    expect(await both.exited).toBe(1);
    expect(await alarmsAt(again.address)).toMatchObject([{ id: raised?.id, state: "acknowledged" }]);
    await startCentreProcess(await machine(town, "a"), "--districts", "north");
    const newestMs = await watch(again.address, "border");
    await publish(client, raw, READINGS, READINGS + 10);
    const lastMs = FIRST_MS + (READINGS + 9) * 1000;
    await until("the south sees the border meter", () => newestMs() === lastMs, DEADLINE_MS);
    await untilStored("well", READINGS + 10);
    expect((await alarmsAt(again.address)).map(({ id }) => id)).toEqual([raised?.id]);
  });
});
