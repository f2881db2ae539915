/**
 * Values that water cannot make: one slot far from both its neighbours, which agree, and outside of all the sensor ever showed (a pump
 * that stops for one slot is within). What lies far outside is not believed until it has stood for an hour, as a burst would. One such
 * value is passed over; several in a day, more than the sensor usually has, withdraw it. A single value hugely below zero is what a flow taken from a counter shows when the counter starts anew.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
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

export interface SpikeWatch {
  readonly subject: Subject;
  spiking: Verdict | null;
  learntMs: number;
  /** Of the newest slot with both neighbours to come, and of what counts as the one before it; NaN where unknown. */
  before: number;
  middle: number;
  middleStartMs: number;
  usualStep: number;
  low: number;
  high: number;
  beyondSinceMs: number;
  beyondSlots: number;
  /** Times of the spikes of the last day, and the farthest of them. */
  spikes: number[];
  farthest: number;
  usualPerDay: number;
  dayEndsMs: number;
  todays: number;
}

export function createSpikeWatch(subject: Subject): SpikeWatch {
  return {
    subject,
    spiking: null,
    learntMs: Number.NaN,
    before: Number.NaN,
    middle: Number.NaN,
    middleStartMs: Number.NaN,
    usualStep: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    beyondSinceMs: Number.NaN,
    beyondSlots: 0,
    spikes: [],
    farthest: 0,
    usualPerDay: 0,
    dayEndsMs: Number.NaN,
    todays: 0,
  };
}

export function watchSpikes(watch: SpikeWatch, slot: SensorSlot): readonly Verdict[] {
  closeSpikeDay(watch, slot);
  if (Number.isNaN(slot.mean)) {
    watch.before = Number.NaN;
    watch.middle = Number.NaN;
    return endWhenQuiet(watch, slot);
  }
  if (Number.isNaN(watch.learntMs)) watch.learntMs = slot.startMs + LEARNING_MS;
  const { middle } = watch;
  const isKnown = !Number.isNaN(middle);
  const out = isKnown && standsOut(watch, slot);
  const found = out ? noteSpike(watch, slot.endMs) : NO_VERDICTS;
  if (isKnown) learnStep(watch, Math.abs(slot.mean - middle));
  if (isKnown && !out && watch.beyondSlots === 0) stretchRange(watch, middle);
  watch.before = isKnown && !out ? middle : slot.mean;
  watch.middle = slot.mean;
  watch.middleStartMs = slot.startMs;
  believe(watch, slot);
  return found.length > 0 ? found : endWhenQuiet(watch, slot);
}

export function isSpikeDoubted({ spiking, beyondSlots }: SpikeWatch): boolean {
  return spiking !== null || beyondSlots > 0;
}

/** Then the sensor is withdrawn. */
export function isSpiking({ spiking }: SpikeWatch): boolean {
  return spiking !== null;
}

function stretchRange(watch: SpikeWatch, value: number): void {
  const { low, high } = watch;
  watch.low = Number.isNaN(low) || value < low ? value : low + RANGE_FORGOTTEN * (value - low);
  watch.high = Number.isNaN(high) || value > high ? value : high + RANGE_FORGOTTEN * (value - high);
}

function isBeyond({ low, high }: SpikeWatch, value: number, share: number): boolean {
  const reach = share * (high - low);
  return value > high + reach || value < low - reach;
}

/** Looks at the slot before this one, which has both its neighbours now. */
function standsOut(watch: SpikeWatch, slot: SensorSlot): boolean {
  const { before, middle, usualStep } = watch;
  if (Number.isNaN(before) || !isBeyond(watch, middle, OUTSIDE_RANGE_SHARE)) return false;
  const apart = Math.abs(slot.mean - before);
  const off = Math.min(Math.abs(middle - before), Math.abs(middle - slot.mean));
  const learnt = watch.middleStartMs >= watch.learntMs;
  return learnt && off > STEP_FACTOR * usualStep && apart < NEIGHBOUR_FACTOR * usualStep + 0.2 * off;
}

function learnStep(watch: SpikeWatch, step: number): void {
  const { usualStep } = watch;
  if (Number.isNaN(usualStep)) watch.usualStep = step;
  else watch.usualStep += STEP_WEIGHT * (Math.min(step, 4 * usualStep + 1e-9) - usualStep);
}

function closeSpikeDay(watch: SpikeWatch, slot: SensorSlot): void {
  if (Number.isNaN(watch.dayEndsMs)) watch.dayEndsMs = slot.startMs + DAY_MS;
  if (slot.endMs < watch.dayEndsMs) return;
  if (!watch.spiking) watch.usualPerDay += DAYS_WEIGHT * (watch.todays - watch.usualPerDay);
  watch.todays = 0;
  watch.dayEndsMs = slot.endMs + DAY_MS;
}

/** The slot before this one was a spike. */
function noteSpike(watch: SpikeWatch, decidedMs: number): readonly Verdict[] {
  const { middle: value, middleStartMs: timeMs, low, high } = watch;
  watch.todays += 1;
  watch.spikes = watch.spikes.filter((one) => timeMs - one < WINDOW_MS);
  const { spikes } = watch;
  if (spikes.length === 0) watch.farthest = 0;
  spikes.push(timeMs);
  if (Math.abs(value) > Math.abs(watch.farthest)) watch.farthest = value;
  if (value < low - COUNTER_FACTOR * (high - low)) return counterReset(watch, decidedMs);
  const isUsual = spikes.length < Math.max(LEAST_SPIKES, MORE_THAN_USUAL * watch.usualPerDay);
  if (watch.spiking || isUsual) return NO_VERDICTS;
  const figures = { spikes: spikes.length, withinH: (decidedMs - spikes[0]!) / HOUR_MS };
  const timesUsualStep = Math.abs(watch.farthest) / watch.usualStep;
  watch.spiking = openFinding(watch.subject, "sensor-spike", spikes[0]!, {
    decidedMs,
    confidence: 0.9,
    evidence: [evidence("values-jump", { ...figures, timesUsualStep })],
  });
  return [watch.spiking];
}

function counterReset(
  { subject, middle, middleStartMs, low }: SpikeWatch,
  endMs: number,
): readonly Verdict[] {
  const found = openFinding(subject, "counter-reset", middleStartMs, {
    decidedMs: endMs,
    confidence: 0.8,
    evidence: [evidence("flow-hugely-negative", { valueM3h: middle, leastM3h: low })],
  });
  return [{ ...found, endMs }];
}

function endWhenQuiet(watch: SpikeWatch, slot: SensorSlot): readonly Verdict[] {
  const { spiking } = watch;
  const lastMs = watch.spikes.at(-1)!;
  if (!spiking || slot.endMs - lastMs < QUIET_MS) return NO_VERDICTS;
  const how = evidence("values-steady-again", { quietH: (slot.endMs - lastMs) / HOUR_MS });
  watch.spiking = null;
  return [endFinding(spiking, lastMs, slot.endMs, how)];
}

/** What lies beyond the range is not believed until it stands. The range takes in what was no spike, a slot later. */
function believe(watch: SpikeWatch, slot: SensorSlot): void {
  if (!(slot.startMs >= watch.learntMs && isBeyond(watch, slot.mean, BEYOND_RANGE_SHARE))) {
    watch.beyondSlots = 0;
    return;
  }
  if (watch.beyondSlots === 0) watch.beyondSinceMs = slot.startMs;
  watch.beyondSlots += 1;
  if (slot.endMs - watch.beyondSinceMs < BELIEVED_AFTER_MS || watch.beyondSlots < BELIEVED_AFTER_SLOTS)
    return;
  watch.beyondSlots = 0;
  stretchRange(watch, slot.mean);
}
