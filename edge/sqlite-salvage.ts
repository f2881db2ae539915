/**
 * What becomes of a spool's file that is broken: it is set aside under a name with the time, and every batch that can still be read moves
 * to a new file. The new file has an epoch of its own, because nobody can say which of the old numbers the centre has seen; a
 * batch that it has seen is stored over itself.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Failure, messageOf } from "../src/model/failure.ts";
import type { BatchContent } from "./batch.ts";
import { checkedBody, type HeldBatch, memoriesIn, numberOrNull, openBatchFile } from "./sqlite-batches.ts";
import { UnreadableRow } from "./sqlite-fault.ts";

export interface Salvage {
  /** Where the broken file is now. */
  readonly setAside: string;
  readonly keptBatches: number;
  /** Batches known to have been there that cannot be read, or found no room; left out when not even their number can be told. */
  readonly lostBatches?: number;
}

/** Older ones go: a card that breaks again and again must not fill itself with what it broke. */
const SET_ASIDE_FILES = 2;
/** Numbers are looked up downwards from the last; so many in a row that are not there are the end. */
const MISSES_AT_END = 10_000;
const COPIED_AT_ONCE = 50;

/** Throws Failure "spool-unusable" when the file cannot be moved or no new one be made. */
export function salvage(path: string, nowMs: number): Salvage {
  const setAside = `${path}.unreadable-${new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  try {
    for (const suffix of ["", "-wal"]) {
      if (existsSync(path + suffix)) renameSync(path + suffix, setAside + suffix);
    }
    rmSync(`${path}-shm`, { force: true });
  } catch (error) {
    const message = `cannot set the broken spool ${path} aside: ${messageOf(error)}`;
    throw new Failure("spool-unusable", message, { cause: error });
  }
  const counts = copyReadable(setAside, path);
  removeOldest(path);
  return { setAside, ...counts };
}

function copyReadable(from: string, to: string): Omit<Salvage, "setAside"> {
  const target = openBatchFile(to);
  let source: DatabaseSync | undefined;
  let keptBatches = 0;
  let lostBatches: number | undefined;
  try {
    fillUp(from);
    source = new DatabaseSync(from);
    const { seqs, unreadable } = readableNumbers(source);
    lostBatches = unreadable;
    for (let at = 0; at < seqs.length; at += COPIED_AT_ONCE) {
      const batches = seqs.slice(at, at + COPIED_AT_ONCE).map((seq) => batchOf(source, seq));
      try {
        target.transaction(() => {
          batches.forEach((batch, index) => {
            target.addBatch(keptBatches + index + 1, batch);
          });
        });
        keptBatches += batches.length;
      } catch {
        // No room for a copy: what is left stays in the file set aside.
        lostBatches = unreadable + seqs.length - at;
        break;
      }
    }
    const pieces = readablePieces(source);
    target.transaction(() => pieces.forEach(target.addPiece));
    const memories = memoriesIn(source);
    target.transaction(() => {
      for (const [key, value] of memories) target.remember(key, value);
    });
  } catch {
    // Not even its list of batches can be read; what could be was taken over.
  } finally {
    if (source?.isOpen) source.close();
    target.close();
  }
  return { keptBatches, ...(lostBatches !== undefined && { lostBatches }) };
}

/** SQLite reads nothing at all of a file that was cut off; with zeros for what is missing it reads the rest. */
function fillUp(path: string): void {
  const header = Buffer.alloc(32);
  const file = openSync(path, "r+");
  try {
    readSync(file, header, 0, header.length, 0);
    // Page size and number of pages, as sqlite.org/fileformat2.html has them; 1 stands for 65536.
    const pageSize = header.readUInt16BE(16);
    const wholeBytes = (pageSize === 1 ? 65_536 : pageSize) * header.readUInt32BE(28);
    const { size } = fstatSync(file);
    if (header.toString("latin1", 0, 15) === "SQLite format 3" && size < wholeBytes)
      ftruncateSync(file, wholeBytes);
  } finally {
    closeSync(file);
  }
}

function batchOf(source: DatabaseSync | undefined, seq: number): HeldBatch {
  const row = source?.prepare("SELECT * FROM batches WHERE seq = ?").get(seq) ?? {};
  return {
    oldestMs: numberOrNull(row.oldest_ms),
    numberedMs: numberOrNull(row.numbered_ms),
    body: checkedBody(row, `batch ${seq}`),
  };
}

/** Ascending. Each is looked up for itself, so that a broken page costs only what stood on it. */
function readableNumbers(source: DatabaseSync): {
  readonly seqs: readonly number[];
  readonly unreadable: number;
} {
  const select = source.prepare("SELECT * FROM batches WHERE seq = ?");
  const seqs: number[] = [];
  let unreadable = 0;
  let misses = 0;
  for (let seq = lastNumber(source); seq >= 1 && misses < MISSES_AT_END; seq -= 1) {
    const state = stateOf(select, seq);
    misses = state === "missing" ? misses + 1 : 0;
    if (state === "readable") seqs.push(seq);
    if (state === "unreadable") unreadable += 1;
  }
  return { seqs: seqs.reverse(), unreadable };
}

function stateOf(select: StatementSync, seq: number): "readable" | "unreadable" | "missing" {
  try {
    const row = select.get(seq);
    if (!row) return "missing";
    checkedBody(row, `batch ${seq}`);
    return "readable";
  } catch {
    return "unreadable";
  }
}

/** Throws when neither place that knows it can be read. */
function lastNumber(source: DatabaseSync): number {
  for (const query of [
    "SELECT last AS seq FROM identity",
    "SELECT seq FROM batches ORDER BY seq DESC LIMIT 1",
  ]) {
    try {
      const seq = source.prepare(query).get()?.seq;
      if (typeof seq === "number") return seq;
    } catch {
      // The other one may be readable.
    }
  }
  throw new UnreadableRow("the number of the last batch");
}

function readablePieces(source: DatabaseSync): BatchContent[] {
  try {
    return source
      .prepare("SELECT * FROM open_pieces ORDER BY id")
      .all()
      .flatMap((row) => {
        try {
          return [JSON.parse(checkedBody(row, "an open piece")) as BatchContent];
        } catch {
          return [];
        }
      });
  } catch {
    return [];
  }
}

function removeOldest(path: string): void {
  const prefix = `${basename(path)}.unreadable-`;
  const folder = dirname(path);
  const found = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !name.endsWith("-wal") && !name.endsWith("-shm"))
    .sort();
  for (const name of found.slice(0, -SET_ASIDE_FILES)) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(folder, name + suffix), { force: true });
  }
}
