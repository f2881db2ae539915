/**
 * The same single readings from the same Mosquitto into the same InfluxDB 1.x, once through Node-RED and once through Nightflow: from the
 * first message published to the last sample that InfluxDB answers for. Each writes into a database of its own.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInfluxStore } from "../../src/store/influx-store.ts";
import { type Influxd, startInfluxd } from "../support/influxd.ts";
import { type Mosquitto, startMosquitto } from "../support/mosquitto.ts";
import { printed, rounded, startBenchCentre } from "./ingest-centre.ts";
import { type Flow, installNodeRed, type NodeRed } from "./node-red.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

/** Nothing more is stored for so long: what is missing will not come. */
const STALLED_MS = 60_000;
const LOOK_EVERY_MS = 100;
export async function againstNodeRed(messages: number, folder: string | undefined): Promise<BenchResult> {
  const nodeRed = await installNodeRed(folder);
  const mosquitto = await startMosquitto();
  const influxd = await startInfluxd();
  const parts = { mosquitto, influxd, messages };
  try {
    const figures = await measureNightflow(parts);
    const each = await measureNodeRed(parts, nodeRed, "each");
    const gathered = await measureNodeRed(parts, nodeRed, "gathered");
    return {
      bench: "ingest --against node-red",
      figures: rounded({
        ...figures,
        timesNodeRed: figures.samplesPerS! / each.samplesPerS!,
        timesNodeRedGathered: figures.samplesPerS! / gathered.samplesPerS!,
      }),
      rival: {
        name: `${nodeRed.version}: mqtt in, function, influxdb batch; gathered: by the function, 1,000 messages or 0.25 s`,
        figures: rounded({
          ...each,
          gatheredSamplesPerS: gathered.samplesPerS!,
          gatheredMissing: gathered.missing!,
        }),
      },
      limit: null,
      machine: thisMachine(),
    };
  } finally {
    await mosquitto.stop();
    await influxd.stop();
    await nodeRed.remove();
  }
}

interface Parts {
  readonly mosquitto: Mosquitto;
  readonly influxd: Influxd;
  readonly messages: number;
}

async function measureNightflow({ mosquitto, influxd, messages }: Parts): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-bench-"));
  const database = "nightflow";
  const store = await openInfluxStore({ url: influxd.url, version: 1, database, setAside: async () => {} });
  const centre = await startBenchCentre(mosquitto.url, store, folder);
  try {
    return await measure(mosquitto.url, influxd.url, database, messages);
  } finally {
    await centre.close();
    await rm(folder, { recursive: true });
  }
}

async function measureNodeRed(parts: Parts, nodeRed: NodeRed, flow: Flow): Promise<Figures> {
  const { mosquitto, influxd, messages } = parts;
  const database = `node-red-${flow}`;
  await ask(influxd.url, database, `CREATE DATABASE "${database}"`);
  const port = Number(new URL(influxd.url).port);
  const stop = await nodeRed.start(flow, mosquitto, { port, database });
  try {
    return await measure(mosquitto.url, influxd.url, database, messages);
  } finally {
    await stop();
  }
}

async function measure(broker: string, influx: string, database: string, messages: number): Promise<Figures> {
  // Older than what is measured, one by one, until it is ready and has stored one.
  for (let probe = 1; (await stored(influx, database)) === 0; probe += 1)
    await printed("./device-publisher.ts", [...publisher(broker, 1), `--from=-${probe}`]);
  const before = await stored(influx, database);
  const startedMs = performance.now();
  const published = printed<{ seconds: number }>("./device-publisher.ts", publisher(broker, messages));
  let [count, seenMs] = [0, startedMs];
  while (count < messages && performance.now() - seenMs < STALLED_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const now = (await stored(influx, database)) - before;
    if (now > count) [count, seenMs] = [now, performance.now()];
  }
  const { seconds } = await published;
  return {
    samplesPerS: (1000 * count) / (seenMs - startedMs),
    missing: messages - count,
    publishedInS: seconds,
  };
}

const publisher = (url: string, messages: number) => ["--url", url, "--messages", String(messages)];

async function stored(influx: string, database: string): Promise<number> {
  const rows = await ask(influx, database, "SELECT count(value) FROM sample");
  return Number(rows[0]?.[1] ?? 0);
}

async function ask(influx: string, db: string, q: string): Promise<(string | number)[][]> {
  const method = q.startsWith("SELECT") ? "GET" : "POST";
  const answer = await fetch(`${influx}/query?${new URLSearchParams({ db, q })}`, { method });
  const { results } = (await answer.json()) as {
    results: { series?: { values: (string | number)[][] }[] }[];
  };
  return results[0]?.series?.[0]?.values ?? [];
}
