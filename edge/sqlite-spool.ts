/**
 * The durable queue between the sources and the centre. What append() resolved for survives kill -9 and power cuts; what has a
 * number never changes; nothing leaves but by the centre's acknowledgement or, said aloud in a notice, by the byte cap.
 *
 *   append -> open pieces (durable) -> [size or age] -> numbered batch -> trim(stored)
 *
 * Appends of one turn of the event loop share one commit: SQLite in WAL with synchronous=FULL costs one fsync a commit.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Notice } from "../src/model/agent.ts";
import type { Clock } from "../src/model/clock.ts";
import { Failure, messageOf } from "../src/model/failure.ts";
import type { Series } from "../src/model/sample.ts";
import type { SpoolConfig } from "./agent-config.ts";
import {
  type BatchContent,
  droppedNotices,
  type OpenBatch,
  openBatch,
  pieces,
  wireNoticeOf,
  wireSeriesOf,
} from "./batch.ts";

export interface Spool {
  /** Drawn when the spool was created; the batch numbers count under it. */
  readonly epoch: string;
  /** Resolves when durable; rejects with a retryable Failure when the disk would not take it. */
  append(series: readonly Series[], notices?: readonly Notice[]): Promise<void>;
  /** Lowest number held, or the next one to be given when none is. */
  first(): number;
  /** Highest number ever given; 0 before the first batch. */
  last(): number;
  heldBatches(): number;
  /** Source time of the oldest sample not yet acknowledged; null when there is none. */
  oldestUnacknowledgedMs(): number | null;
  /** The batch's series and notices as JSON text, or undefined when it is not held. */
  read(seq: number): string | undefined;
  /** Forgets every batch up to `stored`: the centre has them. */
  trim(stored: number): void;
  /** Numbers whatever is open, without waiting for size or age. */
  cut(): Promise<void>;
  /** Numbers on, under a new epoch: for a centre that knows numbers which this spool has not given yet. */
  renewEpoch(): void;
  /** Called after a batch was numbered and after a trim. */
  onChange(listener: () => void): void;
  /** Commits what waits and releases the file. */
  close(): Promise<void>;
}

interface Waiting {
  readonly content: BatchContent;
  readonly cut: boolean;
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
}

/** Notices are small; this many close a batch as size does. */
const BATCH_NOTICES = 1000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS identity (epoch TEXT NOT NULL, last INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS batches (
    seq INTEGER PRIMARY KEY, oldest_ms REAL, bytes INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS batches_oldest ON batches (oldest_ms);
  CREATE TABLE IF NOT EXISTS open_pieces (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
`;

/** Opens or creates the spool. Throws Failure "spool-unusable" when the file cannot be opened or another agent has it. */
export function openSqliteSpool(config: SpoolConfig, clock: Clock): Spool {
  const database = openDatabase(config.path);
  const insertPiece = database.prepare("INSERT INTO open_pieces (body) VALUES (?)");
  const insertBatch = database.prepare(
    "INSERT INTO batches (seq, oldest_ms, bytes, body) VALUES (?, ?, ?, ?)",
  );
  const selectBatch = database.prepare("SELECT body FROM batches WHERE seq = ?");
  const selectFirst = database.prepare("SELECT seq, bytes, body FROM batches ORDER BY seq LIMIT 1");
  const selectOldest = database.prepare("SELECT MIN(oldest_ms) AS oldest FROM batches");
  const selectBytesUpTo = database.prepare("SELECT SUM(bytes) AS bytes FROM batches WHERE seq <= ?");
  const deleteUpTo = database.prepare("DELETE FROM batches WHERE seq <= ?");
  const updateLast = database.prepare("UPDATE identity SET last = ?");
  const listeners: (() => void)[] = [];

  let epoch = "";
  let first = 1;
  let last = 0;
  let heldBytes = 0;
  let open: OpenBatch = openBatch();
  /** Pieces of the open batch that the running transaction has not written yet. */
  let unwritten: BatchContent[] = [];
  let waiting: Waiting[] = [];
  let flushTimer: NodeJS.Immediate | undefined;
  let ageTimer: NodeJS.Timeout | undefined;
  load();

  /** Everything in memory follows from the file: at the start, and again after a failed transaction. */
  function load(): void {
    const identity = database.prepare("SELECT epoch, last FROM identity").get();
    epoch = String(identity?.epoch);
    last = Number(identity?.last);
    const held = database.prepare("SELECT MIN(seq) AS first, SUM(bytes) AS bytes FROM batches").get();
    first = Number(held?.first ?? last + 1);
    heldBytes = Number(held?.bytes ?? 0);
    open = openBatch();
    unwritten = [];
    for (const { body } of database.prepare("SELECT body FROM open_pieces ORDER BY id").all()) {
      open.add(JSON.parse(String(body)) as BatchContent);
    }
    armAge();
  }

  function transaction(work: () => void): void {
    try {
      database.exec("BEGIN IMMEDIATE");
      work();
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      load();
      throw new Failure("spool-write-failed", `cannot write ${config.path}: ${messageOf(error)}`, {
        retryable: true,
        cause: error,
      });
    }
  }

  function addToOpen(content: BatchContent): void {
    open.add(content);
    unwritten.push(content);
    if (open.samples >= config.batchSamples || open.content().notices.length >= BATCH_NOTICES) numberOpen();
  }

  function numberOpen(): void {
    if (open.empty) return;
    const body = JSON.stringify(open.content());
    const bytes = Buffer.byteLength(body);
    last += 1;
    insertBatch.run(last, open.oldestMs, bytes, body);
    updateLast.run(last);
    database.exec("DELETE FROM open_pieces");
    heldBytes += bytes;
    open = openBatch();
    unwritten = [];
    dropAboveCap();
  }

  /** The newest batch always stays; what goes is told in the batch that is opened next. */
  function dropAboveCap(): void {
    while (heldBytes > config.maxBytes && first < last) {
      const row = selectFirst.get();
      if (!row) return;
      deleteUpTo.run(row.seq as number);
      first = Number(row.seq) + 1;
      heldBytes -= Number(row.bytes);
      const told = {
        series: [],
        notices: droppedNotices(JSON.parse(String(row.body)) as BatchContent, clock()),
      };
      open.add(told);
      unwritten.push(told);
    }
  }

  function flush(): void {
    clearImmediate(flushTimer);
    flushTimer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const before = last;
    try {
      transaction(() => {
        for (const { content, cut } of batch) {
          const room = config.batchSamples - open.samples;
          if (content.notices.length > 0) addToOpen({ series: [], notices: content.notices });
          for (const series of pieces(content.series, room, config.batchSamples)) {
            addToOpen({ series, notices: [] });
          }
          if (cut) numberOpen();
        }
        for (const piece of unwritten) insertPiece.run(JSON.stringify(piece));
        unwritten = [];
      });
    } catch (error) {
      for (const { reject } of batch) reject(error as Failure);
      return;
    }
    armAge();
    for (const { resolve } of batch) resolve();
    if (last > before) tell();
  }

  function enqueue(content: BatchContent, cut: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ content, cut, resolve, reject });
      flushTimer ??= setImmediate(flush);
    });
  }

  /** An open batch is numbered at the latest `batchAgeMs` after its first piece; a failure is tried again at the same pace. */
  function armAge(): void {
    if (open.empty) {
      clearTimeout(ageTimer);
      ageTimer = undefined;
      return;
    }
    ageTimer ??= setTimeout(() => {
      ageTimer = undefined;
      enqueue({ series: [], notices: [] }, true).catch(armAge);
    }, config.batchAgeMs);
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  return {
    get epoch() {
      return epoch;
    },
    append: (series, notices = []) =>
      enqueue({ series: series.map(wireSeriesOf), notices: notices.map(wireNoticeOf) }, false),
    first: () => first,
    last: () => last,
    heldBatches: () => last - first + 1,
    oldestUnacknowledgedMs() {
      const oldest = selectOldest.get()?.oldest;
      const held = typeof oldest === "number" ? oldest : Number.POSITIVE_INFINITY;
      const least = Math.min(held, open.oldestMs ?? Number.POSITIVE_INFINITY);
      return Number.isFinite(least) ? least : null;
    },
    read(seq) {
      const body = selectBatch.get(seq)?.body;
      return typeof body === "string" ? body : undefined;
    },
    trim(stored) {
      const upTo = Math.min(stored, last);
      if (upTo < first) return;
      const bytes = Number(selectBytesUpTo.get(upTo)?.bytes ?? 0);
      transaction(() => deleteUpTo.run(upTo));
      first = upTo + 1;
      heldBytes -= bytes;
      tell();
    },
    cut: () => enqueue({ series: [], notices: [] }, true),
    renewEpoch() {
      const renewed = randomUUID();
      transaction(() => database.prepare("UPDATE identity SET epoch = ?").run(renewed));
      epoch = renewed;
    },
    onChange(listener) {
      listeners.push(listener);
    },
    async close() {
      flush();
      clearTimeout(ageTimer);
      database.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    // Exclusive before the first read: a second agent on the same file fails here instead of sending everything twice.
    database.exec(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
    );
    database.exec(SCHEMA);
    if (!database.prepare("SELECT 1 FROM identity").get()) {
      database.prepare("INSERT INTO identity (epoch, last) VALUES (?, 0)").run(randomUUID());
    }
    database.exec("COMMIT");
    return database;
  } catch (error) {
    const hint = /locked/.test(messageOf(error)) ? ", another agent is using it" : "";
    throw new Failure("spool-unusable", `cannot open the spool ${path}${hint}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
