/**
 * The embedded store, recent and sealed, against the obvious other choice, node:sqlite with one row a sample clustered by sensor and time (WAL,
 * synchronous=FULL): the same commits, the same questions. The numbers of docs/decisions/0003-duckdb-for-history.md.
 */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { DAY_MS } from "../../src/model/clock.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

const SENSORS = 100;
const COMMIT_SAMPLES = 20_000;
const START_MS = Date.UTC(2026, 0, 1);

interface Contender {
  append(series: readonly Series[]): Promise<void>;
  readDay(sensor: string, fromMs: number): Promise<number>;
  downsample(sensor: string, fromMs: number, toMs: number, bucketMs: number): Promise<number>;
  /** Moves everything into its final form, where there is one. */
  seal?(beforeMs: number): Promise<void>;
  close(): Promise<void>;
}

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({ args: flags, options: { days: { type: "string", default: "30" } } });
  const days = Number(values.days);
  return {
    bench: "stores",
    figures: await measure(openDuckdb, days),
    rival: { name: "node:sqlite, one row a sample", figures: await measure(openSqlite, days) },
    limit: null,
    machine: thisMachine(),
  };
}

async function measure(open: (folder: string) => Promise<Contender>, days: number): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-stores-"));
  const contender = await open(folder);
  const samples = SENSORS * days * 1440;
  const endMs = START_MS + days * DAY_MS;
  const minutes = COMMIT_SAMPLES / SENSORS;
  const startedMs = performance.now();
  for (let fromMs = START_MS; fromMs < endMs; fromMs += minutes * 60_000) {
    await contender.append(flows(fromMs, Math.min(minutes, (endMs - fromMs) / 60_000)));
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const ask = async () => ({
    oneSensorsDayMs: await timed(20, (i) => {
      return contender.readDay(`meter-${i}`, START_MS + (i % days) * DAY_MS);
    }),
    oneSensorsWholeIn1000BucketsMs: await timed(20, (i) => {
      return contender.downsample(`meter-${i}`, START_MS, endMs, Math.ceil((days * DAY_MS) / 1000));
    }),
  });
  const asked = await ask();
  const sealed = contender.seal ? await measureSealed(contender.seal, endMs, samples, ask) : {};
  await contender.close();
  const bytes = await sizeOf(folder);
  const sealedBytes = await sizeOf(join(folder, "sealed")).catch(() => 0);
  await rm(folder, { recursive: true });
  return {
    appendedSamplesPerS: Math.round(samples / seconds),
    ...asked,
    ...(contender.seal
      ? { ...sealed, sealedBytesPerSample: Number((sealedBytes / samples).toFixed(2)) }
      : { bytesPerSample: Number((bytes / samples).toFixed(2)) }),
    samples,
  };
}

/** The same questions once everything is sealed, first in days and then in months. */
async function measureSealed(
  seal: (beforeMs: number) => Promise<void>,
  endMs: number,
  samples: number,
  ask: () => Promise<Figures>,
): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const [form, beforeMs] of [
    ["Days", endMs],
    ["Months", endMs + 40 * DAY_MS],
  ] as const) {
    const startedMs = performance.now();
    await seal(beforeMs);
    figures[`sealed${form}SamplesPerS`] = Math.round((1000 * samples) / (performance.now() - startedMs));
    for (const [name, value] of Object.entries(await ask())) figures[`sealed${form}${capital(name)}`] = value;
  }
  return figures;
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Minutes of every sensor: a daily rhythm with noise, two decimals. */
function flows(fromMs: number, minutes: number): Series[] {
  return Array.from({ length: SENSORS }, (_, sensor) => {
    const times = Array.from({ length: minutes }, (_, i) => fromMs + i * 60_000);
    const values = times.map((timeMs) => {
      const daily = Math.sin((2 * Math.PI * timeMs) / DAY_MS);
      return Math.round(100 * (40 + sensor + 10 * daily + Math.random())) / 100;
    });
    return seriesOf(`meter-${sensor}`, times, values);
  });
}

async function timed(times: number, ask: (i: number) => Promise<number>): Promise<number> {
  const startedMs = performance.now();
  for (let i = 0; i < times; i += 1) if (!((await ask(i)) > 0)) throw new Error("nothing was found");
  return Number(((performance.now() - startedMs) / times).toFixed(2));
}

async function openDuckdb(folder: string): Promise<Contender> {
  const store = await openDuckdbStore(folder);
  return {
    append: async (series) => {
      await store.append({ series, watermarks: [], events: [] });
    },
    readDay: async (sensor, fromMs) => {
      return (await store.read(sensor, { fromMs, toMs: fromMs + DAY_MS })).values.length;
    },
    downsample: async (sensor, fromMs, toMs, bucketMs) => {
      const [buckets] = await store.downsample([sensor], { fromMs, toMs }, bucketMs);
      return buckets?.counts.length ?? 0;
    },
    seal: async (beforeMs) => {
      await store.seal(beforeMs);
    },
    close: () => store.close(),
  };
}

async function openSqlite(folder: string): Promise<Contender> {
  const database = new DatabaseSync(join(folder, "history.sqlite"));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE sample (sensor INTEGER, time INTEGER, value REAL, status INTEGER, PRIMARY KEY (sensor, time)) WITHOUT ROWID`);
  const insert = database.prepare("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?)");
  const day = database.prepare(
    "SELECT time, value, status FROM sample WHERE sensor = ? AND time >= ? AND time < ?",
  );
  const buckets =
    database.prepare(`SELECT (time - ?) / ? AS bucket, min(value), avg(value), max(value), count(*)
    FROM sample WHERE sensor = ? AND time >= ? AND time < ? AND status < 2147483648 GROUP BY bucket`);
  const idOf = (sensor: string) => Number(sensor.slice("meter-".length));
  return {
    async append(series) {
      database.exec("BEGIN");
      for (const { sensor, timesMs, values, statuses } of series) {
        for (let i = 0; i < timesMs.length; i += 1) {
          insert.run(idOf(sensor), timesMs[i]!, values[i]!, statuses[i]!);
        }
      }
      database.exec("COMMIT");
    },
    readDay: async (sensor, fromMs) => day.all(idOf(sensor), fromMs, fromMs + DAY_MS).length,
    downsample: async (sensor, fromMs, toMs, bucketMs) => {
      return buckets.all(fromMs, bucketMs, idOf(sensor), fromMs, toMs).length;
    },
    close: async () => database.close(),
  };
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
