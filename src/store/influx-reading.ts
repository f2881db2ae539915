/** Questions to InfluxDB in InfluxQL, which versions 1, 2 (by DBRP mapping) and 3 understand alike. */
import type { Watermark } from "../model/agent.ts";
import type { EventBody, StoredEvent } from "../model/event.ts";
import type { Buckets, LatestSample } from "../model/history-store.ts";
import type { Series, TimeRange } from "../model/sample.ts";
import { concatenate, createTally, type Tally } from "./columns.ts";
import type { InfluxConnection, ResultRows } from "./influx-connection.ts";
import { NO_VALUE } from "./influx-lines.ts";

/** Rows or buckets asked for at once: an answer is parsed in one go, and everything else waits for that. */
const PAGE_ROWS = 10_000;
/** The times InfluxDB knows, ms. */
const FIRST_MS = -9_223_372_036_854;
const LAST_MS = 9_223_372_036_854;

type Cell = number | string | null;

export function createInfluxReading(connection: InfluxConnection) {
  async function ask(influxQl: string): Promise<ResultRows> {
    const [first] = await connection.query(influxQl);
    return first ?? { tags: {}, columns: [], rows: [] };
  }

  async function read(sensor: string, range: TimeRange): Promise<Series> {
    const parts: Series[] = [];
    let fromMs = range.fromMs;
    for (;;) {
      const { rows } = await ask(
        `SELECT value, status FROM sample WHERE ${within(sensor, { ...range, fromMs })} ORDER BY time LIMIT ${PAGE_ROWS}`,
      );
      const part = seriesOfRows(sensor, rows);
      parts.push(part);
      if (rows.length < PAGE_ROWS) return concatenate(sensor, parts);
      fromMs = part.timesMs.at(-1)! + 1;
    }
  }

  /** The buckets of one page, whole and starting at fromMs. */
  async function tallyPage(sensor: string, tally: Tally, page: TimeRange): Promise<void> {
    const { bucketMs, range } = tally;
    const offsetMs = ((range.fromMs % bucketMs) + bucketMs) % bucketMs;
    const { rows } = await ask(
      `SELECT min(value), mean(value), max(value), count(value) FROM sample
       WHERE ${within(sensor, page)} AND status < ${0x8000_0000} GROUP BY time(${bucketMs}ms, ${offsetMs}ms) fill(none)`,
    );
    for (const [startMs, minimum, mean, maximum, samples] of rows) {
      const count = Number(samples);
      // Where only points without a value came, the count is 0 and the rest null.
      if (count === 0) continue;
      tally.add((Number(startMs) - range.fromMs) / bucketMs, {
        minimum: Number(minimum),
        sum: Number(mean) * count,
        maximum: Number(maximum),
        count,
      });
    }
  }

  return {
    read,

    async downsample(sensor: string, range: TimeRange, bucketMs: number): Promise<Buckets> {
      const tally = createTally(sensor, range, bucketMs);
      if (!Number.isInteger(bucketMs) || !Number.isInteger(range.fromMs)) {
        tally.addSeries(await read(sensor, range));
        return tally.buckets();
      }
      for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += PAGE_ROWS * bucketMs) {
        await tallyPage(sensor, tally, {
          fromMs,
          toMs: Math.min(range.toMs, fromMs + PAGE_ROWS * bucketMs),
        });
      }
      return tally.buckets();
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
        `SELECT time_ms, actor, body FROM event WHERE time > ${cursor}ms ORDER BY time LIMIT ${limit}`,
      );
      return rows.map(([at, timeMs, actor, body]) => ({
        cursor: Number(at),
        timeMs: Number(timeMs),
        actor: String(actor),
        body: JSON.parse(String(body)) as EventBody,
      }));
    },

    /** The last event's cursor, 0 when there is none. */
    async lastCursor(): Promise<number> {
      const { rows } = await ask("SELECT time_ms FROM event ORDER BY time DESC LIMIT 1");
      return Number(rows[0]?.[0] ?? 0);
    },
  };
}

function within(sensor: string, { fromMs, toMs }: TimeRange): string {
  const [from, to] = [fromMs, toMs].map((ms) => Math.min(LAST_MS, Math.max(FIRST_MS, Math.ceil(ms))));
  const name = sensor.replace(/['\\]/g, "\\$&");
  return `sensor = '${name}' AND time >= ${from}ms AND time < ${to}ms`;
}

/** Rows of time, value and status. */
function seriesOfRows(sensor: string, rows: readonly (readonly Cell[])[]): Series {
  const series = {
    sensor,
    timesMs: new Float64Array(rows.length),
    values: new Float64Array(rows.length),
    statuses: new Uint32Array(rows.length),
  };
  for (const [row, [timeMs, value, code]] of rows.entries()) {
    const status = Number(code);
    series.timesMs[row] = Number(timeMs);
    series.values[row] = status >= NO_VALUE || value === null ? Number.NaN : Number(value);
    series.statuses[row] = status % NO_VALUE;
  }
  return series;
}
