/**
 * History in a folder, on DuckDB. Samples are appended as they come and told apart at reading (last value wins): twice as fast to
 * write as rows kept in order by node:sqlite, and half the size (docs/decisions/0003-duckdb-for-history.md). A commit is one transaction.
 * Days that are over are sealed into Parquet files; what is asked is put together from both, the recent sample before the sealed one.
 */
import { DOUBLE, type DuckDBConnection, INTEGER, VARCHAR } from "@duckdb/node-api";
import type { EventBody, StoredEvent } from "../model/event.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { Buckets, Commit, HistoryStore } from "../model/history-store.ts";
import type { Series, TimeRange } from "../model/sample.ts";
import { checkTimes, createTally, overlay } from "./columns.ts";
import { appendColumns, inTransaction } from "./duckdb-columns.ts";
import { type DuckdbOptions, openDuckdbFolder } from "./duckdb-folder.ts";
import { recallRecent } from "./duckdb-recent.ts";
import { readSealed, tallySealed } from "./duckdb-sealed.ts";
import { recallSealed } from "./duckdb-sealed-index.ts";
import { createSealing, type SealReport } from "./duckdb-sealing.ts";
import { createGate } from "./gate.ts";
import { createStanding, type Standing } from "./standing.ts";

export interface DuckdbStore extends HistoryStore {
  /**
   * Seals what is recent of the whole UTC days before `beforeMs`; call it now and then, with a time that leaves late data a while to
   * come. Throws Failure "store-write" and may be called again.
   */
  seal(beforeMs: number): Promise<SealReport>;
}

/** Throws Failure "store-in-use" or "store-unreadable". */
export async function openDuckdbStore(folder: string, options: DuckdbOptions = {}): Promise<DuckdbStore> {
  const opened = await openDuckdbFolder(folder, options);
  const { files } = opened;
  const writer = await opened.instance.connect();
  const reader = await opened.instance.connect();
  const sealer = await opened.instance.connect();
  const standing = createStanding();
  const recall = async () => {
    await recallSealed(writer, files, standing);
    return { recent: await recallRecent(reader, standing), lastCursor: await recallEvents(reader, standing) };
  };
  const { recent, lastCursor } = await recall().catch((thrown: unknown) => {
    opened.release();
    const message = `history in ${folder} cannot be read: ${messageOf(thrown)}`;
    throw new Failure("store-unreadable", message, { cause: thrown });
  });
  let cursor = lastCursor;
  const gate = createGate();
  const writing = createQueue();
  const sealing = createQueue();
  let closed = false;

  async function appendNow(commit: Commit): Promise<readonly StoredEvent[]> {
    checkTimes(commit.series);
    const stored = commit.events.map((event, i) => ({ ...event, cursor: cursor + i + 1 }));
    let onCommitted = () => {};
    await inTransaction(writer, async () => {
      onCommitted = await recent.append(writer, commit.series);
      await appendColumns(writer, "watermark", [
        { type: VARCHAR, values: commit.watermarks.map((one) => one.site) },
        { type: VARCHAR, values: commit.watermarks.map((one) => one.epoch) },
        { type: DOUBLE, values: commit.watermarks.map((one) => one.stored) },
      ]);
      await appendEvents(writer, stored);
    });
    onCommitted();
    cursor += stored.length;
    standing.samples(commit.series);
    standing.watermarks(commit.watermarks);
    return stored;
  }

  const seal = createSealing({
    files,
    sealer,
    betweenAppends: (work) => writing.inTurn(() => gate.alone(() => work(writer))),
    nextOrdinal: recent.nextOrdinal,
  });

  async function read(sensor: string, range: TimeRange): Promise<Series> {
    const paths = files.overlapping(range).map(files.pathOf);
    return overlay(await readSealed(reader, paths, sensor, range), await recent.read(reader, sensor, range));
  }

  /** Sealed files are summed up inside DuckDB, but those into which recent samples reach. */
  async function downsample(sensor: string, range: TimeRange, bucketMs: number): Promise<Buckets> {
    const tally = createTally(sensor, range, bucketMs);
    const fresh = await recent.read(reader, sensor, range);
    const sealed = files.overlapping(range);
    const mixed = sealed.filter((one) => fresh.timesMs.some((ms) => ms >= one.fromMs && ms < one.toMs));
    const plain = sealed.filter((one) => !mixed.includes(one));
    await tallySealed(reader, plain.map(files.pathOf), sensor, tally);
    tally.addSeries(overlay(await readSealed(reader, mixed.map(files.pathOf), sensor, range), fresh));
    return tally.buckets();
  }

  return {
    append(commit) {
      if (closed) return Promise.reject(new Failure("store-closed", "history is closed"));
      return writing.inTurn(() => appendNow(commit));
    },
    watermarks: async () => standing.stored(),
    read: (sensor, range) => gate.shared(() => read(sensor, range)),
    downsample: (sensor, range, bucketMs) => gate.shared(() => downsample(sensor, range, bucketMs)),
    extent: async () => standing.extent(),
    latest: async () => standing.latest(),
    events: (after, limit) => readEvents(reader, after, limit),
    seal(beforeMs) {
      if (closed) return Promise.reject(new Failure("store-closed", "history is closed"));
      return sealing.inTurn(() => seal(beforeMs));
    },
    async close() {
      if (closed) return;
      closed = true;
      await sealing.settled();
      await writing.settled();
      for (const connection of [writer, reader, sealer]) connection.closeSync();
      opened.release();
    },
  };
}

/** One piece of work after the other; a failed one does not stop the next. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    inTurn<T>(work: () => Promise<T>): Promise<T> {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
    settled: () => last,
  };
}

async function appendEvents(writer: DuckDBConnection, events: readonly StoredEvent[]): Promise<void> {
  await appendColumns(writer, "event", [
    { type: DOUBLE, values: events.map((event) => event.cursor) },
    { type: DOUBLE, values: events.map((event) => event.timeMs) },
    { type: VARCHAR, values: events.map((event) => event.actor) },
    { type: VARCHAR, values: events.map((event) => JSON.stringify(event.body)) },
  ]);
}

async function readEvents(
  reader: DuckDBConnection,
  after: number,
  limit: number,
): Promise<readonly StoredEvent[]> {
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
}

/** Answers the last event's cursor. */
async function recallEvents(reader: DuckDBConnection, standing: Standing): Promise<number> {
  const stored = await reader.runAndReadAll("SELECT site, epoch, stored FROM watermark");
  standing.watermarks(
    stored.getRows().map(([site, epoch, sequence]) => ({
      site: String(site),
      epoch: String(epoch),
      stored: Number(sequence),
    })),
  );
  const last = await reader.runAndReadAll("SELECT coalesce(max(cursor), 0) FROM event");
  return Number(last.getRows()[0]![0]);
}
