/**
 * The judgement's state, kept on disk from time to time and found again: the newest that this code made for this utility, and that history
 * still agrees with. What it was made of is counted by day, so that neither a crash nor a backup put back leaves a state that knows other data.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { DistrictState, SharedState } from "./detect/district-judge.ts";
import { DAYS_REMEMBERED, type JudgedDay, judgedDay } from "./detect/judged-days.ts";
import type { LoneSensorState } from "./detect/lone-sensor.ts";
import {
  forgetUnjudged,
  horizonMs,
  type JudgedSensor,
  judgedSensors,
  type UtilityState,
} from "./detect/utility-judge.ts";
import { LARGEST_VALUE } from "./leakage/slot-grid.ts";
import { type CheckpointStore, superfluousHorizons } from "./model/checkpoint.ts";
import { DAY_MS } from "./model/clock.ts";
import type { DetectionParameters } from "./model/detection-parameters.ts";
import { messageOf } from "./model/failure.ts";
import type { Buckets, HistoryStore } from "./model/history-store.ts";
import type { TimeRange } from "./model/sample.ts";
import type { Utility } from "./model/utility.ts";
import type { Verdict } from "./model/verdict.ts";

/** Whatever lies there has a say in what is judged. */
const JUDGING_FOLDERS = ["detect", "leakage", "model"].map((name) =>
  fileURLToPath(new URL(`./${name}`, import.meta.url)),
);
const SENSORS_AT_ONCE = 16;
/** Sums of the same values in another order differ by less than this share of what was summed. */
const SUM_TOLERANCE = 1e-9;

/** The state at one time, and what had been said by then and may still be revised. */
export interface Remembered {
  readonly horizonMs: number;
  readonly state: UtilityState;
  readonly verdicts: readonly Verdict[];
}

interface Head {
  readonly fingerprint: string;
  /** Findings and revisions of them that history held, all that were made of the state among them. */
  readonly recorded: number;
  readonly verdicts: readonly Verdict[];
  /** So many districts stand behind, and then the sensors that belong to none. */
  readonly places: number;
}

/** A part for each district, because a large utility is packed while readings go on coming in. */
type Parts = readonly [
  Head,
  SharedState,
  Pick<UtilityState, "passedMs" | "newestMs" | "oldestMs" | "begunMs">,
  ...(readonly (DistrictState | LoneSensorState)[]),
];

/** Brings what was taken to disk; a matter of time only. `recorded` findings and revisions are in history by then. */
export type WriteCheckpoint = (recorded: number) => Promise<void>;

export interface Checkpointing {
  /**
   * The newest that holds nothing after a time and agrees with history, which holds so many findings and revisions of them; null when there is
   * none. Throws when history cannot be read.
   */
  recall(notAfterMs: number, recorded: number): Promise<Remembered | null>;
  /** Once it resolves the state may go on. */
  take(state: UtilityState, verdicts: readonly Verdict[]): Promise<WriteCheckpoint>;
  /** Those that hold something after a time are wrong: something came for it. */
  letGoAfter(timeMs: number): Promise<void>;
}

export interface CheckpointingOptions {
  readonly utility: Utility;
  readonly parameters: DetectionParameters;
  /** Districts whose findings are recorded, where several centres divide them; all when left out. */
  readonly held?: readonly string[] | null;
  readonly store: HistoryStore;
  readonly checkpoints: CheckpointStore;
  readonly log: Logger;
}

export function createCheckpointing({
  utility,
  parameters,
  held = null,
  store,
  checkpoints,
  log,
}: CheckpointingOptions): Checkpointing {
  const fingerprint = fingerprintOf({ utility, parameters, held });

  async function read(at: number): Promise<(Remembered & Pick<Head, "fingerprint" | "recorded">) | null> {
    try {
      const [head, shared, times, ...rest] = (await checkpoints.read(at)) as Parts;
      const districts = rest.slice(0, head.places) as readonly DistrictState[];
      const lone = rest.slice(head.places) as readonly LoneSensorState[];
      return { ...head, horizonMs: at, state: { ...times, shared, districts, lone } };
    } catch (thrown) {
      log.warn({ horizonMs: at, error: messageOf(thrown) }, "checkpoint not read");
      return null;
    }
  }

  /** Null when it is of no use any more. */
  async function readIfRight(at: number, recorded: number): Promise<Remembered | null> {
    const found = await read(at);
    if (!found) return null;
    const letGo = (because: string, more: object = {}) => {
      log.info({ horizonMs: at, because, ...more }, "checkpoint let go");
      return null;
    };
    if (found.fingerprint !== fingerprint) return letGo("made by other code or configuration");
    if (found.recorded > recorded) return letGo("history does not hold what was found");
    const differs = await firstDifference(found.state, store);
    if (differs) return letGo("history is another since", differs);
    // History may never have got what waited.
    forgetUnjudged(found.state);
    return found;
  }

  async function horizons(): Promise<readonly number[]> {
    return checkpoints.horizons().catch((thrown: unknown) => {
      log.warn({ error: messageOf(thrown) }, "checkpoints not found; all of history is judged");
      return [];
    });
  }

  /** What cannot be removed is found wrong again by the next who reads it. */
  async function remove(at: number): Promise<void> {
    await checkpoints.remove(at).catch((thrown: unknown) => {
      log.warn({ horizonMs: at, error: messageOf(thrown) }, "checkpoint not removed");
    });
  }

  return {
    async recall(notAfterMs, recorded) {
      for (const at of await horizons()) {
        const found = at <= notAfterMs ? await readIfRight(at, recorded) : null;
        if (found) return found;
        await remove(at);
      }
      return null;
    },
    async take(state, verdicts) {
      const at = horizonMs(state);
      const { districts, lone, shared, ...times } = state;
      const packed = await checkpoints
        .pack([shared, times, ...districts, ...lone])
        .catch((thrown: unknown) => {
          log.error({ horizonMs: at, error: messageOf(thrown) }, "judgement not kept");
          return null;
        });
      return async (recorded) => {
        // Nothing is judged yet, or there was no room for it.
        if (!packed || !Number.isFinite(at)) return;
        const head: Head = { fingerprint, recorded, verdicts, places: districts.length };
        await packed.write(at, head);
        for (const one of superfluousHorizons(await checkpoints.horizons())) await checkpoints.remove(one);
        log.debug({ horizonMs: at, bytes: packed.bytes }, "judgement kept");
      };
    },
    async letGoAfter(timeMs) {
      for (const at of await horizons()) if (at > timeMs) await remove(at);
    },
  };
}

/** Of the code that judges, and of all that it is told. */
function fingerprintOf(told: Pick<CheckpointingOptions, "utility" | "parameters" | "held">): string {
  const hash = createHash("sha256").update(JSON.stringify(told));
  for (const folder of JUDGING_FOLDERS)
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

interface Difference {
  readonly sensor: string;
  readonly dayStartMs: number;
}

/** Where history holds other samples than were judged; null when it holds the same, as far back as that is remembered. */
async function firstDifference(state: UtilityState, store: HistoryStore): Promise<Difference | null> {
  const extent = await store.extent();
  const known = judgedSensors(state).filter(({ untilMs }) => Number.isFinite(untilMs));
  const older = extent && (await olderThan(state.oldestMs, extent.fromMs, known, store));
  if (older) return older;
  for (const [untilMs, alike] of Map.groupBy(known, (one) => one.untilMs)) {
    const lastDay = dayOf(untilMs - 1);
    const firstDay = Math.max(lastDay - DAYS_REMEMBERED + 1, firstWholeDay(extent?.fromMs ?? untilMs, state));
    const range: TimeRange = { fromMs: firstDay * DAY_MS, toMs: untilMs };
    if (!extent) return { sensor: alike[0]!.sensor, dayStartMs: range.fromMs };
    for (let first = 0; first < alike.length && firstDay <= lastDay; first += SENSORS_AT_ONCE) {
      const some = alike.slice(first, first + SENSORS_AT_ONCE);
      const stored = await store.downsample(sensorsOf(some), range, DAY_MS);
      for (const [at, { sensor, days }] of some.entries())
        for (let day = firstDay; day <= lastDay; day += 1)
          if (!isSame(judgedDay(days, day), stored[at]!, day - firstDay))
            return { sensor, dayStartMs: day * DAY_MS };
    }
  }
  return null;
}

/** Samples from before the first that was judged, of sensors that are judged: others may have a longer history. */
async function olderThan(
  oldestMs: number,
  fromMs: number,
  known: readonly JudgedSensor[],
  store: HistoryStore,
): Promise<Difference | null> {
  if (!(fromMs < oldestMs) || !Number.isFinite(oldestMs)) return null;
  const sensors = sensorsOf(known);
  const stored = await store.downsample(sensors, { fromMs, toMs: oldestMs }, oldestMs - fromMs);
  const at = stored.findIndex(({ counts, bad }) => counts[0]! + bad[0]! > 0);
  return at < 0 ? null : { sensor: sensors[at]!, dayStartMs: dayOf(fromMs) * DAY_MS };
}

/** What retention has let go of is judged all the same; of its last day a part may be left. */
function firstWholeDay(fromMs: number, { oldestMs }: UtilityState): number {
  return dayOf(fromMs) + (fromMs > oldestMs ? 1 : 0);
}

function sensorsOf(judged: readonly JudgedSensor[]): readonly string[] {
  return judged.map(({ sensor }) => sensor);
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

function isSame(
  { count, bad, sum }: JudgedDay,
  { counts, bad: badStored, means, minima, maxima }: Buckets,
  at: number,
): boolean {
  const good = counts[at]!;
  if (good + badStored[at]! !== count) return false;
  const largest = Math.max(Math.abs(minima[at]!), Math.abs(maxima[at]!));
  // What no instrument can read is not usable to the judgement, and hides what else the day's sum holds.
  if (largest >= LARGEST_VALUE) return badStored[at]! < bad;
  if (badStored[at] !== bad) return false;
  return good === 0 || Math.abs(means[at]! * good - sum) <= SUM_TOLERANCE * good * largest;
}
