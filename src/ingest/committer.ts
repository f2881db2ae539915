/**
 * Gathers batches into commits, closed by size or age, one in flight. A batch is acknowledged only after its commit; while the
 * store is slow or failing, memory stays bounded by turning batches away, which their agents keep and send again.
 *
 *   offer -> gathering -> in flight (tried again with back-off) -> onStored, in order
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import type { Watermark } from "../model/agent.ts";
import type { NewEvent, StoredEvent } from "../model/event.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { Commit } from "../model/history-store.ts";
import { type Series, sampleCount } from "../model/sample.ts";
import { createSingleSamples, type Sample, type SingleSamples } from "./single-samples.ts";

export interface CommitterSettings {
  /** A commit is closed when it holds this many samples, */
  readonly commitSamples: number;
  /** or when its first batch is this old. */
  readonly commitAgeMs: number;
  /** Samples gathered and in flight; beyond it batches are turned away. */
  readonly maxPendingSamples: number;
}

export const COMMITTER_DEFAULTS: CommitterSettings = {
  commitSamples: 20_000,
  commitAgeMs: 50,
  maxPendingSamples: 200_000,
};

interface Batch {
  readonly series: readonly Series[];
  readonly events: readonly NewEvent[];
  readonly watermark?: Watermark;
}

export interface Committer {
  /** False when there is no room. */
  offer(batch: Batch): boolean;
  /** The same for a sample by itself, which nobody sends again. */
  offerSample(sample: Sample): boolean;
  /** Commits what was gathered, and takes nothing more. */
  close(): Promise<void>;
  pendingSamples(): number;
  failedCommits(): number;
  /** False from a failed commit until one succeeds. */
  isStoring(): boolean;
}

export interface CommitterParts {
  readonly append: (commit: Commit) => Promise<readonly StoredEvent[]>;
  /** After each commit, in order; the next commit waits for it. */
  readonly onStored: (commit: Commit, events: readonly StoredEvent[]) => Promise<void>;
  /**
   * A commit was given up, because trying again cannot help or the centre is closing, and with it all that was gathered after
   * it: a later batch must not be stored without the one before. Nothing of it was acknowledged; `unwatched` of the batches
   * have no watermark, so that nobody sends them again.
   */
  readonly onGivenUp: (unwatched: number) => void;
  readonly settings: CommitterSettings;
  readonly log: Logger;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

interface Gathering {
  readonly series: Series[];
  /** Of sensors in `series` too, those that came after. */
  readonly singles: SingleSamples;
  readonly events: NewEvent[];
  readonly watermarks: Map<string, Watermark>;
  weight: number;
  /** Batches without a watermark. */
  unwatched: number;
}

const gatherNothing = (): Gathering => ({
  series: [],
  singles: createSingleSamples(),
  events: [],
  watermarks: new Map(),
  weight: 0,
  unwatched: 0,
});

/** Notices and empty batches take room too. */
const weightOf = (batch: Batch) => sampleCount(batch.series) + batch.events.length + 1;
const SAMPLE_WEIGHT = 2;

export function createCommitter({ append, onStored, onGivenUp, settings, log }: CommitterParts): Committer {
  let gathering = gatherNothing();
  let inFlightWeight = 0;
  let working: Promise<void> | undefined;
  let ageTimer: NodeJS.Timeout | undefined;
  let failed = 0;
  let storing = true;
  const closing = new AbortController();

  function startWhenDue(): void {
    if (working || gathering.weight === 0) return;
    if (gathering.weight >= settings.commitSamples || closing.signal.aborted) start();
    else ageTimer ??= setTimeout(start, settings.commitAgeMs);
  }

  function start(): void {
    clearTimeout(ageTimer);
    ageTimer = undefined;
    if (working || gathering.weight === 0) return;
    const closed = gathering;
    gathering = gatherNothing();
    inFlightWeight = closed.weight;
    // Not at once: whoever offered the last batch is still noting what of it was turned away.
    working = Promise.resolve()
      .then(() => commitOne(closed))
      .finally(() => {
        inFlightWeight = 0;
        working = undefined;
        startWhenDue();
      });
  }

  async function commitOne({
    series,
    singles,
    events: told,
    watermarks,
    unwatched,
  }: Gathering): Promise<void> {
    const commit = {
      series: [...series, ...singles.allTaken()],
      events: told,
      watermarks: [...watermarks.values()],
    };
    const events = await appendUntilStored(commit);
    if (!events) {
      const lost = unwatched + gathering.unwatched;
      gathering = gatherNothing();
      onGivenUp(lost);
      return;
    }
    try {
      await onStored(commit, events);
    } catch (thrown) {
      log.error({ err: thrown }, "what follows a commit failed; the samples are stored");
    }
  }

  async function appendUntilStored(commit: Commit): Promise<readonly StoredEvent[] | undefined> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const lastTry = closing.signal.aborted;
      try {
        const stored = await append(commit);
        storing = true;
        return stored;
      } catch (thrown) {
        failed += 1;
        storing = false;
        const again = !(thrown instanceof Failure && !thrown.retryable) && !lastTry;
        log.error({ error: messageOf(thrown), samples: sampleCount(commit.series), again }, "commit failed");
        if (!again) return undefined;
      }
      // Closing cuts the pause short, for one last try.
      await wait(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  function hasRoom(weight: number): boolean {
    const pending = gathering.weight + inFlightWeight;
    // A batch larger than all the room is let in alone, or it could never be stored.
    return !closing.signal.aborted && (pending === 0 || pending + weight <= settings.maxPendingSamples);
  }

  return {
    offer(batch) {
      const weight = weightOf(batch);
      if (!hasRoom(weight)) return false;
      for (const one of batch.series) {
        const before = gathering.singles.taken(one.sensor);
        if (before) gathering.series.push(before);
        gathering.series.push(one);
      }
      gathering.events.push(...batch.events);
      if (batch.watermark) {
        gathering.watermarks.set(`${batch.watermark.site}/${batch.watermark.epoch}`, batch.watermark);
      } else gathering.unwatched += 1;
      gathering.weight += weight;
      startWhenDue();
      return true;
    },
    offerSample(sample) {
      if (!hasRoom(SAMPLE_WEIGHT)) return false;
      gathering.singles.add(sample);
      gathering.unwatched += 1;
      gathering.weight += SAMPLE_WEIGHT;
      startWhenDue();
      return true;
    },
    async close() {
      closing.abort();
      startWhenDue();
      while (working) await working;
    },
    pendingSamples: () => gathering.weight + inFlightWeight,
    failedCommits: () => failed,
    isStoring: () => storing,
  };
}
