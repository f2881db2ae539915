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
import { horizonMs, type JudgedSensor, judgedSensors, type UtilityState } from "./detect/utility-judge.ts";
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
  readonly verdicts: readonly Verdict[];
  /** So many districts stand behind, and then the sensors that belong to none. */
  readonly places: number;
}

/** A part for each district, because a large utility is packed while readings go on coming in. */
type Parts = readonly [
  Head,
  SharedState,
  Pick<UtilityState, "newestMs" | "oldestMs" | "begunMs">,
  ...(readonly (DistrictState | LoneSensorState)[]),
];

export interface Checkpointing {
  /** The newest that holds nothing after a time and agrees with history; null when there is none. */
  recall(notAfterMs: number): Promise<Remembered | null>;
  /** Once it resolves the state may go on; what it resolves to brings it to disk, and is a matter of time only. */
  take(state: UtilityState, verdicts: readonly Verdict[]): Promise<() => Promise<void>>;
}

export interface CheckpointingOptions {
  readonly utility: Utility;
  readonly parameters: DetectionParameters;
  readonly store: HistoryStore;
  readonly checkpoints: CheckpointStore;
  readonly log: Logger;
}

export function createCheckpointing({
  utility,
  parameters,
  store,
  checkpoints,
  log,
}: CheckpointingOptions): Checkpointing {
  const fingerprint = fingerprintOf(utility, parameters);

  async function read(at: number): Promise<Remembered | null> {
    const parts = (await checkpoints.read(at)) as Parts;
    const [{ fingerprint: madeBy, verdicts, places }, shared, times, ...rest] = parts;
    if (madeBy !== fingerprint) return null;
    const districts = rest.slice(0, places) as readonly DistrictState[];
    const lone = rest.slice(places) as readonly LoneSensorState[];
    return { horizonMs: at, verdicts, state: { ...times, shared, districts, lone } };
  }

  /** Null when it is of no use any more. */
  async function readIfRight(at: number): Promise<Remembered | null> {
    try {
      const found = await read(at);
      const differs = found && (await firstDifference(judgedSensors(utility, found.state), store));
      if (found && !differs) return found;
      const because = found ? "history is another since" : "made by other code or configuration";
      log.info({ horizonMs: at, because, ...differs }, "checkpoint let go");
    } catch (thrown) {
      log.warn({ horizonMs: at, error: messageOf(thrown) }, "checkpoint not read");
    }
    return null;
  }

  return {
    async recall(notAfterMs) {
      for (const at of await checkpoints.horizons()) {
        const found = at <= notAfterMs ? await readIfRight(at) : null;
        if (found) return found;
        await checkpoints.remove(at);
      }
      return null;
    },
    async take(state, verdicts) {
      const at = horizonMs(state);
      const { districts, lone, shared, ...times } = state;
      const head: Head = { fingerprint, verdicts, places: districts.length };
      const parts: Parts = [head, shared, times, ...districts, ...lone];
      const packed = await checkpoints.pack(parts);
      return async () => {
        // Nothing is judged yet.
        if (!Number.isFinite(at)) return;
        await packed.write(at);
        for (const one of superfluousHorizons(await checkpoints.horizons())) await checkpoints.remove(one);
        log.debug({ horizonMs: at, bytes: packed.bytes }, "judgement kept");
      };
    },
  };
}

/** Of the code that judges, and of all that it is told. */
function fingerprintOf(utility: Utility, parameters: DetectionParameters): string {
  const hash = createHash("sha256").update(JSON.stringify({ utility, parameters }));
  for (const folder of JUDGING_FOLDERS)
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

interface Difference {
  readonly sensor: string;
  readonly dayStartMs: number;
}

/** Where history holds other samples than were judged; null when it holds the same. */
async function firstDifference(
  judged: readonly JudgedSensor[],
  store: HistoryStore,
): Promise<Difference | null> {
  const extent = await store.extent();
  const known = judged.filter(({ untilMs }) => Number.isFinite(untilMs));
  for (const [untilMs, alike] of Map.groupBy(known, (one) => one.untilMs)) {
    const lastDay = Math.floor((untilMs - 1) / DAY_MS);
    // What retention has let go of is judged all the same.
    const oldestDay = Math.floor((extent?.fromMs ?? untilMs) / DAY_MS);
    const firstDay = Math.max(lastDay - DAYS_REMEMBERED + 1, oldestDay);
    const range: TimeRange = { fromMs: firstDay * DAY_MS, toMs: untilMs };
    if (!extent) return { sensor: alike[0]!.sensor, dayStartMs: range.fromMs };
    for (let first = 0; first < alike.length && firstDay <= lastDay; first += SENSORS_AT_ONCE) {
      const some = alike.slice(first, first + SENSORS_AT_ONCE);
      const ids = some.map(({ sensor }) => sensor);
      const stored = await store.downsample(ids, range, DAY_MS);
      for (const [at, { sensor, days }] of some.entries())
        for (let day = firstDay; day <= lastDay; day += 1)
          if (!isSame(judgedDay(days, day), stored[at]!, day - firstDay))
            return { sensor, dayStartMs: day * DAY_MS };
    }
  }
  return null;
}

function isSame(
  { count, bad, sum }: JudgedDay,
  { counts, bad: badStored, means, minima, maxima }: Buckets,
  at: number,
): boolean {
  const good = counts[at]!;
  if (good + badStored[at]! !== count || badStored[at] !== bad) return false;
  const largest = Math.max(Math.abs(minima[at]!), Math.abs(maxima[at]!));
  return good === 0 || Math.abs(means[at]! * good - sum) <= SUM_TOLERANCE * good * largest;
}
