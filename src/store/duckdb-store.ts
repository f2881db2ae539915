/**
 * History in a folder, on DuckDB. Samples are appended as they come and told apart at reading (last value wins): twice as fast to
 * write as rows kept in order by node:sqlite, and half the size (docs/decisions/0003-duckdb-for-history.md). A commit is one transaction.
 */
import { DOUBLE, type DuckDBConnection, INTEGER, UINTEGER, VARCHAR } from "@duckdb/node-api";
import type { EventBody, StoredEvent } from "../model/event.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { Commit, HistoryStore } from "../model/history-store.ts";
import { type Series, sampleCount, seriesOf, type TimeRange } from "../model/sample.ts";
import { concatenate, lastWins, summarise } from "./columns.ts";
import { appendColumns, numberColumns } from "./duckdb-columns.ts";
import { type DuckdbOptions, openDuckdbFolder } from "./duckdb-folder.ts";
import { createStanding, type Standing } from "./standing.ts";

/** Throws Failure "store-in-use" or "store-unreadable". */
export async function openDuckdbStore(folder: string, options: DuckdbOptions = {}): Promise<HistoryStore> {
  const opened = await openDuckdbFolder(folder, options);
  const writer = await opened.instance.connect();
  const reader = await opened.instance.connect();
  const standing = createStanding();
  const { sensorIds, ...counters } = await recall(reader, standing);
  let { ordinal, cursor } = counters;
  /** Appends run one after the other; a failed one does not stop the next. */
  let lastAppend: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function appendNow(commit: Commit): Promise<readonly StoredEvent[]> {
    const newNames = [...new Set(commit.series.map((one) => one.sensor))].filter(
      (name) => !sensorIds.has(name),
    );
    const newIds = newNames.map((_, i) => sensorIds.size + i);
    const idOf = (name: string) => sensorIds.get(name) ?? newIds[newNames.indexOf(name)]!;
    const stored = commit.events.map((event, i) => ({ ...event, cursor: cursor + i + 1 }));
    await inTransaction(writer, async () => {
      await appendColumns(writer, "sensor", [
        { type: INTEGER, values: newIds },
        { type: VARCHAR, values: newNames },
      ]);
      await appendSamples(writer, commit.series, idOf, ordinal);
      await appendColumns(writer, "watermark", [
        { type: VARCHAR, values: commit.watermarks.map((one) => one.site) },
        { type: VARCHAR, values: commit.watermarks.map((one) => one.epoch) },
        { type: DOUBLE, values: commit.watermarks.map((one) => one.stored) },
      ]);
      await appendColumns(writer, "event", [
        { type: DOUBLE, values: stored.map((event) => event.cursor) },
        { type: DOUBLE, values: stored.map((event) => event.timeMs) },
        { type: VARCHAR, values: stored.map((event) => event.actor) },
        { type: VARCHAR, values: stored.map((event) => JSON.stringify(event.body)) },
      ]);
    });
    for (const [i, name] of newNames.entries()) sensorIds.set(name, newIds[i]!);
    ordinal += sampleCount(commit.series);
    cursor += stored.length;
    standing.samples(commit.series);
    standing.watermarks(commit.watermarks);
    return stored;
  }

  async function read(sensor: string, range: TimeRange): Promise<Series> {
    const id = sensorIds.get(sensor);
    if (id === undefined) return seriesOf(sensor, [], []);
    const result = await reader.run(
      `SELECT time_ms, value, status FROM sample
       WHERE sensor = $1 AND time_ms >= $2 AND time_ms < $3 ORDER BY time_ms, ordinal`,
      [id, range.fromMs, range.toMs],
      [INTEGER, DOUBLE, DOUBLE],
    );
    const [timesMs, values, statuses] = await numberColumns(result);
    return lastWins({
      sensor,
      timesMs: timesMs!,
      values: values!,
      statuses: Uint32Array.from(statuses!),
    });
  }

  return {
    append(commit) {
      if (closed) return Promise.reject(new Failure("store-closed", "history is closed"));
      const appended = lastAppend.then(() => appendNow(commit));
      lastAppend = appended.catch(() => undefined);
      return appended;
    },
    watermarks: async () => standing.stored(),
    read,
    downsample: async (sensor, range, bucketMs) => summarise(await read(sensor, range), range, bucketMs),
    extent: async () => standing.extent(),
    latest: async () => standing.latest(),
    async events(after, limit) {
      const result = await reader.runAndReadAll(
        "SELECT cursor, time_ms, actor, body FROM event WHERE cursor > $1 ORDER BY cursor LIMIT $2",
        [after, limit],
        [DOUBLE, INTEGER],
      );
      return result.getRows().map(([at, timeMs, actor, body]) => ({
        cursor: Number(at),
        timeMs: Number(timeMs),
        actor: String(actor),
        body: JSON.parse(String(body)) as EventBody,
      }));
    },
    async close() {
      if (closed) return;
      closed = true;
      await lastAppend;
      writer.closeSync();
      reader.closeSync();
      opened.release();
    },
  };
}

async function appendSamples(
  writer: DuckDBConnection,
  series: readonly Series[],
  idOf: (sensor: string) => number,
  ordinal: number,
): Promise<void> {
  const whole = concatenate("", series);
  const ids = new Int32Array(whole.timesMs.length);
  let offset = 0;
  for (const one of series) {
    ids.fill(idOf(one.sensor), offset, offset + one.timesMs.length);
    offset += one.timesMs.length;
  }
  await appendColumns(writer, "sample", [
    { type: INTEGER, values: ids },
    { type: DOUBLE, values: whole.timesMs },
    { type: DOUBLE, values: whole.values },
    { type: UINTEGER, values: whole.statuses },
    { type: DOUBLE, values: Float64Array.from(ids, (_, row) => ordinal + row) },
  ]);
}

/** Disk full, a slow disk, memory short: all may pass, so a failed commit may be tried again. */
async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  try {
    await connection.run("BEGIN TRANSACTION");
    await work();
    await connection.run("COMMIT");
  } catch (thrown) {
    // A commit that failed has rolled back by itself; then this says so and changes nothing.
    await connection.run("ROLLBACK").catch(() => undefined);
    throw new Failure("store-write", `history could not be written: ${messageOf(thrown)}`, {
      retryable: true,
      cause: thrown,
    });
  }
}

interface Recalled {
  readonly sensorIds: Map<string, number>;
  readonly ordinal: number;
  readonly cursor: number;
}

async function recall(reader: DuckDBConnection, standing: Standing): Promise<Recalled> {
  const sensors = await reader.runAndReadAll("SELECT name, id FROM sensor");
  const sensorIds = new Map(sensors.getRows().map(([name, id]) => [String(name), Number(id)]));
  const stored = await reader.runAndReadAll("SELECT site, epoch, stored FROM watermark");
  standing.watermarks(
    stored.getRows().map(([site, epoch, sequence]) => ({
      site: String(site),
      epoch: String(epoch),
      stored: Number(sequence),
    })),
  );
  const newest = await reader.runAndReadAll(
    `SELECT name, oldest_ms, last.time_ms, last.value, last.status FROM sensor JOIN (
       SELECT sensor, min(time_ms) AS oldest_ms, arg_max(sample, (time_ms, ordinal)) AS last FROM sample GROUP BY sensor
     ) ON sensor = id`,
  );
  standing.samples(
    newest.getRows().map(([name, oldest, time, value, status]) => {
      const [timesMs, values] = [
        [Number(oldest), Number(time)],
        [Number.NaN, Number(value)],
      ];
      return seriesOf(String(name), timesMs, values, [0, Number(status)]);
    }),
  );
  const counters = await reader.runAndReadAll(
    `SELECT (SELECT coalesce(max(ordinal) + 1, 0) FROM sample), (SELECT coalesce(max(cursor), 0) FROM event)`,
  );
  const [ordinal, cursor] = counters.getRows()[0]!;
  return { sensorIds, ordinal: Number(ordinal), cursor: Number(cursor) };
}
