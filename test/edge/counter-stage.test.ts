/** Registers behind every kind of source, through a real spool, kill -9 and restart included. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import mqtt from "mqtt";
import { expect, onTestFinished, test, vi } from "vitest";
import type { AgentConfig } from "../../edge/agent-config.ts";
import type { BatchContent } from "../../edge/batch.ts";
import { createCounterStage } from "../../edge/counter-stage.ts";
import { openSqliteSpool, type Spool } from "../../edge/sqlite-spool.ts";
import { Failure } from "../../src/model/failure.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { type FakeCentre, startFakeCentre } from "./fake-centre.ts";
import { noticesOf, opcuaSources, START_MS, until } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";
import { laneOf, spoolSettings } from "./spool-settings.ts";

vi.setConfig({ testTimeout: 300_000 });

const COUNTER = { largestFlowM3h: 300, rolloverAt: 10_000, spanMs: 1000 };
const MINUTE_MS = 60_000;
/** A pulse of 100 L each. */
const METER = { quantity: "flow" as const, unit: "L", scale: 100, counter: COUNTER };

function sourcesWith(sensor: string): AgentConfig["sources"] {
  const counter = { ...COUNTER, bothWays: false, longestSpanMs: 3_600_000 };
  const topic = { topic: "m", sensor, ...METER, offset: 0, counter };
  const access = { protocol: 4 as const, keepAliveMs: 30_000 };
  return {
    opcua: [],
    mqtt: [{ name: "m", broker: "mqtt://127.0.0.1", ...access, topics: [topic] }],
    sparkplug: [],
    csv: [],
    hand: [],
  };
}

/** Pulses 10 a minute, 60 m3/h, from `from` to below `to`, in m3. */
function pulses(sensor: string, from: number, to: number) {
  const indexes = Array.from({ length: to - from }, (_, i) => from + i);
  return seriesOf(
    sensor,
    indexes.map((i) => START_MS + i * MINUTE_MS),
    indexes.map((i) => ((9950 + i * 10) % 10_000) * 0.1),
  );
}

function spooled(spool: Spool): { flows: number[]; codes: string[] } {
  const { first, last } = laneOf(spool);
  const contents = Array.from({ length: last - first + 1 }, (_, i) => {
    return JSON.parse(spool.read(first + i) ?? "") as BatchContent;
  });
  const flows = contents.flatMap(({ series }) => series.flatMap(({ v }) => v.map(Number)));
  return { flows, codes: contents.flatMap(({ notices }) => notices.map(({ code }) => code)) };
}

test("the register is remembered with the samples: a restart goes on where it was, and what the disk refused is followed again", async () => {
  const path = join(await temporaryFolder(), "spool.sqlite");
  const open = () => openSqliteSpool(spoolSettings(path, { batchSamples: 1 }), () => START_MS);
  let spool = open();
  let refusing = false;
  const parts = () => ({
    ...spool,
    append: (...args: Parameters<Spool["append"]>) =>
      refusing ? Promise.reject(new Failure("spool-write-failed", "no")) : spool.append(...args),
  });
  let stage = createCounterStage(parts(), sourcesWith("meter-{1}"), () => START_MS);
  await stage.append([pulses("meter-7", 0, 4)]);
  refusing = true;
  await expect(stage.append([pulses("meter-7", 4, 8)])).rejects.toThrow("no");
  refusing = false;
  await stage.append([pulses("meter-7", 4, 8)]);
  await spool.close();
  spool = open();
  stage = createCounterStage(parts(), sourcesWith("meter-{1}"), () => START_MS);
  expect(stage.lastTotal("meter-7")?.totalM3).toBeCloseTo(2);
  await stage.append([pulses("meter-7", 8, 12), pulses("other", 0, 1)]);
  await spool.cut();
  const { flows, codes } = spooled(spool);
  expect(flows.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => expect.closeTo(60, 6)));
  expect(flows.at(-1), "a sensor that is no counter passes as it is").toBe(995);
  expect(codes).toEqual(["counter-rolled-over"]);
  await spool.close();
});

/** m3 that the stored flows of a sensor say passed since `fromMs`. */
function volumeM3(centre: FakeCentre, sensor: string, fromMs: number): number {
  const own = centre.stored.flatMap(({ series }) => series).filter((one) => one.sensor === sensor);
  const flows = new Map(own.flatMap(({ t, v }) => t.map((timeMs, i) => [timeMs, v[i]] as const)));
  let sum = 0;
  let lastMs = fromMs;
  for (const [timeMs, flow] of [...flows].toSorted(([a], [b]) => a - b)) {
    sum += (Number(flow) * (timeMs - lastMs)) / 3_600_000;
    lastMs = timeMs;
  }
  return sum;
}

test.skipIf(!findProgram("mosquitto"))(
  "pulses by OPC UA, MQTT, SenML and CSV give the same flow; kill -9 in between counts no water twice and loses none",
  async () => {
    const folder = await temporaryFolder();
    const broker = await startMosquitto();
    onTestFinished(broker.stop);
    const centre = await startFakeCentre({ url: broker.url });
    const server = await startOpcuaServerProcess({ pkiFolder: join(folder, "server"), variables: ["plc"] });
    const device = await mqtt.connectAsync(broker.url);
    onTestFinished(() => device.endAsync(true));
    const shown = (i: number) => (9950 + i * 10) % 10_000;
    const timeOf = (i: number) => START_MS + i * MINUTE_MS;
    const COUNT = 40;
    const rows = Array.from({ length: COUNT }, (_, i) => `${new Date(timeOf(i)).toISOString()},${shown(i)}`);
    await writeFile(join(folder, "log.csv"), ["Time,Pulses", ...rows, ""].join("\n"));
    const [plc] = opcuaSources(server.port, ["plc"]).opcua;
    const topics = [
      { topic: "json", sensor: "json", ...METER, valuePath: "v", timePath: "t" },
      { topic: "senml", sensor: "senml", ...METER },
    ];
    const columns = { Pulses: { sensor: "csv", ...METER } };
    const sources = {
      opcua: [{ ...plc, items: [{ node: plc?.items[0]?.node, sensor: "plc", samplingMs: 0, ...METER }] }],
      mqtt: [{ name: "loggers", broker: broker.url, topics }],
      csv: [{ name: "log", file: "log.csv", recording: { timeColumn: "Time", columns } }],
    };
    await server.set("plc", shown(0), timeOf(0));
    const config = await writeAgentConfig(folder, broker.url, sources, { batchAgeMs: 20 });
    let agent = startAgentProcess(config);
    const stored = (sensor: string) =>
      centre.stored.some(({ series }) => series.some((one) => one.sensor === sensor));
    const send = async (i: number) => {
      await server.set("plc", shown(i), timeOf(i));
      await device.publishAsync("json", JSON.stringify({ v: shown(i), t: timeOf(i) }), { qos: 1 });
      const senml = [{ n: "pulses", v: shown(i), t: timeOf(i) / 1000 }];
      await device.publishAsync("senml", JSON.stringify(senml), { qos: 1 });
    };
    // The broker keeps messages for the agent from its first connection on.
    await until("the agent listens", () =>
      centre.statuses.some(({ agent: said }) => {
        return said?.sources.every(({ state }) => state === "connected" || state === "exhausted");
      }),
    );
    for (let i = 0; i < COUNT; i += 1) {
      await send(i);
      if (i === 12 || i === 25) {
        await until("flows are stored", () => ["plc", "json", "senml"].every(stored));
        await agent.signal("SIGKILL");
        agent = startAgentProcess(config);
      }
    }
    const passedM3 = COUNT - 1;
    for (const sensor of ["csv", "json", "senml", "plc"]) {
      await until(
        `all water of ${sensor} is told`,
        () => Math.abs(volumeM3(centre, sensor, START_MS) - passedM3) < 1e-6,
      );
    }
    const rolled = noticesOf(centre).filter((notice) => notice.startsWith("counter-rolled-over"));
    expect(new Set(rolled)).toEqual(
      new Set(["csv", "json", "plc", "senml"].map((one) => `counter-rolled-over ${one}`)),
    );
    const flows = centre.stored.flatMap(({ series }) => series.flatMap(({ v }) => v));
    expect(Math.max(...flows.map(Number))).toBeCloseTo(60, 6);
  },
);
