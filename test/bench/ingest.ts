/**
 * How fast samples go from an agent's batch to acknowledged-as-stored, over a real Mosquitto into the DuckDB store; the limit is a bare
 * mqtt.js subscriber that receives the same messages and does nothing with them.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { startIngest } from "../../src/ingest/ingest.ts";
import { openRejectedLog } from "../../src/ingest/jsonl-rejected-log.ts";
import { createExternalInbox } from "../../src/ingest/mqtt-external-inbox.ts";
import { topicOf } from "../../src/model/wire.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { until } from "../support/waiting.ts";
import { BENCH_UTILITY, benchSensors } from "./ingest-utility.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

interface Load {
  readonly batches: number;
  readonly samples: number;
  /** Batches sent and not yet answered. */
  readonly window: number;
}

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: {
      batches: { type: "string", default: "6000" },
      samples: { type: "string", default: "500" },
      window: { type: "string", default: "64" },
    },
  });
  const load = {
    batches: Number(values.batches),
    samples: Number(values.samples),
    window: Number(values.window),
  };
  const mosquitto = await startMosquitto();
  try {
    const figures = await measureCentre(mosquitto.url, load);
    const bare = await measureBareSubscriber(mosquitto.url, load);
    return {
      bench: "ingest",
      figures,
      rival: null,
      limit: { name: "a bare mqtt.js subscriber that stores nothing", ...bare },
      machine: thisMachine(),
    };
  } finally {
    await mosquitto.stop();
  }
}

async function measureCentre(url: string, load: Load): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-bench-"));
  const log = pino({ level: "warn" });
  const store = await openDuckdbStore(folder);
  const inbox = createExternalInbox({ url, utility: BENCH_UTILITY, log });
  const utility = { id: BENCH_UTILITY, name: "Bench", currency: "EUR", sensors: benchSensors, districts: [] };
  const ingest = await startIngest({
    utility,
    inbox,
    store,
    rejected: await openRejectedLog(join(folder, "rejected")),
    log,
    clock: Date.now,
    onCommitted: () => {},
  });
  await until("the centre listens", () => inbox.connected());
  const cpuBefore = process.cpuUsage();
  const sent = await publish(url, load, []);
  const cpu = process.cpuUsage(cpuBefore);
  const rssMb = process.memoryUsage().rss / 1e6;
  await ingest.close();
  await inbox.close();
  await store.close();
  const bytes = await sizeOf(folder);
  const stored = ingest.stats().storedSamples;
  await rm(folder, { recursive: true });
  return rounded({
    samplesPerS: sent.samples / sent.seconds,
    batchesPerS: sent.samples / load.samples / sent.seconds,
    bytesPerSample: bytes / stored,
    ackP50Ms: sent.ackP50Ms,
    ackP95Ms: sent.ackP95Ms,
    cpuMicrosecondsPerSample: (cpu.user + cpu.system) / stored,
    rssMb,
    commits: ingest.stats().commits,
    samples: stored,
  });
}

async function measureBareSubscriber(url: string, load: Load): Promise<Figures> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  const warmUp = Math.floor(load.batches / 10);
  let received = 0;
  let startedMs = 0;
  client.on("message", () => {
    received += 1;
    if (received === warmUp) startedMs = performance.now();
  });
  await client.subscribeAsync(topicOf(BENCH_UTILITY, "+", "telemetry"), { qos: 1 });
  await publish(url, load, ["--any-answer"]);
  await until("everything is received", () => received >= load.batches, 60_000);
  const seconds = (performance.now() - startedMs) / 1000;
  await client.endAsync(true);
  const batchesPerS = (load.batches - warmUp) / seconds;
  return rounded({ samplesPerS: batchesPerS * load.samples, batchesPerS });
}

interface Sent {
  readonly seconds: number;
  readonly samples: number;
  readonly ackP50Ms: number;
  readonly ackP95Ms: number;
}

async function publish(url: string, load: Load, flags: readonly string[]): Promise<Sent> {
  const script = fileURLToPath(new URL("./ingest-publisher.ts", import.meta.url));
  const counts = [
    "--batches",
    String(load.batches),
    "--samples",
    String(load.samples),
    "--window",
    String(load.window),
  ];
  const publisher = spawn(process.execPath, [script, "--url", url, ...counts, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await Promise.race([
    once(createInterface({ input: publisher.stdout }), "line"),
    once(publisher, "exit").then(([code]) => {
      throw new Error(`the publisher ended with ${code}`);
    }),
  ]);
  return JSON.parse(line);
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function rounded(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  );
}
