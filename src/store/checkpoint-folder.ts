/**
 * Checkpoints of the judgement in a folder, a gzipped file each: the number of its parts and the parts, as V8 serializes them. A file is whole
 * from the moment it has its name; gzip's checksum tells what the disk has spoilt.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { DefaultDeserializer, serialize } from "node:v8";
import { createGzip, gunzip } from "node:zlib";
import type { CheckpointStore } from "../model/checkpoint.ts";
import { Failure, messageOf } from "../model/failure.ts";
import { syncToDisk } from "./sync-to-disk.ts";

const ENDING = ".checkpoint";
const DRAFT_ENDING = ".draft";
/** The first level takes a third of the time of the usual one, and a seventh more room. */
const GZIP = { level: 1 };

/** Sweeps up what a process that was killed left behind. */
export async function openCheckpointFolder(folder: string): Promise<CheckpointStore> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder))
    if (name.endsWith(DRAFT_ENDING)) await rm(join(folder, name), { force: true });
  const pathOf = (horizonMs: number) => join(folder, `${horizonMs}${ENDING}`);

  async function write(path: string, parts: readonly Buffer[]): Promise<void> {
    const draft = path + DRAFT_ENDING;
    await pipeline(Readable.from(parts), createGzip(GZIP), createWriteStream(draft, { flush: true }));
    await rename(draft, path);
    await syncToDisk(folder);
  }

  return {
    async horizons() {
      const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING));
      const horizons = names.map((name) => Number(name.slice(0, -ENDING.length)));
      return horizons.filter(Number.isFinite).sort((a, b) => b - a);
    },
    async pack(parts) {
      const packed: Buffer[] = [];
      for (const part of parts) {
        packed.push(serialize(part));
        await turn();
      }
      const bytes = packed.reduce((sum, { length }) => sum + length, 0);
      return { bytes, write: (horizonMs) => write(pathOf(horizonMs), [serialize(packed.length), ...packed]) };
    },
    async read(horizonMs) {
      try {
        return await unpacked(await promisify(gunzip)(await readFile(pathOf(horizonMs))));
      } catch (thrown) {
        throw new Failure("checkpoint-unreadable", `${pathOf(horizonMs)}: ${messageOf(thrown)}`, {
          cause: thrown,
        });
      }
    },
    remove: (horizonMs) => rm(pathOf(horizonMs), { force: true }),
  };
}

/** How many parts there are, and the parts, each with a header of its own behind the one before. */
async function unpacked(bytes: Buffer): Promise<readonly unknown[]> {
  const reading = new DefaultDeserializer(bytes);
  const next = (): unknown => {
    reading.readHeader();
    return reading.readValue();
  };
  const parts: unknown[] = [];
  for (let count = Number(next()); count > 0; count -= 1) {
    parts.push(next());
    await turn();
  }
  return parts;
}
