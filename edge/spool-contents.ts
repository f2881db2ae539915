/**
 * What a spool holds, in memory as far as it is asked for often, and the rules by which it changes: pieces gather into a batch, a batch
 * gets its number, limits take the oldest away. Every change is part of a transaction; a transaction that fails is mended or undone.
 */
import type { Clock } from "../src/model/clock.ts";
import { Failure, messageOf } from "../src/model/failure.ts";
import type { SpoolConfig } from "./agent-config.ts";
import {
  type BatchContent,
  type DropReason,
  droppedNotices,
  type OpenBatch,
  openBatch,
  pieces,
} from "./batch.ts";
import { turnsAway, whyOldestGoes } from "./spool-limits.ts";
import type { Lane } from "./sqlite-batches.ts";
import type { MendedFile } from "./sqlite-mended.ts";

export interface SpoolContents {
  /** The highest number given. */
  readonly last: number;
  readonly lanes: readonly Lane[];
  readonly heldBytes: number;
  /** By limits, since the file was opened. */
  readonly droppedSamples: number;
  readonly open: OpenBatch;
  heldBatches(): number;
  /** Reads everything from the file again. */
  reload(): void;
  /** Throws a retryable Failure "spool-write-failed" when nothing could be done about it. `work` may be run more than once. */
  durably(work: () => void): void;
  /** Inside `durably`: adds what one append brought; `cut` numbers the open batch. */
  write(content: BatchContent, cut: boolean): void;
  /** Inside `durably`: what a source is to remember from now on. */
  remember(memories: ReadonlyMap<string, string>): void;
  recall(key: string): string | undefined;
  /** Inside `durably`: the lane loses its batches up to this one. */
  removeFrom(lane: Lane, upTo: number): void;
}

/** Notices are small; this many close a batch as size does. */
const BATCH_NOTICES = 1000;
/** Enough for doubling what is dropped to a million batches. */
const MOST_ATTEMPTS = 22;

export function createSpoolContents(
  mended: MendedFile,
  configNow: () => SpoolConfig,
  clock: Clock,
): SpoolContents {
  let lanes: readonly Lane[] = [];
  let last = 0;
  let heldBytes = 0;
  let open: OpenBatch = openBatch();
  let memories = new Map<string, string>();
  let droppedSamples = 0;
  /** By the transaction that runs. */
  let dropping = 0;
  /** Pieces of the open batch that the running transaction has not written yet. */
  let unwritten: BatchContent[] = [];

  /** Everything in memory follows from the file: at the start, and again after a failed transaction. */
  function load(): void {
    const { file } = mended;
    lanes = file.lanes();
    last = file.last();
    heldBytes = file.heldBytes();
    memories = new Map(file.memories());
    unwritten = [];
    open = openBatch();
    file.openPieces().forEach(open.add);
  }

  function reload(): void {
    try {
      load();
    } catch (error) {
      if (mended.mend(error) !== "again") throw error;
      load();
    }
  }

  function durably(work: () => void): void {
    let drops = 0;
    const attempt = () => {
      dropping = 0;
      for (let dropped = 0; dropped < drops; dropped += 1) dropOldest("disk-full");
      work();
      unwritten.forEach(mended.file.addPiece);
      unwritten = [];
    };
    for (let attempts = 1; ; attempts += 1) {
      try {
        mended.file.transaction(attempt);
        droppedSamples += dropping;
        return;
      } catch (error) {
        const outcome = attempts < MOST_ATTEMPTS ? mended.mend(error) : "no";
        reload();
        if (outcome === "again") continue;
        drops = Math.max(1, 2 * drops);
        if (outcome === "after-dropping" && configNow().whenFull === "drop-oldest" && drops < held())
          continue;
        const message = `cannot write ${configNow().path}: ${messageOf(error)}`;
        throw new Failure("spool-write-failed", message, { retryable: true, cause: error });
      }
    }
  }

  function held(): number {
    return lanes.reduce((sum, lane) => sum + lane.last - lane.first + 1, 0);
  }

  function addToOpen(content: BatchContent): void {
    open.add(content);
    unwritten.push(content);
    if (open.samples >= configNow().batchSamples || open.notices >= BATCH_NOTICES) numberOpen();
  }

  function numberOpen(): void {
    if (open.empty) return;
    const { file } = mended;
    last += 1;
    const body = JSON.stringify(open.content());
    heldBytes += file.addBatch(last, { oldestMs: open.oldestMs, numberedMs: clock(), body });
    file.removePieces();
    lanes = lanes.with(-1, { ...(lanes.at(-1) as Lane), last });
    open = openBatch();
    unwritten = [];
    applyLimits();
  }

  /** What goes is told in the batch that is opened next. */
  function applyLimits(): void {
    for (;;) {
      const oldest = lanes.find(({ first, last: end }) => first <= end);
      if (!oldest) return;
      const numberedMs = configNow().maxAgeMs === undefined ? null : mended.file.numberedMs(oldest.first);
      const reason = whyOldestGoes(
        configNow(),
        { bytes: heldBytes, alone: held() === 1, numberedMs },
        clock(),
      );
      if (!reason) return;
      dropOldest(reason);
    }
  }

  function dropOldest(reason: DropReason): void {
    const lane = lanes.find(({ first, last: end }) => first <= end);
    if (!lane) return;
    const lost = JSON.parse(mended.file.batch(lane.first)?.body ?? "null") as BatchContent;
    dropping += samplesIn(lost);
    removeFrom(lane, lane.first);
    const told = { series: [], notices: droppedNotices(lost, reason, clock()) };
    open.add(told);
    unwritten.push(told);
  }

  function removeFrom(lane: Lane, upTo: number): void {
    heldBytes -= mended.file.remove(lane.first, upTo);
    const rest = { ...lane, first: upTo + 1 };
    const over = rest.first > rest.last && lane.epoch !== lanes.at(-1)?.epoch;
    if (over) mended.file.forgetLane(lane.epoch);
    lanes = lanes.flatMap((one) => (one.epoch === lane.epoch ? (over ? [] : [rest]) : [one]));
  }

  function write(content: BatchContent, cut: boolean): void {
    if (turnsAway(configNow(), heldBytes)) {
      turnAway(content);
      return;
    }
    const room = configNow().batchSamples - open.samples;
    if (content.notices.length > 0) addToOpen({ series: [], notices: content.notices });
    for (const series of pieces(content.series, room, configNow().batchSamples))
      addToOpen({ series, notices: [] });
    if (cut) numberOpen();
  }

  /** The batch that tells of it stays open while the spool is full, and its pieces are one: so it does not grow with what is dropped. */
  function turnAway({ series, notices }: BatchContent): void {
    if (series.length === 0 && notices.length === 0) return;
    dropping += samplesIn({ series, notices });
    const dropped = droppedNotices({ series, notices: [] }, "spool-full", clock());
    mended.file.removePieces();
    open.add({ series: [], notices: [...notices, ...dropped] });
    unwritten = [open.content()];
    if (open.notices >= BATCH_NOTICES) numberOpen();
  }

  reload();
  return {
    get last() {
      return last;
    },
    get lanes() {
      return lanes;
    },
    get heldBytes() {
      return heldBytes;
    },
    get droppedSamples() {
      return droppedSamples;
    },
    get open() {
      return open;
    },
    heldBatches: held,
    reload,
    durably,
    write,
    remember(changed) {
      for (const [key, value] of changed) {
        mended.file.remember(key, value);
        memories.set(key, value);
      }
    },
    recall: (key) => memories.get(key),
    removeFrom,
  };
}

function samplesIn({ series }: BatchContent): number {
  return series.reduce((sum, { t }) => sum + t.length, 0);
}
