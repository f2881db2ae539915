/**
 * The wrong sign: a meter that hardly ever read on the other side of zero reads there for an hour, by more than its error at zero. Which side
 * is right each meter teaches by itself, and so do those through which water runs both ways.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { type FaultWatch, NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
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

export function createReversalWatch(subject: Subject): FaultWatch {
  let reversed: Verdict | null = null;
  let usual = 0;
  let negativeShare = 0;
  let slots = 0;
  let learntMs = Number.NaN;
  /** The newest run of slots on the wrong side, or back on the right one while a verdict stands. */
  let runStartMs = Number.NaN;
  let runSlots = 0;
  let runSum = 0;

  function learn({ mean }: SensorSlot): void {
    slots += 1;
    const share = Math.max(WEIGHT, 1 / slots);
    usual += share * (Math.abs(mean) - usual);
    negativeShare += share * ((mean < -LEAST_SHARE * usual ? 1 : 0) - negativeShare);
  }

  /** True when the run has lasted. */
  function countRun(slot: SensorSlot, belongs: boolean): boolean {
    if (!belongs) {
      runSlots = 0;
      return false;
    }
    if (runSlots === 0) {
      runStartMs = slot.startMs;
      runSum = 0;
    }
    runSlots += 1;
    runSum += slot.mean;
    return slot.endMs - runStartMs >= LASTS_MS && runSlots >= LEAST_SLOTS;
  }

  function open(slot: SensorSlot, startMs: number, meanM3h: number, usualM3h: number): readonly Verdict[] {
    const lastedH = (slot.endMs - startMs) / HOUR_MS;
    reversed = openFinding(subject, "sensor-reversed", startMs, {
      decidedMs: slot.endMs,
      confidence: 0.95,
      evidence: [evidence("reads-other-sign", { meanM3h, usualM3h, lastedH })],
    });
    runSlots = 0;
    return [reversed];
  }

  return {
    observe(slot) {
      if (Number.isNaN(slot.mean)) return NO_VERDICTS;
      if (Number.isNaN(learntMs)) learntMs = slot.startMs + LEARNING_MS;
      const side = negativeShare > 0.5 ? -1 : 1;
      const isWrong = side * slot.mean < -LEAST_SHARE * usual;
      if (reversed) {
        if (!countRun(slot, !isWrong)) return NO_VERDICTS;
        const lastedH = (runStartMs - reversed.startMs) / HOUR_MS;
        const how = evidence("sign-right-again", { lastedH });
        const ended = endFinding(reversed, runStartMs, slot.endMs, how);
        reversed = null;
        runSlots = 0;
        return [ended];
      }
      const otherShare = Math.min(negativeShare, 1 - negativeShare);
      const wrong = slot.startMs >= learntMs && otherShare < MOST_OTHER_SHARE && isWrong;
      const lasted = countRun(slot, wrong);
      if (!wrong) learn(slot);
      const isReversed = lasted && -side * (runSum / runSlots) >= LEAST_MEAN_SHARE * usual;
      return isReversed ? open(slot, runStartMs, runSum / runSlots, side * usual) : NO_VERDICTS;
    },
    isDoubted: () => reversed !== null || runSlots > 0,
    isWithdrawn: () => reversed !== null,
  };
}
