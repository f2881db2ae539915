/** The spool's file: what stands in which table, and nothing about when. SQLite in WAL with synchronous=FULL: a commit is one fsync. */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { Failure, messageOf } from "../src/model/failure.ts";
import type { BatchContent } from "./batch.ts";
import { type SqliteFault, sqliteFaultOf, UnreadableRow } from "./sqlite-fault.ts";

/** Batches whose numbers count under one epoch: `first` to `last`, with nothing missing in between. */
export interface Lane {
  readonly epoch: string;
  readonly first: number;
  readonly last: number;
}

export interface HeldBatch {
  readonly oldestMs: number | null;
  /** By the agent's clock, when it was numbered; null in a file of an earlier version. */
  readonly numberedMs: number | null;
  readonly body: string;
}

/** Everything but `transaction` and the reading ones is called inside a transaction. Each may throw what `sqliteFaultOf` tells apart. */
export interface BatchFile {
  /** All of it becomes durable, or none. */
  transaction(work: () => void): void;
  /** The highest number ever given; 0 before the first. */
  last(): number;
  /** Oldest first; the last one is the one that grows. An empty one has a `first` above its `last`. */
  lanes(): readonly Lane[];
  heldBytes(): number;
  openPieces(): readonly BatchContent[];
  batch(seq: number): HeldBatch | undefined;
  numberedMs(seq: number): number | null;
  oldestMs(): number | null;
  addPiece(content: BatchContent): void;
  removePieces(): void;
  /** What a source remembers, by key; the later value wins. */
  remember(key: string, value: string): void;
  memories(): ReadonlyMap<string, string>;
  /** Its size in bytes. */
  addBatch(seq: number, batch: HeldBatch): number;
  /** The bytes that went. */
  remove(fromSeq: number, toSeq: number): number;
  /** A lane with nothing in it, other than the one that grows, is forgotten. */
  forgetLane(epoch: string): void;
  /** The same batches under another epoch. */
  renewEpoch(epoch: string): void;
  /** Numbers go on under another epoch; what is held keeps its own. */
  startLane(): void;
  /** From now on only room inside the file is used; what does not fit in there fails as a full disk does. */
  stopGrowing(): void;
  growAgain(): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS identity (epoch TEXT NOT NULL, last INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS batches (
    seq INTEGER PRIMARY KEY, oldest_ms REAL, bytes INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS batches_oldest ON batches (oldest_ms);
  CREATE TABLE IF NOT EXISTS older_lanes (last INTEGER PRIMARY KEY, epoch TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS open_pieces (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS memories (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;
const VERSION = 1;
/** Version 0 had no checksums. */
const UPGRADE = `
  ALTER TABLE batches ADD COLUMN crc INTEGER;
  ALTER TABLE batches ADD COLUMN numbered_ms REAL;
  ALTER TABLE open_pieces ADD COLUMN crc INTEGER;
  PRAGMA user_version = ${VERSION};
`;
/** Pages of 4 kB: bounds the log beside the file, and with it what a checkpoint may need on a full disk. */
const CHECKPOINT_PAGES = 64;
const MOST_PAGES = 0xffff_fffe;

/** Throws Failure "spool-unusable" when another agent has the file or it cannot be made, "spool-corrupt" when it is broken. */
export function openBatchFile(path: string): BatchFile {
  const database = openDatabase(path);
  const insertPiece = database.prepare("INSERT INTO open_pieces (body, crc) VALUES (?, ?)");
  const insertBatch = database.prepare(
    "INSERT INTO batches (seq, oldest_ms, numbered_ms, bytes, body, crc) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const selectBatch = database.prepare("SELECT oldest_ms, numbered_ms, body, crc FROM batches WHERE seq = ?");
  const selectOldest = database.prepare("SELECT MIN(oldest_ms) AS oldest FROM batches");
  const selectNumbered = database.prepare("SELECT numbered_ms FROM batches WHERE seq = ?");
  const selectFirst = database.prepare("SELECT MIN(seq) AS first FROM batches WHERE seq > ?");
  const selectBytes = database.prepare("SELECT SUM(bytes) AS bytes FROM batches");
  const selectLanes = database.prepare("SELECT last, epoch FROM older_lanes ORDER BY last");
  const selectBytesOf = database.prepare("SELECT SUM(bytes) AS bytes FROM batches WHERE seq BETWEEN ? AND ?");
  const deleteRange = database.prepare("DELETE FROM batches WHERE seq BETWEEN ? AND ?");
  const upsertMemory = database.prepare("INSERT OR REPLACE INTO memories (key, value) VALUES (?, ?)");
  const updateLast = database.prepare("UPDATE identity SET last = ?");

  function identity(): { readonly epoch: string; readonly last: number } {
    const row = database.prepare("SELECT epoch, last FROM identity").get();
    if (!row) throw new UnreadableRow("the spool's identity");
    return { epoch: String(row.epoch), last: Number(row.last) };
  }

  return {
    transaction(work) {
      try {
        database.exec("BEGIN IMMEDIATE");
        work();
        database.exec("COMMIT");
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    last: () => identity().last,
    lanes() {
      const { epoch, last } = identity();
      const ends = [...selectLanes.all(), { last, epoch }];
      return ends.map((end, index) => {
        const after = Number(ends[index - 1]?.last ?? 0);
        const endLast = Number(end.last);
        const first = numberOrNull(selectFirst.get(after)?.first) ?? endLast + 1;
        return { epoch: String(end.epoch), first: Math.min(first, endLast + 1), last: endLast };
      });
    },
    heldBytes: () => Number(selectBytes.get()?.bytes ?? 0),
    openPieces: () =>
      database
        .prepare("SELECT id, body, crc FROM open_pieces ORDER BY id")
        .all()
        .map((row) => JSON.parse(checkedBody(row, `open piece ${row.id}`)) as BatchContent),
    batch(seq) {
      const row = selectBatch.get(seq);
      if (!row) return undefined;
      const body = checkedBody(row, `batch ${seq}`);
      return { oldestMs: numberOrNull(row.oldest_ms), numberedMs: numberOrNull(row.numbered_ms), body };
    },
    numberedMs: (seq) => numberOrNull(selectNumbered.get(seq)?.numbered_ms),
    oldestMs: () => numberOrNull(selectOldest.get()?.oldest),
    addPiece(content) {
      const body = JSON.stringify(content);
      insertPiece.run(body, crc32(body));
    },
    removePieces: () => database.exec("DELETE FROM open_pieces"),
    remember: (key, value) => void upsertMemory.run(key, value),
    memories: () => memoriesIn(database),
    addBatch(seq, { oldestMs, numberedMs, body }) {
      const bytes = Buffer.byteLength(body);
      insertBatch.run(seq, oldestMs, numberedMs, bytes, body, crc32(body));
      updateLast.run(seq);
      return bytes;
    },
    remove(fromSeq, toSeq) {
      const bytes = Number(selectBytesOf.get(fromSeq, toSeq)?.bytes ?? 0);
      deleteRange.run(fromSeq, toSeq);
      return bytes;
    },
    forgetLane: (epoch) => void database.prepare("DELETE FROM older_lanes WHERE epoch = ?").run(epoch),
    renewEpoch(epoch) {
      const fresh = randomUUID();
      for (const table of ["identity", "older_lanes"]) {
        database.prepare(`UPDATE ${table} SET epoch = ? WHERE epoch = ?`).run(fresh, epoch);
      }
    },
    startLane() {
      database.exec("INSERT INTO older_lanes (last, epoch) SELECT last, epoch FROM identity");
      database.prepare("UPDATE identity SET epoch = ?").run(randomUUID());
    },
    stopGrowing() {
      // RESTART keeps the log's room on the disk: it is written over from its start, and needs none of what is missing.
      database.exec("PRAGMA wal_checkpoint(RESTART)");
      const pages = Number(database.prepare("PRAGMA page_count").get()?.page_count);
      database.exec(`PRAGMA max_page_count = ${pages}`);
    },
    growAgain: () => database.exec(`PRAGMA max_page_count = ${MOST_PAGES}`),
    close: () => database.close(),
  };
}

/** Throws UnreadableRow when the text is not the one that was written. */
export function checkedBody(row: Readonly<Record<string, unknown>>, what: string): string {
  const { body, crc } = row;
  if (typeof body !== "string" || (typeof crc === "number" && crc32(body) !== crc)) {
    throw new UnreadableRow(what);
  }
  return body;
}

export function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

const FAILURE_CODES: Readonly<Record<SqliteFault, string>> = {
  "disk-full": "spool-unusable",
  corrupt: "spool-corrupt",
  "in-use": "spool-unusable",
  other: "spool-unusable",
};

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path);
    // Exclusive before the first read: a second agent on the same file fails here instead of sending everything twice.
    database.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; BEGIN IMMEDIATE`,
    );
    database.exec(SCHEMA);
    if (database.prepare("PRAGMA user_version").get()?.user_version === 0) database.exec(UPGRADE);
    if (!database.prepare("SELECT 1 FROM identity").get()) {
      database.prepare("INSERT INTO identity (epoch, last) VALUES (?, 0)").run(randomUUID());
    }
    database.exec("COMMIT");
    return database;
  } catch (error) {
    const fault = sqliteFaultOf(error);
    const hint = fault === "in-use" ? ", another agent is using it" : "";
    const message = `cannot open the spool ${path}${hint}: ${messageOf(error)}`;
    if (database?.isOpen) database.close();
    throw new Failure(FAILURE_CODES[fault], message, { cause: error });
  }
}

export function memoriesIn(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare("SELECT key, value FROM memories").all();
  return new Map(rows.map(({ key, value }) => [String(key), String(value)]));
}
