/**
 * Up to which time each sensor of a source was read, kept across restarts in a small file beside the spool. It may lag behind: what is
 * read again is the same sample. A file that cannot be read is as good as none.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

const progressSchema = z.record(z.string(), z.number());

export function readProgress(file: string): ReadonlyMap<string, number> {
  try {
    return new Map(Object.entries(progressSchema.parse(JSON.parse(readFileSync(file, "utf8")))));
  } catch {
    return new Map();
  }
}

/** Whole or not at all, whenever the power goes. Throws when the disk refuses. */
export function writeProgress(file: string, upToMs: ReadonlyMap<string, number>): void {
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(upToMs)), { flush: true });
  renameSync(`${file}.new`, file);
}
