/**
 * Room on the disk that the spool keeps to itself, as a file of nothing. When the disk is full it is given up, so that what is
 * acknowledged can still be booked out and its room inside the spool's file be used again.
 */
import { randomFillSync } from "node:crypto";
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface DiskReserve {
  /** False when there was nothing to give up. */
  release(): boolean;
  /** False when the disk has no room for it, and as much again for the spool to grow. */
  restore(): boolean;
  freeBytes(): number;
}

/** More than the spool's log of 64 pages of 4 kB and one commit. */
const RESERVE_BYTES = 400_000;

export function createDiskReserve(path: string): DiskReserve {
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  };
  const held = () => statSync(path, { throwIfNoEntry: false })?.size === RESERVE_BYTES;
  const release = () => {
    const had = held();
    rmSync(path, { force: true });
    return had;
  };
  return {
    freeBytes,
    release,
    restore() {
      if (held()) return true;
      try {
        if (freeBytes() < 2 * RESERVE_BYTES) return false;
        const file = openSync(path, "w");
        try {
          // Not zeros: some file systems keep those without room.
          writeSync(file, randomFillSync(new Uint8Array(RESERVE_BYTES)));
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      } catch {
        release();
        return false;
      }
      return held();
    },
  };
}
