/**
 * The durable queue between the sources and the centre. What append() resolved for survives kill -9 and power cuts; what has a
 * number never changes; nothing leaves but by the centre's acknowledgement or, said aloud in a notice, by the byte cap.
 *
 *   append -> open pieces (durable) -> [size or age] -> numbered batch -> trim(stored)
 *
 * Appends of one turn of the event loop share one commit.
 */
import type { Notice } from "../src/model/agent.ts";
import type { Clock } from "../src/model/clock.ts";
import type { Failure } from "../src/model/failure.ts";
import type { Series } from "../src/model/sample.ts";
import type { SpoolConfig } from "./agent-config.ts";
import {
  type BatchContent,
  droppedNotices,
  type OpenBatch,
  openBatch,
  pieces,
  wireNoticeOf,
  wireSeriesOf,
} from "./batch.ts";
import { openBatchFile } from "./sqlite-batches.ts";

export interface Spool {
  /** Drawn when the spool was created; the batch numbers count under it. */
  readonly epoch: string;
  /** Resolves when durable; rejects with a retryable Failure when the disk would not take it. */
  append(series: readonly Series[], notices?: readonly Notice[]): Promise<void>;
  /** Lowest number held, or the next one to be given when none is. */
  first(): number;
  /** Highest number ever given; 0 before the first batch. */
  last(): number;
  heldBatches(): number;
  /** Source time of the oldest sample not yet acknowledged; null when there is none. */
  oldestUnacknowledgedMs(): number | null;
  /** The batch's series and notices as JSON text, or undefined when it is not held. */
  read(seq: number): string | undefined;
  /** Forgets every batch up to `stored`: the centre has them. */
  trim(stored: number): void;
  /** Numbers whatever is open, without waiting for size or age. */
  cut(): Promise<void>;
  /** Numbers on, under a new epoch: for a centre that knows numbers which this spool has not given yet. */
  renewEpoch(): void;
  /** Called after a batch was numbered and after a trim. */
  onChange(listener: () => void): void;
  /** Commits what waits and releases the file. */
  close(): Promise<void>;
}

interface Waiting {
  readonly content: BatchContent;
  readonly cut: boolean;
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
}

/** Notices are small; this many close a batch as size does. */
const BATCH_NOTICES = 1000;

/** Opens or creates the spool. Throws Failure "spool-unusable" when the file cannot be opened or another agent has it. */
export function openSqliteSpool(config: SpoolConfig, clock: Clock): Spool {
  const file = openBatchFile(config.path);
  const listeners: (() => void)[] = [];
  let { epoch, last } = file.identity();
  let first = 1;
  let heldBytes = 0;
  let open: OpenBatch = openBatch();
  /** Pieces of the open batch that the running transaction has not written yet. */
  let unwritten: BatchContent[] = [];
  let waiting: Waiting[] = [];
  let flushTimer: NodeJS.Immediate | undefined;
  let ageTimer: NodeJS.Timeout | undefined;
  load();

  /** Everything in memory follows from the file: at the start, and again after a failed transaction. */
  function load(): void {
    const held = file.held();
    ({ epoch, last } = file.identity());
    first = held.first ?? last + 1;
    heldBytes = held.bytes;
    unwritten = [];
    open = openBatch();
    file.openPieces().forEach(open.add);
    armAge();
  }

  function transaction(work: () => void): void {
    try {
      file.transaction(work);
    } catch (error) {
      load();
      throw error;
    }
  }

  function addToOpen(content: BatchContent): void {
    open.add(content);
    unwritten.push(content);
    if (open.samples >= config.batchSamples || open.notices >= BATCH_NOTICES) numberOpen();
  }

  function numberOpen(): void {
    if (open.empty) return;
    last += 1;
    heldBytes += file.addBatch(last, open.oldestMs, open.content());
    open = openBatch();
    unwritten = [];
    dropAboveCap();
  }

  /** The newest batch always stays; what goes is told in the batch that is opened next. */
  function dropAboveCap(): void {
    for (; heldBytes > config.maxBytes && first < last; first += 1) {
      const lost = JSON.parse(file.body(first) ?? "null") as BatchContent;
      heldBytes -= file.removeUpTo(first);
      const told = { series: [], notices: droppedNotices(lost, clock()) };
      open.add(told);
      unwritten.push(told);
    }
  }

  function write({ content, cut }: Waiting): void {
    const room = config.batchSamples - open.samples;
    if (content.notices.length > 0) addToOpen({ series: [], notices: content.notices });
    for (const series of pieces(content.series, room, config.batchSamples))
      addToOpen({ series, notices: [] });
    if (cut) numberOpen();
  }

  function flush(): void {
    clearImmediate(flushTimer);
    flushTimer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const before = last;
    try {
      transaction(() => {
        batch.forEach(write);
        unwritten.forEach(file.addPiece);
        unwritten = [];
      });
    } catch (error) {
      for (const { reject } of batch) reject(error as Failure);
      return;
    }
    armAge();
    for (const { resolve } of batch) resolve();
    if (last > before) tell();
  }

  function enqueue(content: BatchContent, cut: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ content, cut, resolve, reject });
      flushTimer ??= setImmediate(flush);
    });
  }

  /** An open batch is numbered at the latest `batchAgeMs` after its first piece; a failure is tried again at the same pace. */
  function armAge(): void {
    if (open.empty) {
      clearTimeout(ageTimer);
      ageTimer = undefined;
      return;
    }
    ageTimer ??= setTimeout(() => {
      ageTimer = undefined;
      enqueue({ series: [], notices: [] }, true).catch(armAge);
    }, config.batchAgeMs);
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  return {
    get epoch() {
      return epoch;
    },
    append: (series, notices = []) =>
      enqueue({ series: series.map(wireSeriesOf), notices: notices.map(wireNoticeOf) }, false),
    first: () => first,
    last: () => last,
    heldBatches: () => last - first + 1,
    oldestUnacknowledgedMs() {
      const held = file.oldestMs();
      return held === null || open.oldestMs === null
        ? (held ?? open.oldestMs)
        : Math.min(held, open.oldestMs);
    },
    read: file.body,
    trim(stored) {
      const upTo = Math.min(stored, last);
      if (upTo < first) return;
      let bytes = 0;
      transaction(() => {
        bytes = file.removeUpTo(upTo);
      });
      first = upTo + 1;
      heldBytes -= bytes;
      tell();
    },
    cut: () => enqueue({ series: [], notices: [] }, true),
    renewEpoch() {
      transaction(file.renewEpoch);
      ({ epoch } = file.identity());
    },
    onChange(listener) {
      listeners.push(listener);
    },
    async close() {
      flush();
      clearTimeout(ageTimer);
      file.close();
    },
  };
}
