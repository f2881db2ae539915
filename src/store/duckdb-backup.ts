/**
 * Copies of a history folder: one taken while the store goes on, as of one moment, and one put back where there is none. Either has its
 * name only once it is whole and on disk.
 */
import { constants } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { Failure, messageOf } from "../model/failure.ts";
import { literal } from "./duckdb-columns.ts";
import { syncToDisk } from "./sync-to-disk.ts";

export interface BackupReport {
  /** Where it is. */
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/** What a history folder is made of. */
const RECENT = "hot.duckdb";
const SEALED = ["sealed", "hourly"];

/**
 * The history open on the connection. Nothing may be sealed or let go meanwhile; appends go on, and are in the copy or not as they were
 * committed before it began. Throws Failure "folder-in-the-way" when there is something at the target, "backup-failed" otherwise.
 */
export function backUp(connection: DuckDBConnection, history: string, target: string): Promise<BackupReport> {
  return makeFolder(target, async (draft) => {
    await connection.run(`ATTACH ${literal(join(draft, RECENT))} AS backup`);
    try {
      await connection.run("COPY FROM DATABASE hot TO backup");
      await connection.run("CHECKPOINT backup");
    } finally {
      await connection.run("DETACH backup");
    }
    await copySealed(history, draft);
  });
}

/**
 * Puts a backup back as the history folder `target`, which must not exist or be empty. Throws Failure "no-backup" when there is none,
 * "folder-in-the-way" or "backup-failed".
 */
export async function restore(backup: string, target: string): Promise<BackupReport> {
  const found = await readdir(backup).catch((): string[] => []);
  if (!found.includes(RECENT)) throw new Failure("no-backup", `${backup} is no backup: it has no ${RECENT}`);
  return makeFolder(target, async (draft) => {
    await copyFile(join(backup, RECENT), join(draft, RECENT), constants.COPYFILE_FICLONE);
    await copySealed(backup, draft);
  });
}

async function copySealed(from: string, to: string): Promise<void> {
  for (const kind of SEALED) {
    await mkdir(join(to, kind));
    for (const name of await readdir(join(from, kind))) {
      if (!name.endsWith(".parquet")) continue;
      await copyFile(join(from, kind, name), join(to, kind, name), constants.COPYFILE_FICLONE);
    }
  }
}

async function makeFolder(target: string, fill: (draft: string) => Promise<void>): Promise<BackupReport> {
  const folder = resolve(target);
  if (await isTaken(folder)) {
    throw new Failure("folder-in-the-way", `${folder} exists already and is not empty`);
  }
  const draft = `${folder}.part`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    await fill(draft);
    const size = await syncFiles(draft);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    await syncToDisk(dirname(folder));
    return { folder, ...size };
  } catch (thrown) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    const message = `${folder} could not be written: ${messageOf(thrown)}`;
    throw new Failure("backup-failed", message, { retryable: true, cause: thrown });
  }
}

async function isTaken(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch (thrown) {
    return !(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT");
  }
}

async function syncFiles(folder: string): Promise<{ readonly files: number; readonly bytes: number }> {
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const size = await syncToDisk(join(entry.parentPath, entry.name));
    if (!entry.isFile()) continue;
    files += 1;
    bytes += size;
  }
  await syncToDisk(folder);
  return { files, bytes };
}
