/** What SQLite's result codes (sqlite.org/rescode.html) mean to a spool: room that is missing, a file that is broken, or anything else. */
import { messageOf } from "../src/model/failure.ts";

export type SqliteFault = "disk-full" | "corrupt" | "in-use" | "other";

const FAULTS: Readonly<Record<number, SqliteFault>> = {
  5: "in-use", // SQLITE_BUSY
  6: "in-use", // SQLITE_LOCKED
  11: "corrupt", // SQLITE_CORRUPT
  13: "disk-full", // SQLITE_FULL
  26: "corrupt", // SQLITE_NOTADB
};

export function sqliteFaultOf(thrown: unknown): SqliteFault {
  if (thrown instanceof UnreadableRow) return "corrupt";
  const code = thrown instanceof Error && "errcode" in thrown ? Number(thrown.errcode) : 0;
  // The low byte is the primary code, whatever the extended one says.
  return FAULTS[code & 0xff] ?? (/ENOSPC/.test(messageOf(thrown)) ? "disk-full" : "other");
}

/** SQLite has no checksums of its own: a row whose text is not the one that was written. */
export class UnreadableRow extends Error {
  constructor(row: string) {
    super(`${row} is not what was written`);
    this.name = "UnreadableRow";
  }
}
