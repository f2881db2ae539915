/**
 * The durable queue between the sources and the centre. What append() resolved for survives kill -9 and power cuts; what has a
 * number never changes; nothing leaves but by the centre's acknowledgement or, said aloud in a notice, by a limit.
 *
 *   append -> open pieces (durable) -> [size or age] -> numbered batch -> trim(epoch, stored)
 *
 * Appends of one turn of the event loop share one commit.
 */
import type { Logger } from "pino";
import type { Notice } from "../src/model/agent.ts";
import type { Clock } from "../src/model/clock.ts";
import { Failure, messageOf } from "../src/model/failure.ts";
import type { Series } from "../src/model/sample.ts";
import type { SpoolConfig } from "./agent-config.ts";
import { type BatchContent, wireNoticeOf, wireSeriesOf } from "./batch.ts";
import { createSpoolContents } from "./spool-contents.ts";
import type { Lane } from "./sqlite-batches.ts";
import { openMendedFile } from "./sqlite-mended.ts";

export type { Lane } from "./sqlite-batches.ts";

export interface SpoolLevel {
  readonly heldBatches: number;
  readonly heldBytes: number;
  readonly maxBytes: number;
  /** True while the disk is full and the spool lives on the room it has. */
  readonly diskFull: boolean;
  /** Samples that a limit took since the spool was opened. */
  readonly droppedSamples: number;
  /** Why the last append was refused; undefined after one that was taken. */
  readonly refused: string | undefined;
}

export interface Spool {
  /** Resolves when durable; rejects with a retryable Failure "spool-write-failed" when the disk would not take it. */
  append(
    series: readonly Series[],
    notices?: readonly Notice[],
    /** What a source is to remember, by key: durable together with the samples, or not at all. */
    memories?: ReadonlyMap<string, string>,
  ): Promise<void>;
  /** What was remembered last under this key. */
  recall(key: string): string | undefined;
  /** What is held, by epoch, oldest first; the last one is the one that grows. */
  lanes(): readonly Lane[];
  heldBatches(): number;
  level(): SpoolLevel;
  /** How often each code was told since the spool was opened. */
  noticed(): ReadonlyMap<string, number>;
  /** Since when, by the agent's clock, it holds batches and none was acknowledged; null while it holds none. */
  waitingSinceMs(): number | null;
  /** Source time of the oldest sample not yet acknowledged; null when there is none. */
  oldestUnacknowledgedMs(): number | null;
  /** The batch's series and notices as JSON text, or undefined when it is not held. */
  read(seq: number): string | undefined;
  /** Forgets every batch of the epoch up to `stored`: the centre has them. */
  trim(epoch: string, stored: number): void;
  /** Numbers whatever is open, without waiting for size or age. */
  cut(): Promise<void>;
  /** Puts a lane under another epoch: for a centre that knows numbers which this spool has not given yet. */
  renewEpoch(epoch: string): void;
  /** Starts a lane: what comes from now on can be sent without waiting for what is held. */
  startLane(): void;
  /** Other limits from now on; the path stays. */
  configure(config: SpoolConfig): void;
  /** Called after a batch was numbered and after a trim. */
  onChange(listener: () => void): void;
  /** Commits what waits and releases the file. */
  close(): Promise<void>;
}

interface Waiting {
  readonly content: BatchContent;
  readonly memories: ReadonlyMap<string, string>;
  readonly cut: boolean;
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
}

const NO_MEMORIES: ReadonlyMap<string, string> = new Map();

/** Opens or creates the spool. Throws Failure "spool-unusable" when the file cannot be opened or another agent has it. */
export function openSqliteSpool(initial: SpoolConfig, clock: Clock, log?: Logger): Spool {
  let config = initial;
  const listeners: (() => void)[] = [];
  const mended = openMendedFile(config.path, clock, tellOwn);
  const contents = createSpoolContents(mended, () => config, clock);
  let waiting: Waiting[] = [];
  const noticed = new Map<string, number>();
  let refused: string | undefined;
  let waitingSinceMs = contents.heldBatches() > 0 ? clock() : null;
  let closed = false;
  let flushTimer: NodeJS.Immediate | undefined;
  let ageTimer: NodeJS.Timeout | undefined;
  let mending: NodeJS.Immediate | undefined;
  armAge();

  function flush(): void {
    clearImmediate(flushTimer);
    flushTimer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const before = contents.last;
    try {
      contents.durably(() => {
        for (const { content, cut, memories } of batch) {
          contents.write(content, cut);
          contents.remember(memories);
        }
      });
      refused = undefined;
    } catch (error) {
      refused = messageOf(error);
      for (const { reject } of batch) reject(error as Failure);
      return;
    }
    mended.growWhenPossible();
    armAge();
    for (const { resolve } of batch) resolve();
    if (contents.last > before) tell();
  }

  function enqueue(content: BatchContent, cut: boolean, memories = NO_MEMORIES): Promise<void> {
    return new Promise((resolve, reject) => {
      if (closed) {
        reject(new Failure("spool-closed", "the spool is closed"));
        return;
      }
      for (const { code } of content.notices) noticed.set(code, (noticed.get(code) ?? 0) + 1);
      waiting.push({ content, memories, cut, resolve, reject });
      flushTimer ??= setImmediate(flush);
    });
  }

  /** What the file itself has to say goes the way of all notices, once the transaction that found it is over. */
  function tellOwn(notice: Notice): void {
    log?.warn(notice.figures, notice.code);
    setImmediate(() => {
      enqueue({ series: [], notices: [wireNoticeOf(notice)] }, false).catch((error) =>
        log?.error({ code: notice.code, reason: messageOf(error) }, "notice lost"),
      );
    });
  }

  /** An open batch is numbered at the latest `batchAgeMs` after its first piece; a failure is tried again at the same pace. */
  function armAge(): void {
    if (contents.open.empty) {
      clearTimeout(ageTimer);
      ageTimer = undefined;
      return;
    }
    ageTimer ??= setTimeout(() => {
      ageTimer = undefined;
      enqueue({ series: [], notices: [] }, true).catch(armAge);
    }, config.batchAgeMs);
  }

  function readable<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      mendSoon(error);
      return undefined;
    }
  }

  /** Not at once: who reads is in the middle of what it read before. */
  function mendSoon(error: unknown): void {
    mending ??= setImmediate(() => {
      mending = undefined;
      try {
        if (mended.mend(error) === "again") contents.reload();
        armAge();
        tell();
      } catch (failure) {
        refused = messageOf(failure);
        log?.error({ reason: messageOf(failure) }, "the spool cannot be mended");
      }
    });
  }

  function tell(): void {
    if (contents.heldBatches() === 0) waitingSinceMs = null;
    else waitingSinceMs ??= clock();
    for (const listener of listeners) listener();
  }

  return {
    append: (series, notices = [], memories) =>
      enqueue({ series: series.map(wireSeriesOf), notices: notices.map(wireNoticeOf) }, false, memories),
    recall: (key) => contents.recall(key),
    noticed: () => noticed,
    waitingSinceMs: () => waitingSinceMs,
    lanes: () => contents.lanes,
    heldBatches: contents.heldBatches,
    level: () => ({
      heldBatches: contents.heldBatches(),
      heldBytes: contents.heldBytes,
      maxBytes: config.maxBytes,
      diskFull: mended.diskFull(),
      droppedSamples: contents.droppedSamples,
      refused,
    }),
    oldestUnacknowledgedMs() {
      const times = [contents.open.oldestMs, readable(() => mended.file.oldestMs())];
      const known = times.filter((timeMs) => typeof timeMs === "number");
      return known.length > 0 ? Math.min(...known) : null;
    },
    read: (seq) => readable(() => mended.file.batch(seq)?.body),
    trim(epoch, stored) {
      let trimmed = false;
      contents.durably(() => {
        const lane = contents.lanes.find((one) => one.epoch === epoch);
        const upTo = Math.min(stored, lane?.last ?? 0);
        trimmed = lane !== undefined && upTo >= lane.first;
        if (lane && trimmed) contents.removeFrom(lane, upTo);
      });
      armAge();
      if (trimmed) waitingSinceMs = clock();
      if (trimmed) tell();
    },
    cut: () => enqueue({ series: [], notices: [] }, true),
    renewEpoch(epoch) {
      contents.durably(() => mended.file.renewEpoch(epoch));
      contents.reload();
    },
    startLane() {
      contents.durably(() => mended.file.startLane());
      contents.reload();
    },
    configure(changed) {
      config = { ...changed, path: config.path };
      enqueue({ series: [], notices: [] }, true).catch(() => {});
    },
    onChange(listener) {
      listeners.push(listener);
    },
    async close() {
      if (closed) return;
      flush();
      closed = true;
      clearTimeout(ageTimer);
      clearImmediate(mending);
      mended.close();
    },
  };
}
