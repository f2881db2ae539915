import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import mqtt from "mqtt";
import { pino } from "pino";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { BatchContent } from "../../edge/batch.ts";
import { createTopicReader } from "../../edge/mqtt-reading.ts";
import { startMqttSource } from "../../edge/mqtt-source.ts";
import { openSqliteSpool, type Spool } from "../../edge/sqlite-spool.ts";
import type { Notice } from "../../src/model/agent.ts";
import { Failure } from "../../src/model/failure.ts";
import type { Series } from "../../src/model/sample.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { startFakeCentre, startTestBroker, timesOf } from "./fake-centre.ts";
import { laneOf, spoolSettings } from "./spool-settings.ts";

vi.setConfig({ testTimeout: 120_000 });

const START_MS = Date.UTC(2026, 0, 1);

function sources(broker: string) {
  const topic = {
    topic: "meters/+/flow",
    sensor: "meter-{1}",
    quantity: "flow" as const,
    unit: "m3/h",
    valuePath: "v",
    timePath: "t",
  };
  return { mqtt: [{ name: "meters", broker, topics: [topic] }] };
}

function startSource(
  url: string,
  spool: Pick<Spool, "append" | "heldBatches" | "onChange">,
  keepAliveMs = 30_000,
) {
  const [config] = sources(url).mqtt;
  if (!config) throw new Error("no source");
  const topics = config.topics.map((topic) => ({ ...topic, scale: 1, offset: 0 }));
  return startMqttSource(
    { ...config, protocol: 4, keepAliveMs },
    { kind: "mqtt", reader: createTopicReader(topics), items: 1 },
    "agent",
    { spool, log: pino({ level: "silent" }), clock: Date.now },
  );
}

async function startDevice(url: string) {
  const device = await mqtt.connectAsync(url);
  onTestFinished(() => device.endAsync(true));
  let count = 0;
  return {
    sentTimes: () => Array.from({ length: count }, (_, index) => START_MS + index * 1000),
    async send(howMany: number) {
      const published: Promise<unknown>[] = [];
      for (let i = 0; i < howMany; i += 1, count += 1) {
        const payload = JSON.stringify({ t: START_MS + count * 1000, v: count });
        published.push(device.publishAsync("meters/7/flow", payload, { qos: 1 }));
      }
      await Promise.all(published);
    },
    publish: (topic: string, payload: string) => device.publishAsync(topic, payload, { qos: 1 }),
  };
}

describe.skipIf(!findProgram("mosquitto"))("readings from Mosquitto", () => {
  test("what came while the agent was away is there after a broker that persists was killed, and one that does not hurts nothing after", async () => {
    const persistenceFolder = await temporaryFolder();
    const broker = await startMosquitto({ persistenceFolder });
    onTestFinished(broker.stop);
    const folder = await temporaryFolder();
    const config = await writeAgentConfig(folder, broker.url, sources(broker.url), { batchAgeMs: 20 });
    const centre = await startFakeCentre({ url: broker.url });
    let device = await startDevice(broker.url);
    let agent = startAgentProcess(config);
    await until("the agent listens", async () => {
      await device.send(1);
      return centre.stored.length > 0;
    });
    expect(await agent.signal("SIGTERM")).toBe(0);
    await device.send(50);
    const sent = device.sentTimes().slice(-50);
    const file = join(persistenceFolder, "mosquitto.db");
    const writtenMs = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const beforeMs = writtenMs();
    await until("the broker has written it down", () => {
      broker.signal("SIGUSR1");
      return writtenMs() > beforeMs;
    });
    await broker.kill();
    await broker.startAgain();
    agent = startAgentProcess(config);
    const stored = () => new Set(timesOf(centre.stored, "meter-7"));
    await until("all of it is stored", () => sent.every((timeMs) => stored().has(timeMs)), 30_000);

    await broker.kill();
    rmSync(file);
    await broker.startAgain();
    device = await startDevice(broker.url);
    await until(
      "the agent listens again",
      async () => {
        await device.publish("meters/7/flow", JSON.stringify({ t: START_MS - 1000, v: 1 }));
        return stored().has(START_MS - 1000);
      },
      30_000,
    );
  });

  test("an agent killed with SIGKILL mid-stream loses none of the messages the broker took", async () => {
    const broker = await startMosquitto();
    onTestFinished(broker.stop);
    const centre = await startFakeCentre({ url: broker.url });
    const config = await writeAgentConfig(await temporaryFolder(), broker.url, sources(broker.url));
    const device = await startDevice(broker.url);
    const seen = () => new Set(timesOf(centre.stored, "meter-7"));
    let agent = startAgentProcess(config);
    await until("the agent listens", async () => {
      await device.send(1);
      return seen().size > 0;
    });
    const before = device.sentTimes().length - 1;
    for (let kills = 0; kills < 2; kills += 1) {
      const streaming = device.send(3000);
      const known = seen().size;
      await until("samples are stored mid-stream", () => seen().size > known);
      await agent.signal("SIGKILL");
      await device.send(200);
      agent = startAgentProcess(config);
      await streaming;
    }
    const wanted = device.sentTimes().slice(before);
    const complete = () => {
      const times = seen();
      return wanted.every((time) => times.has(time));
    };
    await until("everything is stored", complete, 15_000);
    expect(await agent.signal("SIGTERM")).toBe(0);
    expect(centre.stored.map(({ seq }) => seq)).toEqual(centre.stored.map((_, index) => index + 1));
  });
});

test.skipIf(!findProgram("mosquitto"))(
  "a spool that stalls for longer than the keepalive: the connection holds, nothing is lost, nothing comes twice",
  async () => {
    const broker = await startMosquitto();
    onTestFinished(broker.stop);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const times: number[] = [];
    const told: string[] = [];
    const stalled = {
      async append(series: readonly Series[], notices: readonly Notice[] = []) {
        told.push(...notices.map(({ code }) => code));
        await released;
        for (const { timesMs } of series) times.push(...timesMs);
      },
      heldBatches: () => 0,
      onChange() {},
    };
    const source = startSource(broker.url, stalled, 1000);
    onTestFinished(async () => {
      release();
      await source.stop();
    });
    await until("it is connected", () => source.standing.now().state === "connected");
    const device = await startDevice(broker.url);
    const sinceMs = performance.now();
    while (performance.now() - sinceMs < 4000)
      await (device.sentTimes().length < 5000 ? device.send(100) : device.publish("other", ""));
    expect(times).toEqual([]);
    release();
    const sent = device.sentTimes();
    await until("all is stored", () => times.length >= sent.length, 20_000);
    expect(times).toEqual(sent);
    expect(told).toEqual([]);
  },
);

test("a payload that cannot be read is reported with its words, and the next one is taken", async () => {
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  const config = await writeAgentConfig(await temporaryFolder(), url, sources(url));
  startAgentProcess(config);
  const device = await startDevice(url);
  await until("the agent listens", async () => {
    await device.send(1);
    return centre.stored.length > 0;
  });
  await device.publish("meters/8/flow", '{"t":1e12,"v":"much"}');
  await device.publish("meters/8/flow", '{"t":1e12,"v":3}');
  await until("the good one is stored", () => timesOf(centre.stored, "meter-8").length === 1);
  const notices = centre.stored.flatMap((message) => message.notices ?? []);
  expect(notices).toContainEqual(
    expect.objectContaining({
      code: "message-rejected",
      sensor: "meter-8",
      figures: {
        source: "meters",
        reason: "not-a-number",
        count: 1,
        topic: "meters/8/flow",
        payload: '{"t":1e12,"v":"much"}',
      },
    }),
  );
});

test("a message that the spool refuses is not acknowledged: the broker sends it again", async () => {
  const { url } = await startTestBroker();
  const file = join(await temporaryFolder(), "spool.sqlite");
  const spool = openSqliteSpool(spoolSettings(file, { batchAgeMs: 10 }), Date.now);
  let refusals = 0;
  const refusing: Spool = {
    ...spool,
    async append(series, notices) {
      if (series.length === 0 || refusals > 0) return spool.append(series, notices);
      refusals += 1;
      throw new Failure("spool-write-failed", "disk full", { retryable: true });
    },
  };
  const source = startSource(url, refusing);
  onTestFinished(async () => {
    await source.stop();
    await spool.close();
  });
  const device = await startDevice(url);
  await until("the message is refused once", async () => {
    if (refusals === 0) await device.send(1);
    return refusals === 1;
  });
  const sent = device.sentTimes();
  const held = () => {
    const seqs = Array.from({ length: spool.heldBatches() }, (_, index) => laneOf(spool).first + index);
    return seqs.flatMap((seq) =>
      (JSON.parse(spool.read(seq) ?? "{}") as BatchContent).series.flatMap(({ t }) => t),
    );
  };
  await until("the refused message is in the spool", () => held().includes(sent.at(-1) ?? 0));
});
