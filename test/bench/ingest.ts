/**
 * How fast samples are taken in, over a real Mosquitto: agents' batches to acknowledged-as-stored, and single readings of bare devices to
 * stored; into DuckDB, or with --store influx into a real InfluxDB 1.x. The limit is a bare mqtt.js subscriber that receives the same messages and does nothing with them. With --against node-red the
 * rates that Nightflow and Node-RED sustain into one InfluxDB.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connectAsync } from "mqtt";
import { topicOf } from "../../src/model/wire.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { openInfluxStore } from "../../src/store/influx-store.ts";
import { type Influxd, startInfluxd } from "../support/influxd.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { until } from "../support/waiting.ts";
import { againstNodeRed } from "./ingest-against-node-red.ts";
import { type BenchCentre, bytesIn, printed, rounded, startBenchCentre } from "./ingest-centre.ts";
import { BENCH_UTILITY, benchSensors } from "./ingest-utility.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

interface Load {
  readonly batches: number;
  readonly samples: number;
  /** Batches sent and not yet answered. */
  readonly window: number;
  /** Single readings of bare devices. */
  readonly messages: number;
}

const DEADLINE_MS = 120_000;
const ALL = { fromMs: 0, toMs: Date.UTC(2100, 0) };

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: {
      batches: { type: "string", default: "6000" },
      samples: { type: "string", default: "500" },
      window: { type: "string", default: "64" },
      messages: { type: "string", default: "100000" },
      store: { type: "string", default: "duckdb" },
      against: { type: "string" },
      "node-red-folder": { type: "string" },
    },
  });
  if (values.against === "node-red") return againstNodeRed(values["node-red-folder"]);
  if (values.against !== undefined) throw new Error(`--against knows node-red, not "${values.against}"`);
  const load = {
    batches: Number(values.batches),
    samples: Number(values.samples),
    window: Number(values.window),
    messages: Number(values.messages),
  };
  const mosquitto = await startMosquitto();
  const influxd = values.store === "influx" ? await startInfluxd() : null;
  const onOne = (measure: (centre: BenchCentre) => Promise<Figures>) =>
    onCentre(mosquitto.url, influxd, measure);
  try {
    const batches = await onOne((centre) => measureBatches(mosquitto.url, load, centre));
    const messages = await onOne((centre) => measureMessages(mosquitto.url, load, centre));
    const bareBatches = await measureBareBatches(mosquitto.url, load);
    const bareMessages = await measureBareMessages(mosquitto.url, load);
    return {
      bench: "ingest",
      figures: { ...batches, ...messages },
      rival: null,
      limit: { name: "a bare mqtt.js subscriber that stores nothing", ...bareBatches, ...bareMessages },
      machine: thisMachine(),
    };
  } finally {
    await mosquitto.stop();
    await influxd?.stop();
  }
}

/** A centre of its own on an empty history. */
async function onCentre(
  url: string,
  influxd: Influxd | null,
  measure: (centre: BenchCentre) => Promise<Figures>,
): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-bench-"));
  const influx = { version: 1 as const, database: randomUUID(), setAside: async () => {} };
  const store = influxd
    ? await openInfluxStore({ ...influx, url: influxd.url })
    : await openDuckdbStore(join(folder, "history"));
  const centre = await startBenchCentre(url, store, folder);
  try {
    return await measure(centre);
  } finally {
    await centre.close();
    await rm(folder, { recursive: true });
  }
}

async function measureBatches(url: string, load: Load, centre: BenchCentre): Promise<Figures> {
  const cpuBefore = process.cpuUsage();
  const sent = await publishBatches(url, load);
  const cpu = process.cpuUsage(cpuBefore);
  const rssMb = process.memoryUsage().rss / 1e6;
  const { storedSamples, commits } = centre.ingest.stats();
  const readBack = await measureReadBack(centre);
  await centre.close();
  const bytes = await bytesIn(centre.folder);
  return rounded({
    samplesPerS: sent.samples / sent.seconds,
    batchesPerS: sent.samples / load.samples / sent.seconds,
    ...(bytes > 0 && { bytesPerSample: bytes / storedSamples }),
    ackP50Ms: sent.ackP50Ms,
    ackP95Ms: sent.ackP95Ms,
    cpuMicrosecondsPerSample: (cpu.user + cpu.system) / storedSamples,
    rssMb,
    commits,
    samples: storedSamples,
    ...readBack,
  });
}

/** As a start does, which judges all history anew, and asks for four sensors at once. */
async function measureReadBack({ store }: BenchCentre): Promise<Figures> {
  const startedMs = performance.now();
  const counts = await Promise.all(
    [0, 1, 2, 3].map(async (first) => {
      let samples = 0;
      for (const { id } of benchSensors.filter((_, index) => index % 4 === first))
        samples += (await store.read(id, ALL)).timesMs.length;
      return samples;
    }),
  );
  const samples = counts.reduce((sum, count) => sum + count, 0);
  return { readBackSamplesPerS: (1000 * samples) / (performance.now() - startedMs) };
}

/** From the end of the warm-up received to the last reading stored. */
async function measureMessages(url: string, { messages }: Load, centre: BenchCentre): Promise<Figures> {
  const warmUp = Math.floor(messages / 10);
  const stored = () => centre.ingest.stats().storedSamples;
  const published = printed("./device-publisher.ts", ["--url", url, "--messages", String(messages)]);
  await until("the warm-up is over", () => centre.ingest.stats().messages >= warmUp, DEADLINE_MS);
  const [startedMs, before] = [performance.now(), centre.ingest.stats().messages];
  const cpuBefore = process.cpuUsage();
  await until("every reading is stored", () => stored() >= messages, DEADLINE_MS);
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuMicroseconds = cpuSince(cpuBefore);
  await published;
  return rounded({
    singleMessagesPerS: (messages - before) / seconds,
    cpuMicrosecondsPerSingleMessage: cpuMicroseconds / (messages - before),
    singleMessages: messages,
  });
}

async function measureBareBatches(url: string, load: Load): Promise<Figures> {
  const topic = topicOf(BENCH_UTILITY, "+", "telemetry");
  const { perS: batchesPerS } = await bareRate(url, topic, load.batches, () =>
    publishBatches(url, load, ["--any-answer"]),
  );
  return rounded({ samplesPerS: batchesPerS * load.samples, batchesPerS });
}

async function measureBareMessages(url: string, { messages }: Load): Promise<Figures> {
  const publish = () => printed("./device-publisher.ts", ["--url", url, "--messages", String(messages)]);
  const { perS, cpuMicroseconds } = await bareRate(url, "meters/+", messages, publish);
  return rounded({ singleMessagesPerS: perS, cpuMicrosecondsPerSingleMessage: cpuMicroseconds });
}

/** Messages a second that a subscriber receives which does nothing with them. */
async function bareRate(
  url: string,
  topic: string,
  count: number,
  publish: () => Promise<unknown>,
): Promise<{ readonly perS: number; readonly cpuMicroseconds: number }> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  const warmUp = Math.floor(count / 10);
  let received = 0;
  let startedMs = 0;
  let cpuBefore = process.cpuUsage();
  client.on("message", () => {
    received += 1;
    if (received !== warmUp) return;
    startedMs = performance.now();
    cpuBefore = process.cpuUsage();
  });
  await client.subscribeAsync(topic, { qos: 1 });
  const published = publish();
  await until("everything is received", () => received >= count, DEADLINE_MS);
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuMicroseconds = cpuSince(cpuBefore) / (count - warmUp);
  await published;
  await client.endAsync(true);
  return { perS: (count - warmUp) / seconds, cpuMicroseconds };
}

/** Of this process, which depends less than the time on what else the machine does. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

interface Sent {
  readonly seconds: number;
  readonly samples: number;
  readonly ackP50Ms: number;
  readonly ackP95Ms: number;
}

function publishBatches(url: string, load: Load, flags: readonly string[] = []): Promise<Sent> {
  const counts = Object.entries({ batches: load.batches, samples: load.samples, window: load.window });
  const options = counts.flatMap(([name, count]) => [`--${name}`, String(count)]);
  return printed("./ingest-publisher.ts", ["--url", url, ...options, ...flags]);
}
