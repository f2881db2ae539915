/**
 * How fast a year of many sensors answers: sealed Parquet files made straight by DuckDB (1,000 sensors x 1 year x 1 minute), opened by the
 * store, asked what an engineer asks. The rival is a real InfluxDB 1.x that is asked the same of a slice it is given through the same port.
 * Cold means: the store opened anew and, as root, the page cache dropped before each question; warm: every file in the page cache, and
 * another sensor each time. Making the year takes some minutes: with --year FOLDER it is kept there for the next run, with --only-make
 * nothing else is done, and with --no-rival InfluxDB is not asked.
 */
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { DAY_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { HistoryStore } from "../../src/model/history-store.ts";
import { seriesOf, type TimeRange } from "../../src/model/sample.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { openInfluxStore } from "../../src/store/influx-store.ts";
import { startInfluxd } from "../support/influxd.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

const YEAR = 2025;
const START_MS = Date.UTC(YEAR, 0, 1);
const END_MS = Date.UTC(YEAR + 1, 0, 1);
const BUCKETS = 1000;
const DAY_BUCKET_MS = 5 * MINUTE_MS;
const LEAST_BYTES_A_SAMPLE = 5;
const ROW_GROUP_ROWS = 245_760;

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: {
      sensors: { type: "string", default: "1000" },
      "influx-sensors": { type: "string", default: "20" },
      warm: { type: "string", default: "100" },
      cold: { type: "string", default: "20" },
      folder: { type: "string", default: tmpdir() },
      year: { type: "string" },
      "only-make": { type: "boolean", default: false },
      "no-rival": { type: "boolean", default: false },
    },
  });
  const sensors = Number(values.sensors);
  const slice = Math.min(sensors, Number(values["influx-sensors"]));
  const samples = (sensors * (END_MS - START_MS)) / MINUTE_MS;
  const folder = values.year ?? (await mkdtemp(join(values.folder, "nightflow-history-")));
  try {
    const sealed = join(folder, "sealed");
    await mkdir(sealed, { recursive: true });
    await checkSpace(folder, samples);
    const made = await makeYear(sealed, sensors);
    if (values["only-make"])
      return { bench: "history", figures: made, rival: null, limit: null, machine: thisMachine() };
    const own = await measureStore(folder, sensors, slice, {
      warm: Number(values.warm),
      cold: Number(values.cold),
    });
    const name = `InfluxDB 1.x with ${slice} of the sensors`;
    const rival = values["no-rival"]
      ? null
      : { name, figures: await measureInflux(slice, Number(values.warm)) };
    return {
      bench: "history",
      figures: { samples, ...made, bytesPerSample: made.bytes / samples, ...own },
      rival,
      limit: null,
      machine: thisMachine(),
    };
  } finally {
    if (values.year === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function checkSpace(folder: string, samples: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = 2 * LEAST_BYTES_A_SAMPLE * samples;
  if (bavail * bsize < needed) throw new Error(`${folder} has less than ${needed / 1e9} GB`);
}

/**
 * A file a month, as sealing writes them: a daily rhythm with noise, two decimals, each half of it by sensor and time. Months that are there
 * already are left.
 */
async function makeYear(folder: string, sensors: number): Promise<{ bytes: number; generatedS?: number }> {
  const kept = await readdir(folder);
  const connection = await (await DuckDBInstance.create(":memory:", { memory_limit: "2GB" })).connect();
  // Names looked up, not composed a row: that alone took half of the time.
  const names = Array.from({ length: sensors }, (_, index) => `'${meter(index)}'`);
  await connection.run(`CREATE TYPE meter AS ENUM (${names.join(", ")})`);
  const startedMs = performance.now();
  let bytes = 0;
  for (let month = 0; month < 12; month += 1) {
    const fromMs = Date.UTC(YEAR, month);
    const name = `${new Date(fromMs).toISOString().slice(0, 7)}.parquet`;
    const file = join(folder, name);
    if (!kept.includes(name)) {
      const draft = join(folder, "month.draft");
      const middleMs = fromMs + 15 * DAY_MS;
      await connection.run(
        `COPY (
           ${samplesOf(sensors, { fromMs, toMs: middleMs })}
           UNION ALL ${samplesOf(sensors, { fromMs: middleMs, toMs: Date.UTC(YEAR, month + 1) })}
         ) TO '${draft}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
      );
      await rename(draft, file);
    }
    bytes += (await stat(file)).size;
    process.stderr.write(`${file}: ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`);
  }
  connection.closeSync();
  return { bytes, ...(kept.length === 0 && { generatedS: (performance.now() - startedMs) / 1000 }) };
}

function samplesOf(sensors: number, { fromMs, toMs }: TimeRange): string {
  const minutes = (toMs - fromMs) / MINUTE_MS;
  return `SELECT enum_range(NULL::meter)[1 + i // ${minutes}]::VARCHAR AS sensor,
    epoch_ms(${fromMs} + (i % ${minutes}) * 60000)::TIMESTAMP_MS AS time_utc,
    round(40 + (i // ${minutes}) % 50 + 10 * sin((i % 1440) * 2 * pi() / 1440) + random(), 2) AS value,
    0::UINTEGER AS status
  FROM range(${sensors} * ${minutes}) AS rows (i)`;
}

interface Runs {
  readonly warm: number;
  readonly cold: number;
}

async function measureStore(folder: string, sensors: number, slice: number, runs: Runs): Promise<Figures> {
  const startedMs = performance.now();
  await (await openDuckdbStore(folder)).close();
  const firstOpenS = (performance.now() - startedMs) / 1000;
  const figures: Record<string, number> = { firstOpenS };
  const opens: number[] = [];
  for (const [name, ask] of Object.entries(questions(sensors, slice))) {
    const cold: number[] = [];
    for (let i = 0; i < runs.cold; i += 1) {
      await dropPageCache();
      const openedMs = performance.now();
      const store = await openDuckdbStore(folder);
      opens.push(performance.now() - openedMs);
      cold.push(await timed(() => ask(store, i)));
      await store.close();
    }
    const store = await openDuckdbStore(folder);
    await fillPageCache(join(folder, "sealed"));
    for (let i = 0; i < 3; i += 1) await ask(store, i);
    const warm: number[] = [];
    for (let i = 0; i < runs.warm; i += 1) warm.push(await timed(() => ask(store, i)));
    await store.close();
    Object.assign(figures, spread(`${name}Cold`, cold), spread(`${name}Warm`, warm));
  }
  return { ...figures, ...spread("open", opens) };
}

type Ask = (store: HistoryStore, run: number) => Promise<void>;

/** Another sensor and another day each time. */
function questions(sensors: number, slice: number): Readonly<Record<string, Ask>> {
  const year = { fromMs: START_MS, toMs: END_MS };
  const dayOf = (run: number): TimeRange => {
    const fromMs = START_MS + ((run * 37) % 360) * DAY_MS;
    return { fromMs, toMs: fromMs + DAY_MS };
  };
  const someOf = (count: number, run: number) =>
    Array.from({ length: count }, (_, i) => meter((run * 101 + i * Math.floor(sensors / count)) % sensors));
  const dayInBuckets =
    (count: number): Ask =>
    async (store, run) => {
      const all = await store.downsample(someOf(count, run), dayOf(run), DAY_BUCKET_MS);
      if (all.some(({ counts }) => counts[0] !== 5)) throw new Error("a bucket is not whole");
    };
  return {
    yearOfOne: async (store, run) => {
      const bucketMs = Math.ceil((END_MS - START_MS) / BUCKETS);
      const [buckets] = await store.downsample([meter((run * 101) % sensors)], year, bucketMs);
      if (buckets?.counts[0] === 0) throw new Error("nothing was found");
    },
    dayOf100: dayInBuckets(Math.min(100, sensors)),
    [`dayOf${slice}`]: dayInBuckets(slice),
    rawDayOfOne: async (store, run) => {
      const { timesMs } = await store.read(meter((run * 101) % sensors), dayOf(run));
      if (timesMs.length !== 1440) throw new Error("a day is not whole");
    },
  };
}

const meter = (index: number) => `meter-${String(index).padStart(4, "0")}`;

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function spread(name: string, times: number[]): Figures {
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    Number((times[Math.ceil(share * times.length) - 1] ?? Number.NaN).toPrecision(4));
  return { [`${name}P50Ms`]: at(0.5), [`${name}P95Ms`]: at(0.95) };
}

async function dropPageCache(): Promise<void> {
  await writeFile("/proc/sys/vm/drop_caches", "3").catch(() => undefined);
}

async function fillPageCache(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    for await (const _ of createReadStream(join(folder, name), { highWaterMark: 1 << 20 }));
  }
}

async function measureInflux(slice: number, runs: number): Promise<Figures> {
  const influxd = await startInfluxd();
  try {
    const store = await openInfluxStore({
      url: influxd.url,
      version: 1,
      database: "bench",
      setAside: async () => {
        throw new Error("InfluxDB refused samples");
      },
    });
    const startedMs = performance.now();
    await fill(store, slice);
    const writtenS = (performance.now() - startedMs) / 1000;
    const samples = (slice * (END_MS - START_MS)) / MINUTE_MS;
    const figures: Record<string, number> = { samples, samplesWrittenPerS: samples / writtenS };
    const { dayOf100: _, ...asked } = questions(slice, slice);
    for (const [name, ask] of Object.entries(asked)) {
      for (let i = 0; i < 3; i += 1) await ask(store, i);
      const warm: number[] = [];
      for (let i = 0; i < runs; i += 1) warm.push(await timed(() => ask(store, i)));
      Object.assign(figures, spread(`${name}Warm`, warm));
    }
    await store.close();
    const bytes = await sizeOf(influxd.folder);
    return { ...figures, bytesPerSample: bytes / samples };
  } finally {
    await influxd.stop();
  }
}

async function fill(store: HistoryStore, sensors: number): Promise<void> {
  for (let fromMs = START_MS; fromMs < END_MS; fromMs += 5 * DAY_MS) {
    const minutes = (Math.min(END_MS, fromMs + 5 * DAY_MS) - fromMs) / MINUTE_MS;
    const series = Array.from({ length: sensors }, (_, sensor) => {
      const times = Array.from({ length: minutes }, (_, i) => fromMs + i * MINUTE_MS);
      const values = times.map((timeMs) => {
        const daily = 10 * Math.sin((2 * Math.PI * timeMs) / DAY_MS);
        return Math.round(100 * (40 + (sensor % 50) + daily + Math.random())) / 100;
      });
      return seriesOf(meter(sensor), times, values);
    });
    await store.append({ series, watermarks: [], events: [] });
  }
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
