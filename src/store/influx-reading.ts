/** Questions to InfluxDB in InfluxQL, which versions 1, 2 (by DBRP mapping) and 3 understand alike. */
import type { Watermark } from "../model/agent.ts";
import type { EventBody, StoredEvent } from "../model/event.ts";
import type { Buckets, LatestSample } from "../model/history-store.ts";
import { type Series, type TimeRange, withDelays } from "../model/sample.ts";
import { BAD, UNCERTAIN } from "../model/status.ts";
import { type BucketPart, concatenate, createTally, type Tally } from "./columns.ts";
import type { InfluxConnection, ResultRows } from "./influx-connection.ts";
import { type EventLog, NO_SERVER_TIME, NO_VALUE } from "./influx-lines.ts";

/** Rows or buckets asked for at once: an answer is parsed in one go, and everything else waits for that. */
const PAGE_ROWS = 10_000;
const SENSORS_AT_ONCE = 100;
/** The times InfluxDB knows, ms. */
const FIRST_MS = -9_223_372_036_854;
const LAST_MS = 9_223_372_036_854;

const NOTHING: BucketPart = {
  minimum: Number.NaN,
  sum: 0,
  maximum: Number.NaN,
  count: 0,
  uncertain: 0,
  bad: 0,
};

type Cell = number | string | null;

export type InfluxReading = ReturnType<typeof createInfluxReading>;

/** `hasDelays`: whether points may have a server's delay. Until then it is not asked for: not every version takes a question for what it does not know. */
export function createInfluxReading(
  connection: InfluxConnection,
  log: EventLog = null,
  hasDelays: () => boolean = () => false,
) {
  const events = log === null ? "event WHERE" : `share_event WHERE log = ${quoted(log)} AND`;

  async function ask(influxQl: string): Promise<ResultRows> {
    const [first] = await connection.query(influxQl);
    return first ?? { tags: {}, columns: [], rows: [] };
  }

  async function read(sensor: string, range: TimeRange): Promise<Series> {
    const parts: Series[] = [];
    const fields = hasDelays() ? "value, status, server_delay" : "value, status";
    let fromMs = range.fromMs;
    for (;;) {
      const { rows } = await ask(
        `SELECT ${fields} FROM sample WHERE ${within([sensor], { ...range, fromMs })} ORDER BY time LIMIT ${PAGE_ROWS}`,
      );
      const part = seriesOfRows(sensor, rows);
      parts.push(part);
      if (rows.length < PAGE_ROWS) {
        const whole = concatenate(sensor, parts);
        return withDelays(whole, whole.serverDelaysMs);
      }
      fromMs = part.timesMs.at(-1)! + 1;
    }
  }

  /** Counts of all samples with so much or more in their status, bucket by bucket, as `add` takes them. */
  async function countFrom(
    status: number,
    { where, grouped }: Page,
    add: (sensor: string, startMs: number, samples: number) => void,
  ): Promise<void> {
    const answers = await connection.query(
      `SELECT count(status) FROM sample WHERE ${where} AND status >= ${status} ${grouped}`,
    );
    for (const { tags, rows } of answers) {
      for (const [startMs, samples] of rows) add(tags.sensor ?? "", Number(startMs), Number(samples));
    }
  }

  /** Whole buckets of one page; the tallies are alike but for their sensors. */
  async function tallyPage(tallies: readonly Tally[], page: Page): Promise<void> {
    const bySensor = new Map(tallies.map((tally) => [tally.sensor, tally]));
    const add = (sensor: string, startMs: number, part: Partial<BucketPart>) => {
      const tally = bySensor.get(sensor);
      tally?.add((startMs - tally.range.fromMs) / tally.bucketMs, { ...NOTHING, ...part });
    };
    const answers = await connection.query(
      `SELECT min(value), mean(value), max(value), count(value) FROM sample
       WHERE ${page.where} AND status < ${BAD} ${page.grouped}`,
    );
    for (const { tags, rows } of answers) {
      for (const [startMs, minimum, mean, maximum, samples] of rows) {
        const count = Number(samples);
        const sum = Number(mean) * count;
        const part = { minimum: Number(minimum), sum, maximum: Number(maximum), count };
        add(tags.sensor ?? "", Number(startMs), part);
      }
    }
    let anyPoor = false;
    await countFrom(UNCERTAIN, page, (sensor, startMs, uncertain) => {
      anyPoor = true;
      add(sensor, startMs, { uncertain });
    });
    if (!anyPoor) return;
    await countFrom(BAD, page, (sensor, startMs, bad) => add(sensor, startMs, { bad, uncertain: -bad }));
  }

  return {
    read,

    /** The sensors some of whose points have a server's delay. */
    async delayedSensors(): Promise<readonly string[]> {
      const [fields] = await connection.query("SHOW FIELD KEYS FROM sample");
      if (!fields?.rows.some((row) => row.includes("server_delay"))) return [];
      const series = await connection.query("SELECT count(server_delay) FROM sample GROUP BY sensor");
      return series.map(({ tags: { sensor = "" } }) => sensor);
    },

    async downsample(
      sensors: readonly string[],
      range: TimeRange,
      bucketMs: number,
    ): Promise<readonly Buckets[]> {
      const tallies = sensors.map((sensor) => createTally(sensor, range, bucketMs));
      if (!Number.isInteger(bucketMs) || !Number.isInteger(range.fromMs)) {
        for (const tally of tallies) tally.addSeries(await read(tally.sensor, range));
      } else {
        const buckets = Math.ceil((range.toMs - range.fromMs) / bucketMs);
        const atOnce = Math.max(1, Math.min(SENSORS_AT_ONCE, Math.floor(PAGE_ROWS / buckets)));
        for (let first = 0; first < tallies.length; first += atOnce) {
          const some = tallies.slice(first, first + atOnce);
          for (const page of pagesOf(sensors.slice(first, first + atOnce), range, bucketMs))
            await tallyPage(some, page);
        }
      }
      return tallies.map((tally) => tally.buckets());
    },

    async latest(): Promise<readonly LatestSample[]> {
      const series = await connection.query(
        "SELECT value, status FROM sample GROUP BY sensor ORDER BY time DESC LIMIT 1",
      );
      return series.map(({ tags: { sensor = "" }, rows }) => {
        const { timesMs, values, statuses } = seriesOfRows(sensor, rows);
        return { sensor, timeMs: timesMs[0]!, value: values[0]!, status: statuses[0]! };
      });
    },

    /** Time of the oldest sample, null when there is none. */
    async oldestMs(): Promise<number | null> {
      const { rows } = await ask("SELECT status FROM sample ORDER BY time LIMIT 1");
      return rows[0] ? Number(rows[0][0]) : null;
    },

    async watermarks(): Promise<readonly Watermark[]> {
      const series = await connection.query("SELECT stored FROM watermark GROUP BY site, epoch");
      return series.map(({ tags: { site = "", epoch = "" }, rows }) => ({
        site,
        epoch,
        stored: Number(rows[0]?.[1]),
      }));
    },

    async events(cursor: number, limit: number): Promise<readonly StoredEvent[]> {
      const { rows } = await ask(
        `SELECT time_ms, actor, body FROM ${events} time > ${cursor}ms ORDER BY time LIMIT ${limit}`,
      );
      return rows.map(([at, timeMs, actor, body]) => ({
        cursor: Number(at),
        timeMs: Number(timeMs),
        actor: String(actor),
        body: JSON.parse(String(body)) as EventBody,
      }));
    },

    /** By cursor, where each event that was copied came from. */
    async origins(): Promise<ReadonlyMap<number, string>> {
      const { rows } = await ask(`SELECT origin FROM ${events} time > 0ms ORDER BY time`);
      return new Map(rows.flatMap(([at, origin]) => (origin === null ? [] : [[Number(at), String(origin)]])));
    },

    /** The last event's cursor, 0 when there is none. */
    async lastCursor(): Promise<number> {
      const { rows } = await ask(`SELECT time_ms FROM ${events} time > 0ms ORDER BY time DESC LIMIT 1`);
      return Number(rows[0]?.[0] ?? 0);
    },
  };
}

/** A question's part that says which samples, and the one that says into which buckets. */
interface Page {
  readonly where: string;
  readonly grouped: string;
}

function* pagesOf(sensors: readonly string[], range: TimeRange, bucketMs: number): Generator<Page> {
  const offsetMs = ((range.fromMs % bucketMs) + bucketMs) % bucketMs;
  const grouped = `GROUP BY time(${bucketMs}ms, ${offsetMs}ms), sensor fill(none)`;
  for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += PAGE_ROWS * bucketMs) {
    const toMs = Math.min(range.toMs, fromMs + PAGE_ROWS * bucketMs);
    yield { where: within(sensors, { fromMs, toMs }), grouped };
  }
}

function within(sensors: readonly string[], { fromMs, toMs }: TimeRange): string {
  const [from, to] = [fromMs, toMs].map((ms) => Math.min(LAST_MS, Math.max(FIRST_MS, Math.ceil(ms))));
  const names = sensors.map((sensor) => `sensor = ${quoted(sensor)}`).join(" OR ");
  return `(${names}) AND time >= ${from}ms AND time < ${to}ms`;
}

export function quoted(value: string): string {
  return `'${value.replace(/['\\]/g, "\\$&")}'`;
}

/** Rows of time, value, status and, where asked for, server delay. */
function seriesOfRows(sensor: string, rows: readonly (readonly Cell[])[]): Series {
  const series = {
    sensor,
    timesMs: new Float64Array(rows.length),
    values: new Float64Array(rows.length),
    statuses: new Uint32Array(rows.length),
  };
  const delaysMs = new Float64Array(rows.length).fill(Number.NaN);
  for (const [row, [timeMs, value, code, delayMs]] of rows.entries()) {
    const status = Number(code);
    series.timesMs[row] = Number(timeMs);
    series.values[row] = status >= NO_VALUE || value === null ? Number.NaN : Number(value);
    series.statuses[row] = status % NO_VALUE;
    if (typeof delayMs === "number" && delayMs !== NO_SERVER_TIME) delaysMs[row] = delayMs;
  }
  return withDelays(series, delaysMs);
}
