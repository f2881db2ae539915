/**
 * Keeps what was turned away where a person can look at it and have it tried again: one JSON line each in `rejected.jsonl`, bounded in
 * size. Counts go on when nothing more is kept.
 */
import { appendFile, mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure, messageOf } from "../model/failure.ts";
import type { InboxMessage } from "./mqtt-inbox.ts";
import type { RejectedEntry, Rejection, RejectionReason } from "./rejection.ts";

export interface RejectedLog {
  keep(rejection: Rejection, message: InboxMessage, nowMs: number): void;
  /** Rejections by reason since the start. */
  counts(): Readonly<Partial<Record<RejectionReason, number>>>;
  /** Rejections that were counted but not kept, because they came faster than the disk takes them or were too large. */
  notKept(): number;
  /** Resolves when everything kept is on disk; throws Failure "rejected-log" when it cannot be written. */
  settled(): Promise<void>;
}

/** Lines waiting for the disk, in characters. */
const MAX_WAITING = 8_000_000;
const MAX_ENTRY = 2_000_000;

/** Of one log: the older file first. */
export function filesOf(folder: string): readonly [string, string] {
  return [join(folder, "rejected.older.jsonl"), join(folder, "rejected.jsonl")];
}

export async function openRejectedLog(folder: string, maxBytes = 64_000_000): Promise<RejectedLog> {
  await mkdir(folder, { recursive: true });
  const [older, file] = filesOf(folder);
  const counts: Partial<Record<RejectionReason, number>> = {};
  let waiting: string[] = [];
  let waitingLength = 0;
  let lost = 0;
  let number = 0;
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0) await writeWaiting();
    } catch (thrown) {
      const message = `what was rejected cannot be written to ${file}: ${messageOf(thrown)}`;
      throw new Failure("rejected-log", message, { retryable: true, cause: thrown });
    } finally {
      writing = undefined;
    }
  }

  async function writeWaiting(): Promise<void> {
    const lines = [...waiting];
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > maxBytes / 2) await rename(file, older);
    await appendFile(file, lines.join(""), { flush: true });
    waiting = waiting.slice(lines.length);
    waitingLength -= lines.reduce((sum, line) => sum + line.length, 0);
  }

  function settled(): Promise<void> {
    if (waiting.length === 0) return Promise.resolve();
    writing ??= write();
    return writing;
  }

  return {
    keep(rejection, { topic, payload, retained }, nowMs) {
      counts[rejection.reason] = (counts[rejection.reason] ?? 0) + 1;
      number += 1;
      const entry: RejectedEntry = {
        id: `${nowMs}-${number}`,
        timeMs: nowMs,
        topic,
        ...(retained && { retained }),
        ...rejection,
        ...(rejection.series ? {} : { payload: Buffer.from(payload).toString("base64") }),
      };
      const line = `${JSON.stringify(entry)}\n`;
      if (line.length > MAX_ENTRY || waitingLength + line.length > MAX_WAITING) {
        lost += 1;
        return;
      }
      waiting.push(line);
      waitingLength += line.length;
      // Whoever must know that it failed asks settled, which tries again.
      settled().catch(() => undefined);
    },
    counts: () => ({ ...counts }),
    notKept: () => lost,
    settled,
  };
}
