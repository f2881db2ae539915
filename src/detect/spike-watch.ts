/**
 * Values that water cannot make: one slot far from both its neighbours, which agree, and outside of all the sensor ever showed (a pump
 * that stops for one slot is within). What lies far outside is not believed until it has stood for an hour, as a burst would. One such
 * value is passed over; several in a day, more than the sensor usually has, withdraw it. A single value hugely below zero is what a flow taken from a counter shows when the counter starts anew.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { type FaultWatch, NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

const LEARNING_MS = 3 * DAY_MS;
/** A slot stands out when it is this many times as far from its neighbours as slots usually are from theirs. */
const STEP_FACTOR = 8;
/** The neighbours agree when they are not further apart than this. */
const NEIGHBOUR_FACTOR = 3;
/** A spike lies outside the range ever seen by this share of it. */
const OUTSIDE_RANGE_SHARE = 0.1;
/** Beyond it by this share, a value is not believed at once. */
const BEYOND_RANGE_SHARE = 0.75;
const BELIEVED_AFTER_MS = HOUR_MS;
const BELIEVED_AFTER_SLOTS = 4;
/** A flow below zero by more than this many times the range is a counter's, not water's. */
const COUNTER_FACTOR = 5;
const LEAST_SPIKES = 4;
/** In the last day there must be so many times as many as the sensor usually has in one. */
const MORE_THAN_USUAL = 3;
const WINDOW_MS = DAY_MS;
/** The verdict ends after so long without one. */
const QUIET_MS = DAY_MS;
const STEP_WEIGHT = 0.005;
/** The range forgets its extremes by this share a slot, about half of it in a month of 5-minute slots. */
const RANGE_FORGOTTEN = 0.0001;
const DAYS_WEIGHT = 0.1;

export function createSpikeWatch(subject: Subject): FaultWatch {
  let spiking: Verdict | null = null;
  let learntMs = Number.NaN;
  let before = Number.NaN;
  let middle: SensorSlot | null = null;
  let usualStep = Number.NaN;
  let low = Number.NaN;
  let high = Number.NaN;
  let beyondSinceMs = Number.NaN;
  let beyondSlots = 0;
  /** Times of the spikes of the last day, and the farthest of them. */
  let spikes: number[] = [];
  let farthest = 0;
  let usualPerDay = 0;
  let dayEndsMs = Number.NaN;
  let todays = 0;

  function stretchRange(value: number): void {
    low = Number.isNaN(low) || value < low ? value : low + RANGE_FORGOTTEN * (value - low);
    high = Number.isNaN(high) || value > high ? value : high + RANGE_FORGOTTEN * (value - high);
  }

  function isBeyond(value: number, share: number): boolean {
    const reach = share * (high - low);
    return value > high + reach || value < low - reach;
  }

  /** Looks at the slot before this one, which has both its neighbours now. */
  function standsOut(slot: SensorSlot): boolean {
    if (!middle || Number.isNaN(before) || !isBeyond(middle.mean, OUTSIDE_RANGE_SHARE)) return false;
    const apart = Math.abs(slot.mean - before);
    const off = Math.min(Math.abs(middle.mean - before), Math.abs(middle.mean - slot.mean));
    const learnt = middle.startMs >= learntMs;
    return learnt && off > STEP_FACTOR * usualStep && apart < NEIGHBOUR_FACTOR * usualStep + 0.2 * off;
  }

  function learnStep(step: number): void {
    if (Number.isNaN(usualStep)) usualStep = step;
    else usualStep += STEP_WEIGHT * (Math.min(step, 4 * usualStep + 1e-9) - usualStep);
  }

  function closeDay(slot: SensorSlot): void {
    if (Number.isNaN(dayEndsMs)) dayEndsMs = slot.startMs + DAY_MS;
    if (slot.endMs < dayEndsMs) return;
    if (!spiking) usualPerDay += DAYS_WEIGHT * (todays - usualPerDay);
    todays = 0;
    dayEndsMs = slot.endMs + DAY_MS;
  }

  function note(timeMs: number, value: number, decidedMs: number): readonly Verdict[] {
    todays += 1;
    spikes = spikes.filter((one) => timeMs - one < WINDOW_MS);
    if (spikes.length === 0) farthest = 0;
    spikes.push(timeMs);
    if (Math.abs(value) > Math.abs(farthest)) farthest = value;
    if (value < low - COUNTER_FACTOR * (high - low)) return counterReset(timeMs, value, decidedMs);
    if (spiking || spikes.length < Math.max(LEAST_SPIKES, MORE_THAN_USUAL * usualPerDay)) return NO_VERDICTS;
    const figures = { spikes: spikes.length, withinH: (decidedMs - spikes[0]!) / HOUR_MS };
    spiking = openFinding(subject, "sensor-spike", spikes[0]!, {
      decidedMs,
      confidence: 0.9,
      evidence: [evidence("values-jump", { ...figures, timesUsualStep: Math.abs(farthest) / usualStep })],
    });
    return [spiking];
  }

  function counterReset(timeMs: number, value: number, decidedMs: number): readonly Verdict[] {
    const found = openFinding(subject, "counter-reset", timeMs, {
      decidedMs,
      confidence: 0.8,
      evidence: [evidence("flow-hugely-negative", { valueM3h: value, leastM3h: low })],
    });
    return [{ ...found, endMs: decidedMs }];
  }

  function endWhenQuiet(slot: SensorSlot): readonly Verdict[] {
    if (!spiking || slot.endMs - spikes.at(-1)! < QUIET_MS) return NO_VERDICTS;
    const ended = endFinding(
      spiking,
      spikes.at(-1)!,
      slot.endMs,
      evidence("values-steady-again", { quietH: (slot.endMs - spikes.at(-1)!) / HOUR_MS }),
    );
    spiking = null;
    return [ended];
  }

  /** What lies beyond the range is not believed until it stands. The range takes in what was no spike, a slot later. */
  function believe(slot: SensorSlot): void {
    if (!(slot.startMs >= learntMs && isBeyond(slot.mean, BEYOND_RANGE_SHARE))) {
      beyondSlots = 0;
      return;
    }
    if (beyondSlots === 0) beyondSinceMs = slot.startMs;
    beyondSlots += 1;
    if (slot.endMs - beyondSinceMs < BELIEVED_AFTER_MS || beyondSlots < BELIEVED_AFTER_SLOTS) return;
    beyondSlots = 0;
    stretchRange(slot.mean);
  }

  return {
    observe(slot) {
      closeDay(slot);
      if (Number.isNaN(slot.mean)) {
        before = Number.NaN;
        middle = null;
        return endWhenQuiet(slot);
      }
      if (Number.isNaN(learntMs)) learntMs = slot.startMs + LEARNING_MS;
      const out = standsOut(slot);
      const found = out && middle ? note(middle.startMs, middle.mean, slot.endMs) : NO_VERDICTS;
      if (middle) learnStep(Math.abs(slot.mean - middle.mean));
      if (middle && !out && beyondSlots === 0) stretchRange(middle.mean);
      before = middle && !out ? middle.mean : slot.mean;
      middle = slot;
      believe(slot);
      return found.length > 0 ? found : endWhenQuiet(slot);
    },
    isDoubted: () => spiking !== null || beyondSlots > 0,
    isWithdrawn: () => spiking !== null,
  };
}
