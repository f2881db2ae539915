/** The spool's file: what stands in which table, and nothing about when. SQLite in WAL with synchronous=FULL: a commit is one fsync. */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Failure, messageOf } from "../src/model/failure.ts";
import type { BatchContent } from "./batch.ts";

/** Everything but `transaction` and the reading ones is called inside a transaction. */
export interface BatchFile {
  /** All of it becomes durable, or none: then throws a retryable Failure "spool-write-failed". */
  transaction(work: () => void): void;
  identity(): { readonly epoch: string; readonly last: number };
  /** Lowest number held, if any, and the bytes of all batches. */
  held(): { readonly first: number | undefined; readonly bytes: number };
  openPieces(): readonly BatchContent[];
  body(seq: number): string | undefined;
  oldestMs(): number | null;
  addPiece(content: BatchContent): void;
  /** Turns the open pieces into a batch; its size in bytes. */
  addBatch(seq: number, oldestMs: number | null, content: BatchContent): number;
  /** The bytes that went. */
  removeUpTo(seq: number): number;
  /** A new epoch, under which numbers go on. */
  renewEpoch(): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS identity (epoch TEXT NOT NULL, last INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS batches (
    seq INTEGER PRIMARY KEY, oldest_ms REAL, bytes INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS batches_oldest ON batches (oldest_ms);
  CREATE TABLE IF NOT EXISTS open_pieces (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
`;

/** Throws Failure "spool-unusable" when the file cannot be opened or another agent has it. */
export function openBatchFile(path: string): BatchFile {
  const database = openDatabase(path);
  const insertPiece = database.prepare("INSERT INTO open_pieces (body) VALUES (?)");
  const insertBatch = database.prepare(
    "INSERT INTO batches (seq, oldest_ms, bytes, body) VALUES (?, ?, ?, ?)",
  );
  const selectBody = database.prepare("SELECT body FROM batches WHERE seq = ?");
  const selectOldest = database.prepare("SELECT MIN(oldest_ms) AS oldest FROM batches");
  const selectBytesUpTo = database.prepare("SELECT SUM(bytes) AS bytes FROM batches WHERE seq <= ?");
  const deleteUpTo = database.prepare("DELETE FROM batches WHERE seq <= ?");
  const updateLast = database.prepare("UPDATE identity SET last = ?");

  return {
    transaction(work) {
      try {
        database.exec("BEGIN IMMEDIATE");
        work();
        database.exec("COMMIT");
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        const message = `cannot write ${path}: ${messageOf(error)}`;
        throw new Failure("spool-write-failed", message, { retryable: true, cause: error });
      }
    },
    identity() {
      const row = database.prepare("SELECT epoch, last FROM identity").get();
      return { epoch: String(row?.epoch), last: Number(row?.last) };
    },
    held() {
      const row = database.prepare("SELECT MIN(seq) AS first, SUM(bytes) AS bytes FROM batches").get();
      return {
        first: typeof row?.first === "number" ? row.first : undefined,
        bytes: Number(row?.bytes ?? 0),
      };
    },
    openPieces: () =>
      database
        .prepare("SELECT body FROM open_pieces ORDER BY id")
        .all()
        .map(({ body }) => JSON.parse(String(body)) as BatchContent),
    body(seq) {
      const body = selectBody.get(seq)?.body;
      return typeof body === "string" ? body : undefined;
    },
    oldestMs() {
      const oldest = selectOldest.get()?.oldest;
      return typeof oldest === "number" ? oldest : null;
    },
    addPiece(content) {
      insertPiece.run(JSON.stringify(content));
    },
    addBatch(seq, oldestMs, content) {
      const body = JSON.stringify(content);
      const bytes = Buffer.byteLength(body);
      insertBatch.run(seq, oldestMs, bytes, body);
      updateLast.run(seq);
      database.exec("DELETE FROM open_pieces");
      return bytes;
    },
    removeUpTo(seq) {
      const bytes = Number(selectBytesUpTo.get(seq)?.bytes ?? 0);
      deleteUpTo.run(seq);
      return bytes;
    },
    renewEpoch() {
      database.prepare("UPDATE identity SET epoch = ?").run(randomUUID());
    },
    close: () => database.close(),
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
    const message = `cannot open the spool ${path}${hint}: ${messageOf(error)}`;
    throw new Failure("spool-unusable", message, { cause: error });
  }
}
