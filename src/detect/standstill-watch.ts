/**
 * Standing still: one value repeated (stuck), or zero (dead), for longer than it ever was while the sensor was well. Standing still is
 * normal for some meters (a pump that idles): how long, each sensor teaches by itself. A value is doubted as soon as it repeats more
 * often than before, long before there is a verdict: in two hours of a stuck reading the balance can go wrong by a burst.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import { evidence } from "../model/evidence.ts";
import type { Quantity } from "../model/units.ts";
import type { Evidence, Subject, Verdict } from "../model/verdict.ts";
import { type FaultWatch, NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

/** A run of one value counts as standing still from so many samples. */
const STUCK_SAMPLES = 6;
/** A run must be this many times as long as the longest one that ended by itself. */
const LONGER_THAN_BEFORE = 2;
/** From this share of what makes a verdict nothing that came is believed. */
const WITHDRAWN_SHARE = 0.75;
/** From so many equal slots on, when it never stood still for as long, nothing is judged on it. */
const DOUBTED_SLOTS = 3;
/** Until so much is known of a sensor, standing still is how it may be. */
const LEARNING_MS = 3 * DAY_MS;
/** Ended runs that are remembered. What happened twice among them is usual: one fault alone teaches nothing. */
const REMEMBERED_RUNS = 60;
/** A level that was under this share of what is usual before it read zero has fallen there: the tank is empty, and its gauge is well. */
const NEARLY_EMPTY_SHARE = 0.1;
/** Share of a new value in the usual level of the sensor. */
const USUAL_WEIGHT = 0.01;

export function createStandstillWatch(
  subject: Subject,
  intervalMs: number,
  quantity: Quantity,
  { stuckMinutes }: DetectionParameters,
): FaultWatch {
  const stuckMs = Math.max(stuckMinutes * MINUTE_MS, STUCK_SAMPLES * intervalMs);
  const stillRuns = createPastRuns();
  const zeroRuns = createPastRuns();
  let still: Verdict | null = null;
  let lastMs = Number.NaN;
  let runValue = Number.NaN;
  let runStartMs = Number.NaN;
  let runSlots = 0;
  /** Since a level fell to zero, until it is well above. */
  let isEmpty = false;
  let usual = Number.NaN;
  let learntMs = Number.NaN;
  const pastRuns = () => (runValue === 0 ? zeroRuns : stillRuns);
  const limitMs = () => Math.max(stuckMs, LONGER_THAN_BEFORE * pastRuns().usualLongestMs());

  function found(lastedMs: number): Evidence {
    const figures = { lastedH: lastedMs / HOUR_MS, longestBeforeH: pastRuns().usualLongestMs() / HOUR_MS };
    if (quantity === "flow") {
      if (runValue === 0) return evidence("reads-zero", { ...figures, usualM3h: usual });
      return evidence("value-unchanged", { ...figures, valueM3h: runValue, samples: runSlots });
    }
    if (quantity === "volume")
      return evidence("counter-unchanged", { ...figures, valueM3: runValue, samples: runSlots });
    if (runValue === 0) return evidence("height-zero", { ...figures, usualM: usual });
    return evidence("height-unchanged", { ...figures, valueM: runValue, samples: runSlots });
  }

  function continueRun(slot: SensorSlot): readonly Verdict[] {
    runSlots += 1;
    const lastedMs = slot.endMs - runStartMs;
    // A meter that never read anything but zero may be a closed inlet: there is nothing to compare with.
    if (still || isEmpty || slot.endMs <= learntMs || lastedMs < limitMs() || !(usual > 0))
      return NO_VERDICTS;
    still = openFinding(subject, runValue === 0 ? "sensor-dead" : "sensor-stuck", runStartMs, {
      decidedMs: slot.endMs,
      confidence: 0.95,
      evidence: [found(lastedMs)],
    });
    return [still];
  }

  function beginRun(slot: SensorSlot): readonly Verdict[] {
    const lastedMs = slot.startMs - runStartMs;
    if (runSlots > 1) pastRuns().remember(lastedMs);
    const before = still;
    still = null;
    const isLow = Math.abs(slot.mean) < NEARLY_EMPTY_SHARE * usual;
    isEmpty = quantity === "level" && isLow && (isEmpty || Math.abs(runValue) < NEARLY_EMPTY_SHARE * usual);
    runValue = slot.mean;
    runStartMs = slot.startMs;
    runSlots = 1;
    const size = Math.abs(slot.mean);
    usual = Number.isNaN(usual) ? size : usual + USUAL_WEIGHT * (size - usual);
    if (!before) return NO_VERDICTS;
    const how = evidence("value-moves-again", { lastedH: lastedMs / HOUR_MS });
    return [endFinding(before, slot.startMs, slot.endMs, how)];
  }

  return {
    observe(slot) {
      if (slot.count > 0) lastMs = slot.endMs;
      if (Number.isNaN(slot.mean)) return NO_VERDICTS;
      if (Number.isNaN(learntMs)) learntMs = slot.startMs + LEARNING_MS;
      return slot.mean === runValue ? continueRun(slot) : beginRun(slot);
    },
    isDoubted() {
      if (still) return true;
      if (isEmpty) return false;
      if (!(lastMs > learntMs)) return false;
      const longestMs = pastRuns().usualLongestMs();
      const doubted = runSlots >= DOUBTED_SLOTS || (runValue === 0 && longestMs === 0 && usual > 0);
      return doubted && lastMs - runStartMs > LONGER_THAN_BEFORE * longestMs;
    },
    isWithdrawn: () =>
      still !== null || (!isEmpty && lastMs > learntMs && lastMs - runStartMs >= WITHDRAWN_SHARE * limitMs()),
  };
}

interface PastRuns {
  remember(lastedMs: number): void;
  /** The longest that was not the only one of its length; 0 before there was one. */
  usualLongestMs(): number;
}

function createPastRuns(): PastRuns {
  const runs: number[] = [];
  let second = 0;
  return {
    remember(lastedMs) {
      runs.push(lastedMs);
      if (runs.length > REMEMBERED_RUNS) runs.shift();
      second = secondLongest(runs);
    },
    usualLongestMs: () => second,
  };
}

function secondLongest(runs: readonly number[]): number {
  let longest = 0;
  let second = 0;
  for (const run of runs) {
    if (run > longest) {
      second = longest;
      longest = run;
    } else if (run > second) second = run;
  }
  return second;
}
