/**
 * The wrong sign: a meter that hardly ever read on the other side of zero reads there for an hour, by more than its error at zero. Which side
 * is right each meter teaches by itself, and so do those through which water runs both ways.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

const LEARNING_MS = 3 * DAY_MS;
/** A meter whose flow is on the other side for a larger share of the time runs both ways. */
const MOST_OTHER_SHARE = 0.02;
/** Nearer to zero than this share of the usual flow it is the meter's error at zero. */
const LEAST_SHARE = 0.1;
/** Water that runs back a little, as between two sources at night, is no wrong sign: the run's mean comes to this share of the usual flow. */
const LEAST_MEAN_SHARE = 0.25;
const LASTS_MS = HOUR_MS;
const LEAST_SLOTS = 4;
/** Weight of a new slot in what is usual: some days of 5-minute slots. */
const WEIGHT = 0.001;

export interface ReversalWatch {
  readonly subject: Subject;
  reversed: Verdict | null;
  usual: number;
  negativeShare: number;
  slots: number;
  learntMs: number;
  /** The newest run of slots on the wrong side, or back on the right one while a verdict stands. */
  runStartMs: number;
  runSlots: number;
  runSum: number;
}

export function createReversalWatch(subject: Subject): ReversalWatch {
  return {
    subject,
    reversed: null,
    usual: 0,
    negativeShare: 0,
    slots: 0,
    learntMs: Number.NaN,
    runStartMs: Number.NaN,
    runSlots: 0,
    runSum: 0,
  };
}

export function watchReversal(watch: ReversalWatch, slot: SensorSlot): readonly Verdict[] {
  if (Number.isNaN(slot.mean)) return NO_VERDICTS;
  if (Number.isNaN(watch.learntMs)) watch.learntMs = slot.startMs + LEARNING_MS;
  const { reversed, usual, negativeShare } = watch;
  const side = negativeShare > 0.5 ? -1 : 1;
  const isWrong = side * slot.mean < -LEAST_SHARE * usual;
  if (reversed) return countSignRun(watch, slot, !isWrong) ? endReversal(watch, slot, reversed) : NO_VERDICTS;
  const otherShare = Math.min(negativeShare, 1 - negativeShare);
  const wrong = slot.startMs >= watch.learntMs && otherShare < MOST_OTHER_SHARE && isWrong;
  const lasted = countSignRun(watch, slot, wrong);
  if (!wrong) learnSign(watch, slot);
  const isReversal = lasted && -side * (watch.runSum / watch.runSlots) >= LEAST_MEAN_SHARE * watch.usual;
  return isReversal ? openReversal(watch, slot, side) : NO_VERDICTS;
}

export function isReversalDoubted({ reversed, runSlots }: ReversalWatch): boolean {
  return reversed !== null || runSlots > 0;
}

/** Then the sensor is withdrawn. */
export function isReversed({ reversed }: ReversalWatch): boolean {
  return reversed !== null;
}

function learnSign(watch: ReversalWatch, { mean }: SensorSlot): void {
  watch.slots += 1;
  const share = Math.max(WEIGHT, 1 / watch.slots);
  watch.usual += share * (Math.abs(mean) - watch.usual);
  watch.negativeShare += share * ((mean < -LEAST_SHARE * watch.usual ? 1 : 0) - watch.negativeShare);
}

/** True when the run has lasted. */
function countSignRun(watch: ReversalWatch, slot: SensorSlot, belongs: boolean): boolean {
  if (!belongs) {
    watch.runSlots = 0;
    return false;
  }
  if (watch.runSlots === 0) {
    watch.runStartMs = slot.startMs;
    watch.runSum = 0;
  }
  watch.runSlots += 1;
  watch.runSum += slot.mean;
  return slot.endMs - watch.runStartMs >= LASTS_MS && watch.runSlots >= LEAST_SLOTS;
}

function openReversal(watch: ReversalWatch, slot: SensorSlot, side: 1 | -1): readonly Verdict[] {
  const startMs = watch.runStartMs;
  const lastedH = (slot.endMs - startMs) / HOUR_MS;
  const figures = { meanM3h: watch.runSum / watch.runSlots, usualM3h: side * watch.usual, lastedH };
  watch.reversed = openFinding(watch.subject, "sensor-reversed", startMs, {
    decidedMs: slot.endMs,
    confidence: 0.95,
    evidence: [evidence("reads-other-sign", figures)],
  });
  watch.runSlots = 0;
  return [watch.reversed];
}

function endReversal(watch: ReversalWatch, slot: SensorSlot, reversed: Verdict): readonly Verdict[] {
  const lastedH = (watch.runStartMs - reversed.startMs) / HOUR_MS;
  const how = evidence("sign-right-again", { lastedH });
  watch.reversed = null;
  watch.runSlots = 0;
  return [endFinding(reversed, watch.runStartMs, slot.endMs, how)];
}
