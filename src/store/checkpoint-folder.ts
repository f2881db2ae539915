/**
 * Checkpoints of the judgement in a folder, a gzipped file each: a head and the parts as V8 serializes them, each behind its length. A file is whole
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

const NAME = /^(-?\d+)\.checkpoint$/;
const DRAFT_ENDING = ".draft";
const LENGTH_BYTES = 4;
/** The first level takes a third of the time of the usual one, and a seventh more room. */
const GZIP = { level: 1 };

/** Sweeps up what a process that was killed left behind. */
export async function openCheckpointFolder(folder: string): Promise<CheckpointStore> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (name.endsWith(DRAFT_ENDING)) await removeWhatever(name);
  const pathOf = (horizonMs: number) => join(folder, `${horizonMs}.checkpoint`);

  /** A folder too, should somebody have given it such a name. */
  function removeWhatever(name: string): Promise<void> {
    return rm(join(folder, name), { recursive: true, force: true });
  }

  async function write(path: string, parts: readonly Buffer[]): Promise<void> {
    const draft = path + DRAFT_ENDING;
    try {
      await pipeline(Readable.from(parts), createGzip(GZIP), createWriteStream(draft, { flush: true }));
      await rename(draft, path);
    } catch (thrown) {
      // A disk that is full would stay so.
      await rm(draft, { force: true });
      throw thrown;
    }
    await syncToDisk(folder);
  }

  return {
    async horizons() {
      const horizons = (await namesIn(folder)).flatMap((name) => {
        const horizon = NAME.exec(name)?.[1];
        return horizon === undefined ? [] : [Number(horizon)];
      });
      return horizons.sort((a, b) => b - a);
    },
    async pack(parts) {
      const packed: Buffer[] = [];
      for (const part of parts) {
        packed.push(serialize(part));
        await turn();
      }
      const bytes = packed.reduce((sum, { length }) => sum + length, 0);
      return {
        bytes,
        async write(horizonMs, head) {
          await mkdir(folder, { recursive: true });
          await write(pathOf(horizonMs), [serialize(head), ...packed].flatMap(behindItsLength));
        },
      };
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
    remove: (horizonMs) => removeWhatever(`${horizonMs}.checkpoint`),
  };
}

/** None where somebody threw away the whole folder: what it held is not needed. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw thrown;
  }
}

function behindItsLength(part: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(part.length);
  return [length, part];
}

async function unpacked(bytes: Buffer): Promise<readonly unknown[]> {
  const parts: unknown[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + LENGTH_BYTES;
    at = from + bytes.readUInt32LE(at);
    parts.push(partIn(bytes.subarray(from, at)));
    await turn();
  }
  return parts;
}

/** As Node documents it and its types do not say. */
type PartDeserializer = DefaultDeserializer & { _readHostObject(): Float64Array };

/**
 * A deserializer for each part: one for all would take the second mention of an object for one of a part before. Typed arrays are copied: as Node
 * reads them they lie in the file's bytes, which would stay in memory as long as one of them.
 */
function partIn(bytes: Buffer): unknown {
  const reading = new DefaultDeserializer(bytes) as PartDeserializer;
  const readView = reading._readHostObject.bind(reading);
  reading._readHostObject = () => readView().slice();
  reading.readHeader();
  return reading.readValue();
}
