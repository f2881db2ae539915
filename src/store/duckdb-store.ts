/**
 * History in a folder, on DuckDB. Samples are appended as they come and told apart at reading (last value wins): twice as fast to
 * write as rows kept in order by node:sqlite, and half the size (docs/decisions/0003-duckdb-for-history.md). A commit is one transaction.
 * Days that are over are sealed into Parquet files; what is asked is put together from both, the recent sample before the sealed one.
 */
import { DOUBLE, type DuckDBConnection, INTEGER, VARCHAR } from "@duckdb/node-api";
import type { EventBody, StoredEvent } from "../model/event.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { Commit, HistoryStore } from "../model/history-store.ts";
import { listenForBackups } from "./backup-socket.ts";
import { checkTimes } from "./columns.ts";
import { type BackupReport, backUp } from "./duckdb-backup.ts";
import { appendColumns, inTransaction } from "./duckdb-columns.ts";
import { type DuckdbOptions, openDuckdbFolder } from "./duckdb-folder.ts";
import { createReading } from "./duckdb-reading.ts";
import { RECENT_ROWS, recallRecent } from "./duckdb-recent.ts";
import { createRetention, type Retention, type RetentionReport, sizeOf } from "./duckdb-retention.ts";
import { rememberWhereRowsLie, timedFiles } from "./duckdb-sealed.ts";
import { recallSealed } from "./duckdb-sealed-index.ts";
import { createSealing, type SealReport } from "./duckdb-sealing.ts";
import { createGate } from "./gate.ts";
import { createQueue } from "./queue.ts";
import { ALL_TIME } from "./sealed-stretch.ts";
import { createStanding, type Standing } from "./standing.ts";

export interface DuckdbStore extends HistoryStore {
  /**
   * Seals what is recent of the whole UTC days before `beforeMs`; call it now and then, with a time that leaves late data a while to
   * come. Throws Failure "store-write" and may be called again.
   */
  seal(beforeMs: number): Promise<SealReport>;
  /**
   * Lets go of what is too old or too much; call it after `seal`. Samples let go are gone for `read` and `extent`; `downsample` goes on by
   * their hours.
   */
  retain(limits: Retention, nowMs: number): Promise<RetentionReport>;
  /**
   * Writes all of history as it is now into a folder that does not exist or is empty, while everything goes on. Throws Failure
   * "folder-in-the-way" or "backup-failed". Another process asks for it with `requestBackup`.
   */
  backUp(target: string): Promise<BackupReport>;
  /** Of all files. */
  bytes(): Promise<number>;
}

/** Throws Failure "store-in-use" or "store-unreadable". */
export async function openDuckdbStore(folder: string, options: DuckdbOptions = {}): Promise<DuckdbStore> {
  const opened = await openDuckdbFolder(folder, options);
  const { files, hourly } = opened;
  const writer = await opened.instance.connect();
  const reader = await opened.instance.connect();
  const sealer = await opened.instance.connect();
  const standing = createStanding();
  const recall = async () => {
    await recallSealed(writer, files, standing);
    const sealed = files.overlapping(ALL_TIME);
    await rememberWhereRowsLie(reader, sealed.map(files.pathOf));
    const withDelays = new Set(await timedFiles(reader, sealed.map(files.pathOf)));
    return {
      recent: await recallRecent(reader, standing),
      lastCursor: await recallEvents(reader, standing),
      timed: new Set(sealed.filter((one) => withDelays.has(files.pathOf(one))).map(({ name }) => name)),
    };
  };
  const { recent, lastCursor, timed } = await recall().catch((thrown: unknown) => {
    opened.release();
    const message = `history in ${folder} cannot be read: ${messageOf(thrown)}`;
    throw new Failure("store-unreadable", message, { cause: thrown });
  });
  let cursor = lastCursor;
  const gate = createGate();
  const writing = createQueue();
  /** Sealing, retention and backups, one at a time. */
  const tidying = createQueue();
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

  const betweenAppends = (work: (writer: DuckDBConnection) => Promise<void>) =>
    writing.inTurn(() => gate.alone(() => work(writer)));
  const seal = createSealing({ files, sealer, betweenAppends, nextOrdinal: recent.nextOrdinal, timed });
  const retain = createRetention({
    samples: files,
    hourly,
    recentPath: opened.recentPath,
    connection: sealer,
    betweenAppends,
  });

  async function retainNow(limits: Retention, nowMs: number): Promise<RetentionReport> {
    const report = await retain(limits, nowMs);
    if (report.summed.length > 0) standing.startsAt(await oldestSample(sealer));
    return report;
  }

  const backUpNow = (target: string) => tidying.inTurn(() => backUp(sealer, opened.path, target));
  const stopListening = await listenForBackups(opened.path, backUpNow);
  const history = createReading({ reader, recent, files, hourly, timed });

  return {
    append(commit) {
      if (closed) return Promise.reject(new Failure("store-closed", "history is closed"));
      return writing.inTurn(() => appendNow(commit));
    },
    watermarks: async () => standing.stored(),
    read: (sensor, range) => gate.shared(() => history.read(sensor, range)),
    downsample: (sensors, range, bucketMs) => gate.shared(() => history.downsample(sensors, range, bucketMs)),
    extent: async () => standing.extent(),
    latest: async () => standing.latest(),
    events: (after, limit) => readEvents(reader, after, limit),
    seal(beforeMs) {
      if (closed) return Promise.reject(new Failure("store-closed", "history is closed"));
      return tidying.inTurn(() => seal(beforeMs));
    },
    retain(limits, nowMs) {
      if (closed) return Promise.reject(new Failure("store-closed", "history is closed"));
      return tidying.inTurn(() => retainNow(limits, nowMs));
    },
    backUp(target) {
      if (closed) return Promise.reject(new Failure("store-closed", "history is closed"));
      return backUpNow(target);
    },
    bytes: () => sizeOf(opened),
    async close() {
      if (closed) return;
      closed = true;
      await stopListening();
      await tidying.settled();
      await writing.settled();
      for (const connection of [writer, reader, sealer]) connection.closeSync();
      opened.release();
    },
  };
}

async function oldestSample(reader: DuckDBConnection): Promise<number | null> {
  const result = await reader.runAndReadAll(
    `SELECT least((SELECT min(oldest_ms) FROM sealed), (SELECT min(time_ms) FROM ${RECENT_ROWS}))`,
  );
  const [oldestMs] = result.getRows()[0]!;
  return typeof oldestMs === "number" ? oldestMs : null;
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
