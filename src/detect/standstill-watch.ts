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
import { NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
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
/**
 * For so long the longest of the runs that ended are remembered, so many of them: values that are read coarsely repeat by the dozen a day, and
 * are no reason to forget how long a pump rests on Sundays. What happened twice is usual: one fault alone teaches nothing.
 */
const REMEMBERED_MS = 60 * DAY_MS;
const LONGEST_RUNS = 8;
/** A level that was under this share of what is usual before it read zero has fallen there: the tank is empty, and its gauge is well. */
const NEARLY_EMPTY_SHARE = 0.1;
/** Share of a new value in the usual level of the sensor. */
const USUAL_WEIGHT = 0.01;

export interface StandstillWatch {
  readonly subject: Subject;
  readonly quantity: Quantity;
  readonly stuckMs: number;
  readonly stillRuns: PastRuns;
  readonly zeroRuns: PastRuns;
  still: Verdict | null;
  lastMs: number;
  runValue: number;
  runStartMs: number;
  runSlots: number;
  /** Since a level fell to zero, until it is well above. */
  isEmpty: boolean;
  usual: number;
  learntMs: number;
}

interface PastRuns {
  /** Newest last, as what they lasted. */
  readonly endsMs: number[];
  readonly lastedMs: number[];
  /** The longest that was not the only one of its length; 0 before there was one. */
  usualLongestMs: number;
}

export function createStandstillWatch(
  subject: Subject,
  intervalMs: number,
  quantity: Quantity,
  { stuckMinutes }: DetectionParameters,
): StandstillWatch {
  return {
    subject,
    quantity,
    stuckMs: Math.max(stuckMinutes * MINUTE_MS, STUCK_SAMPLES * intervalMs),
    stillRuns: { endsMs: [], lastedMs: [], usualLongestMs: 0 },
    zeroRuns: { endsMs: [], lastedMs: [], usualLongestMs: 0 },
    still: null,
    lastMs: Number.NaN,
    runValue: Number.NaN,
    runStartMs: Number.NaN,
    runSlots: 0,
    isEmpty: false,
    usual: Number.NaN,
    learntMs: Number.NaN,
  };
}

export function watchStandstill(watch: StandstillWatch, slot: SensorSlot): readonly Verdict[] {
  if (slot.count > 0) watch.lastMs = slot.endMs;
  if (Number.isNaN(slot.mean)) return NO_VERDICTS;
  if (Number.isNaN(watch.learntMs)) watch.learntMs = slot.startMs + LEARNING_MS;
  return slot.mean === watch.runValue ? continueStandstill(watch, slot) : beginRun(watch, slot);
}

export function isStandstillDoubted(watch: StandstillWatch): boolean {
  const { lastMs, runValue, runStartMs, runSlots } = watch;
  if (watch.still) return true;
  if (watch.isEmpty) return false;
  if (!(lastMs > watch.learntMs)) return false;
  const longestMs = pastRuns(watch).usualLongestMs;
  const doubted = runSlots >= DOUBTED_SLOTS || (runValue === 0 && longestMs === 0 && watch.usual > 0);
  return doubted && lastMs - runStartMs > LONGER_THAN_BEFORE * longestMs;
}

export function isStandstillWithdrawn(watch: StandstillWatch): boolean {
  const { still, isEmpty, lastMs, learntMs, runStartMs } = watch;
  return (
    still !== null ||
    (!isEmpty && lastMs > learntMs && lastMs - runStartMs >= WITHDRAWN_SHARE * limitMs(watch))
  );
}

function pastRuns({ runValue, zeroRuns, stillRuns }: StandstillWatch): PastRuns {
  return runValue === 0 ? zeroRuns : stillRuns;
}

function limitMs(watch: StandstillWatch): number {
  return Math.max(watch.stuckMs, LONGER_THAN_BEFORE * pastRuns(watch).usualLongestMs);
}

function stillEvidence(watch: StandstillWatch, lastedMs: number): Evidence {
  const { quantity, runValue, runSlots, usual } = watch;
  const figures = {
    lastedH: lastedMs / HOUR_MS,
    longestBeforeH: pastRuns(watch).usualLongestMs / HOUR_MS,
  };
  if (quantity === "flow") {
    if (runValue === 0) return evidence("reads-zero", { ...figures, usualM3h: usual });
    return evidence("value-unchanged", { ...figures, valueM3h: runValue, samples: runSlots });
  }
  if (quantity === "volume")
    return evidence("counter-unchanged", { ...figures, valueM3: runValue, samples: runSlots });
  if (runValue === 0) return evidence("height-zero", { ...figures, usualM: usual });
  return evidence("height-unchanged", { ...figures, valueM: runValue, samples: runSlots });
}

function continueStandstill(watch: StandstillWatch, slot: SensorSlot): readonly Verdict[] {
  watch.runSlots += 1;
  const { still, isEmpty, learntMs, runStartMs, runValue, usual } = watch;
  const lastedMs = slot.endMs - runStartMs;
  // A meter that never read anything but zero may be a closed inlet: there is nothing to compare with.
  if (still || isEmpty || slot.endMs <= learntMs || lastedMs < limitMs(watch) || !(usual > 0))
    return NO_VERDICTS;
  watch.still = openFinding(watch.subject, runValue === 0 ? "sensor-dead" : "sensor-stuck", runStartMs, {
    decidedMs: slot.endMs,
    confidence: 0.95,
    evidence: [stillEvidence(watch, lastedMs)],
  });
  return [watch.still];
}

function beginRun(watch: StandstillWatch, slot: SensorSlot): readonly Verdict[] {
  const { still: before, usual } = watch;
  const lastedMs = slot.startMs - watch.runStartMs;
  if (watch.runSlots > 1) rememberRun(pastRuns(watch), slot.startMs, lastedMs);
  watch.still = null;
  const isLow = Math.abs(slot.mean) < NEARLY_EMPTY_SHARE * usual;
  const wasLow = watch.isEmpty || Math.abs(watch.runValue) < NEARLY_EMPTY_SHARE * usual;
  watch.isEmpty = watch.quantity === "level" && isLow && wasLow;
  watch.runValue = slot.mean;
  watch.runStartMs = slot.startMs;
  watch.runSlots = 1;
  const size = Math.abs(slot.mean);
  watch.usual = Number.isNaN(usual) ? size : usual + USUAL_WEIGHT * (size - usual);
  if (!before) return NO_VERDICTS;
  const how = evidence("value-moves-again", { lastedH: lastedMs / HOUR_MS });
  return [endFinding(before, slot.startMs, slot.endMs, how)];
}

function rememberRun(runs: PastRuns, endMs: number, lastedMs: number): void {
  runs.endsMs.push(endMs);
  runs.lastedMs.push(lastedMs);
  while (endMs - runs.endsMs[0]! > REMEMBERED_MS) forgetRun(runs, 0);
  if (runs.lastedMs.length > LONGEST_RUNS) forgetRun(runs, runs.lastedMs.indexOf(Math.min(...runs.lastedMs)));
  runs.usualLongestMs = secondLongest(runs.lastedMs);
}

function forgetRun({ endsMs, lastedMs }: PastRuns, at: number): void {
  endsMs.splice(at, 1);
  lastedMs.splice(at, 1);
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
