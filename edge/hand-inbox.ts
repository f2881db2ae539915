/**
 * Where hand readings wait for the agent: a folder beside the spool, one file a reading, whole or not there. So the command that keeps one
 * needs no running agent, and never touches the spool of one that runs.
 */
import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type HandReading, handReadingSchema, type ReadBefore } from "./hand-reading.ts";

const LAST = "last.json";
const KEPT = /^\d+-[0-9a-f-]+\.json$/;
const lastSchema = z.record(z.string(), z.object({ value: z.number(), timeMs: z.number() }));

export type Kept =
  | { readonly file: string; readonly reading: HandReading }
  | { readonly file: string; readonly fault: string };

export function inboxFolderOf(spoolPath: string): string {
  return `${spoolPath}-readings`;
}

/** Durable when it returns. Throws when the disk refuses. */
export function keepReading(folder: string, reading: HandReading): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${String(reading.timeMs).padStart(15, "0")}-${randomUUID()}.json`);
  writeFileSync(`${file}.new`, JSON.stringify(reading), { flush: true, mode: 0o660 });
  renameSync(`${file}.new`, file);
  syncFolder(folder);
}

/** Oldest first. */
export function keptReadings(folder: string): readonly Kept[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder)
    .filter((name) => KEPT.test(name))
    .toSorted()
    .map((name) => join(folder, name));
  return files.map((file) => {
    try {
      return { file, reading: handReadingSchema.parse(JSON.parse(readFileSync(file, "utf8"))) };
    } catch (error) {
      return { file, fault: String(error) };
    }
  });
}

export function forget(files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
}

/** Out of the way, for a person to look at. */
export function setAside(file: string): void {
  renameSync(file, `${file}.rejected`);
}

/** The newest reading of each meter that the agent took, and after it those that wait. */
export function readBefore(folder: string, meter: string): ReadBefore | undefined {
  const waiting = keptReadings(folder).flatMap((one) => ("reading" in one ? [one.reading] : []));
  const known = [takenReadings(folder)[meter], ...waiting.filter((one) => one.meter === meter)];
  return known.reduce<ReadBefore | undefined>(
    (newest, one) => (one && (!newest || one.timeMs >= newest.timeMs) ? one : newest),
    undefined,
  );
}

export function takenReadings(folder: string): Readonly<Record<string, ReadBefore>> {
  try {
    return lastSchema.parse(JSON.parse(readFileSync(join(folder, LAST), "utf8")));
  } catch {
    return {};
  }
}

export function keepTaken(folder: string, taken: Readonly<Record<string, ReadBefore>>): void {
  const file = join(folder, LAST);
  writeFileSync(`${file}.new`, JSON.stringify(taken), { flush: true });
  renameSync(`${file}.new`, file);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
