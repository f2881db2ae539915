/**
 * The same single readings from the same Mosquitto into the same InfluxDB 1.x, through Nightflow and through Node-RED: the highest rate
 * that each sustains. A rate is sustained when everything published at it for some seconds is stored a second after the last was
 * published. It is doubled until it is not, then bisected. Whoever failed is started anew on an empty database and warmed up by the
 * highest rate it sustained, as what it did not store would weigh on the next rate.
 *
 * Not measured is how long a burst takes: of messages that come faster than it writes, Node-RED stores some and loses the rest, so that
 * its rate would be an accident of how many were sent.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openInfluxStore } from "../../src/store/influx-store.ts";
import { type Influxd, startInfluxd } from "../support/influxd.ts";
import { type Mosquitto, startMosquitto } from "../support/mosquitto.ts";
import { printed, rounded, startBenchCentre } from "./ingest-centre.ts";
import { FIRST_READING_MS } from "./ingest-utility.ts";
import { type Flow, installNodeRed, type NodeRed } from "./node-red.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

const PUBLISHED_S = 4;
const WARM_UP_S = 1;
/** Stored so long after the last was published, or it fell behind. */
const BEHIND_MS = 1_000;
/** The publisher reached the rate asked of it. */
const LEAST_OFFERED_SHARE = 0.95;
/** Each halves, in ratio, what lies between the highest rate that is sustained and the lowest that is not. */
const BISECTIONS = 3;
const LOOK_EVERY_MS = 50;

export async function againstNodeRed(folder: string | undefined): Promise<BenchResult> {
  const nodeRed = await installNodeRed(folder);
  const mosquitto = await startMosquitto();
  const influxd = await startInfluxd();
  const parts = { mosquitto, influxd };
  const flow = (name: Flow) => (database: string) => startNodeRed(parts, nodeRed, name, database);
  try {
    const nightflow = await measureSustained(parts, 1_000, (database) => startNightflow(parts, database));
    const each = await measureSustained(parts, 20, flow("each"));
    const gathered = await measureSustained(parts, 500, flow("gathered"));
    return {
      bench: "ingest --against node-red",
      figures: rounded({
        ...nightflow,
        timesNodeRed: nightflow.samplesPerS! / each.samplesPerS!,
        timesNodeRedGathered: nightflow.samplesPerS! / gathered.samplesPerS!,
      }),
      rival: {
        name: `${nodeRed.version}: mqtt in, function, influxdb batch; gathered: by the function, 1,000 messages or 0.25 s`,
        figures: rounded({
          ...each,
          gatheredSamplesPerS: gathered.samplesPerS!,
          gatheredFailedAtPerS: gathered.failedAtPerS!,
          gatheredMissingThen: gathered.missingThen!,
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
}

/** Starts who is measured on a database, which it makes if need be; resolves to how to end it. */
type Start = (database: string) => Promise<() => Promise<void>>;

async function startNightflow({ mosquitto, influxd }: Parts, database: string) {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-bench-"));
  const store = await openInfluxStore({ url: influxd.url, version: 1, database, setAside: async () => {} });
  const centre = await startBenchCentre(mosquitto.url, store, folder);
  return async () => {
    await centre.close();
    await rm(folder, { recursive: true });
  };
}

async function startNodeRed({ mosquitto, influxd }: Parts, nodeRed: NodeRed, flow: Flow, database: string) {
  await ask(influxd.url, database, `CREATE DATABASE "${database}"`);
  return nodeRed.start(flow, mosquitto, { port: Number(new URL(influxd.url).port), database });
}

let databases = 0;

/** The highest rate that is sustained, the lowest that was not, and what was missing of it. */
async function measureSustained(parts: Parts, firstPerS: number, start: Start): Promise<Figures> {
  let [sustained, failed, missing] = [0, Number.POSITIVE_INFINITY, 0];
  let trial: Trial | null = null;
  let bisections = 0;
  while (bisections < BISECTIONS) {
    trial ??= await startTrial(parts, start, sustained);
    if (Number.isFinite(failed)) bisections += 1;
    const perS = nextRate(sustained, failed, firstPerS);
    const { offeredPerS, missing: left } = await trial.offer(perS, PUBLISHED_S);
    process.stderr.write(`${perS.toFixed(0)}/s: offered ${offeredPerS.toFixed(0)}/s, ${left} missing\n`);
    if (left === 0) {
      sustained = Math.min(perS, offeredPerS);
      // Nobody offers more.
      if (offeredPerS < LEAST_OFFERED_SHARE * perS) break;
      continue;
    }
    [failed, missing] = [perS, left];
    await trial.stop();
    trial = null;
  }
  await trial?.stop();
  return {
    samplesPerS: sustained,
    ...(Number.isFinite(failed) && { failedAtPerS: failed, missingThen: missing }),
  };
}

function nextRate(sustained: number, failed: number, first: number): number {
  if (sustained === 0) return Number.isFinite(failed) ? failed / 2 : first;
  return Number.isFinite(failed) ? Math.sqrt(sustained * failed) : 2 * sustained;
}

interface Trial {
  offer(perS: number, forS: number): Promise<{ readonly offeredPerS: number; readonly missing: number }>;
  stop(): Promise<void>;
}

async function startTrial({ mosquitto, influxd }: Parts, start: Start, warmUpPerS: number): Promise<Trial> {
  databases += 1;
  const database = `trial-${databases}`;
  const stop = await start(database);
  const stored = () => countStored(influxd.url, database, FIRST_READING_MS);
  // Older than what is measured, one by one, until it is ready and has stored one.
  for (let probe = 1; (await countStored(influxd.url, database, null)) === 0; probe += 1)
    await printed("./device-publisher.ts", ["--url", mosquitto.url, "--messages", "1", `--from=-${probe}`]);
  let from = 0;
  const trial: Trial = {
    async offer(perS, forS) {
      const messages = Math.max(1, Math.round(perS * forS));
      const before = await stored();
      const load = { messages, from, rate: perS };
      from += messages;
      const flags = Object.entries(load).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const { seconds } = await printed<{ seconds: number }>("./device-publisher.ts", [
        "--url",
        mosquitto.url,
        ...flags,
      ]);
      const endMs = performance.now() + BEHIND_MS;
      let missing = messages;
      while (missing > 0 && performance.now() < endMs) {
        await wait(LOOK_EVERY_MS);
        missing = messages - ((await stored()) - before);
      }
      return { offeredPerS: messages / seconds, missing };
    },
    stop,
  };
  if (warmUpPerS > 0) await trial.offer(warmUpPerS, WARM_UP_S);
  return trial;
}

async function countStored(influx: string, database: string, sinceMs: number | null): Promise<number> {
  const since = sinceMs === null ? "" : ` WHERE time >= ${sinceMs}ms`;
  const rows = await ask(influx, database, `SELECT count(value) FROM sample${since}`);
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
