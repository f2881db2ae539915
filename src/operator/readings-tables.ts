/** History as tables: samples as they are, or buckets, a sensor after the other and no more at once than memory is meant for. */
import type { Buckets, HistoryStore } from "../model/history-store.ts";
import { localDateOf } from "../model/local-time.ts";
import type { Series, TimeRange } from "../model/sample.ts";
import { qualityOf } from "../model/status.ts";
import type { Sensor } from "../model/utility.ts";
import { type BucketRule, bucketRuns } from "./bucket-runs.ts";
import type { ReadingsPlan } from "./readings-query.ts";
import type { Column, Table } from "./table.ts";

type Store = Pick<HistoryStore, "read" | "downsample">;

const ROWS_AT_ONCE = 20_000;

export function tablesOf(plan: ReadingsPlan, store: Store): AsyncGenerator<Table> {
  return plan.buckets ? bucketTables(plan, plan.buckets, store) : sampleTables(plan, store);
}

/** The columns of the answer, without rows. */
export function columnsOf({ buckets }: ReadingsPlan): Table {
  if (!buckets) return sampleTable({ sensor: "", timesMs: NONE, values: NONE, statuses: new Uint32Array() });
  const nothing = {
    minima: NONE,
    means: NONE,
    maxima: NONE,
    counts: NO_COUNTS,
    uncertain: NO_COUNTS,
    bad: NO_COUNTS,
  };
  return bucketTable({ sensor: "", bucketMs: 1, startsMs: NONE, ...nothing }, buckets);
}

const NONE = new Float64Array();
const NO_COUNTS = new Uint32Array();

async function* sampleTables({ sensors, range }: ReadingsPlan, store: Store): AsyncGenerator<Table> {
  for (const sensor of sensors) {
    for (const part of stretchesOf(sensor, range)) {
      const series = await store.read(sensor.id, part);
      // A sensor may have sent far more often than it was expected to.
      for (let row = 0; row < series.timesMs.length; row += ROWS_AT_ONCE)
        yield sampleTable(slice(series, row, row + ROWS_AT_ONCE));
    }
  }
}

/** So long that each holds about as many samples as are taken at once. */
function* stretchesOf({ intervalMs }: Sensor, { fromMs, toMs }: TimeRange): Generator<TimeRange> {
  const stretchMs = Math.max(1, ROWS_AT_ONCE * intervalMs);
  for (let startMs = fromMs; startMs < toMs; startMs += stretchMs)
    yield { fromMs: startMs, toMs: Math.min(toMs, startMs + stretchMs) };
}

function slice(series: Series, from: number, to: number): Series {
  const { sensor, timesMs, values, statuses, serverDelaysMs } = series;
  const rows = {
    sensor,
    timesMs: timesMs.subarray(from, to),
    values: values.subarray(from, to),
    statuses: statuses.subarray(from, to),
  };
  return serverDelaysMs ? { ...rows, serverDelaysMs: serverDelaysMs.subarray(from, to) } : rows;
}

async function* bucketTables(
  { sensors, range }: ReadingsPlan,
  rule: BucketRule,
  store: Store,
): AsyncGenerator<Table> {
  for (const sensor of sensors) {
    for (const run of bucketRuns(range, rule)) {
      const stretchMs = ROWS_AT_ONCE * run.bucketMs;
      for (let fromMs = run.fromMs; fromMs < run.toMs; fromMs += stretchMs) {
        const part = { fromMs, toMs: Math.min(run.toMs, fromMs + stretchMs) };
        const [buckets] = await store.downsample([sensor.id], part, run.bucketMs);
        if (buckets) yield bucketTable(buckets, rule);
      }
    }
  }
}

const repeated = (text: string, rows: number) => new Array<string>(rows).fill(text);

function sampleTable({ sensor, timesMs, values, statuses, serverDelaysMs }: Series): Table {
  const serverTime = (timeMs: number, row: number) => timeMs + (serverDelaysMs?.[row] ?? Number.NaN);
  return [
    { name: "sensor", kind: "text", values: repeated(sensor, timesMs.length) },
    { name: "time", kind: "time", values: timesMs },
    { name: "value", kind: "number", values },
    { name: "quality", kind: "text", values: Array.from(statuses, qualityOf) },
    { name: "status", kind: "count", values: statuses },
    { name: "server_time", kind: "time", values: timesMs.map(serverTime) },
  ];
}

function bucketTable(buckets: Buckets, rule: BucketRule): Table {
  const { sensor, startsMs, minima, means, maxima, counts, uncertain, bad } = buckets;
  const dates = (timeZone: string): Column => ({
    name: "date",
    kind: "text",
    values: Array.from(startsMs, (startMs) => localDateOf(startMs, timeZone)),
  });
  return [
    { name: "sensor", kind: "text", values: repeated(sensor, startsMs.length) },
    { name: "start", kind: "time", values: startsMs },
    ...(rule.kind === "day" ? [dates(rule.timeZone)] : []),
    { name: "minimum", kind: "number", values: minima },
    { name: "mean", kind: "number", values: means },
    { name: "maximum", kind: "number", values: maxima },
    { name: "count", kind: "count", values: counts },
    { name: "uncertain", kind: "count", values: uncertain },
    { name: "bad", kind: "count", values: bad },
  ];
}
