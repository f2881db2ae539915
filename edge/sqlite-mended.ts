/**
 * The spool's file as something that can be mended while the agent runs: a broken one is set aside and what can be read taken over,
 * on a full disk the reserve is given up and the file stops growing. Each of it is told.
 */
import type { Notice } from "../src/model/agent.ts";
import type { Clock } from "../src/model/clock.ts";
import { Failure } from "../src/model/failure.ts";
import { createDiskReserve } from "./disk-reserve.ts";
import { type BatchFile, openBatchFile } from "./sqlite-batches.ts";
import { sqliteFaultOf } from "./sqlite-fault.ts";
import { salvage } from "./sqlite-salvage.ts";

/** What may be tried after a transaction that failed: the same again, the same after something was dropped, or nothing. */
export type Mended = "again" | "after-dropping" | "no";

export interface MendedFile {
  readonly file: BatchFile;
  /** Everything known of the file is to be read again after it. */
  mend(thrown: unknown): Mended;
  /** True while the disk is full and only room inside the file is used. */
  diskFull(): boolean;
  /** Grows again when the disk has room again. */
  growWhenPossible(): void;
  close(): void;
}

const RETRY_GROWING_MS = 10_000;

/** Throws Failure "spool-unusable". */
export function openMendedFile(path: string, clock: Clock, tell: (notice: Notice) => void): MendedFile {
  const reserve = createDiskReserve(`${path}-reserve`);
  let diskFull = false;
  let triedGrowingMs = clock();
  let file = openOrMend();
  reserve.restore();

  function openOrMend(): BatchFile {
    try {
      return openBatchFile(path);
    } catch (error) {
      const corrupt = error instanceof Failure && error.code === "spool-corrupt";
      const full = error instanceof Failure && sqliteFaultOf(error.cause) === "disk-full";
      if (corrupt) setAside();
      else if (!full || !reserve.release()) throw error;
      return openBatchFile(path);
    }
  }

  function setAside(): void {
    const timeMs = clock();
    const { setAside: name, ...counts } = salvage(path, timeMs);
    tell({ timeMs, code: "spool-set-aside", figures: { file: name, ...counts } });
  }

  function mendFullDisk(): Mended {
    if (diskFull) return "after-dropping";
    const freeBytes = reserve.freeBytes();
    reserve.release();
    try {
      file.stopGrowing();
    } catch {
      return "no";
    }
    diskFull = true;
    triedGrowingMs = clock();
    tell({ timeMs: clock(), code: "disk-full", figures: { freeBytes } });
    return "again";
  }

  return {
    get file() {
      return file;
    },
    mend(thrown) {
      const fault = sqliteFaultOf(thrown);
      if (fault === "disk-full") return mendFullDisk();
      if (fault !== "corrupt") return "no";
      file.close();
      setAside();
      file = openBatchFile(path);
      diskFull = false;
      return "again";
    },
    diskFull: () => diskFull,
    growWhenPossible() {
      if (!diskFull || clock() - triedGrowingMs < RETRY_GROWING_MS) return;
      triedGrowingMs = clock();
      if (!reserve.restore()) return;
      file.growAgain();
      diskFull = false;
      tell({ timeMs: clock(), code: "disk-room", figures: { freeBytes: reserve.freeBytes() } });
    },
    close: () => file.close(),
  };
}
