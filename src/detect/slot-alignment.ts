/**
 * Brings the sensors of one district onto one grid of time slots. A slot is complete when every sensor has data past its end, or
 * when the newest of them, or the clock, is past it by the lateness allowance; what comes after that is late. As in the night
 * analysis, a sample stands for one expected interval from its time on, or until the next one: clocks that tremble around a
 * slot's edge lose nothing.
 */
import { DAY_MS } from "../model/clock.ts";
import type { Series } from "../model/sample.ts";
import { createJudgedDays, type JudgedDays, noteJudged } from "./judged-days.ts";
import {
  addSamples,
  createSampleQueue,
  drainSamples,
  nextSampleMs,
  type SampleQueue,
} from "./sample-queue.ts";

/** Silence is judged slot by slot for so long after the last sample; then time stands still until there is data again. */
const SILENCE_LIMIT_MS = 7 * DAY_MS;
/** A slot's mean is known when its samples stand for at least this share of it. */
const LEAST_COVERED_SHARE = 0.5;

export interface Slot {
  readonly startMs: number;
  readonly endMs: number;
  /** Mean of each sensor by the time its good values stand for, NaN where that is under half. Reused for the next slot. */
  readonly means: Float64Array;
  /** Samples of each sensor that came, of any quality. */
  readonly counts: Uint32Array;
}

export interface AlignedSensor {
  readonly id: string;
  readonly intervalMs: number;
}

/** What is by sensor stands in the order in which the sensors were given. */
export interface SlotAlignment {
  readonly slotMs: number;
  readonly latenessMs: number;
  readonly intervalsMs: Float64Array;
  readonly placeOf: ReadonlyMap<string, number>;
  readonly queues: readonly SampleQueue[];
  readonly lastTimesMs: Float64Array;
  readonly lastValues: Float64Array;
  readonly means: Float64Array;
  readonly counts: Uint32Array;
  readonly judged: readonly JudgedDays[];
  /** Start of the next slot to judge; NaN before the first. */
  nextStartMs: number;
  judgedAny: boolean;
  beginMs: number;
  lastSampleMs: number;
}

export type SampleListener = (sensor: number, timeMs: number, value: number) => void;

export function createSlotAlignment(
  sensors: readonly AlignedSensor[],
  slotMs: number,
  latenessMs: number,
): SlotAlignment {
  const count = sensors.length;
  return {
    slotMs,
    latenessMs,
    intervalsMs: Float64Array.from(sensors, ({ intervalMs }) => intervalMs),
    placeOf: new Map(sensors.map(({ id }, place) => [id, place])),
    queues: sensors.map(createSampleQueue),
    lastTimesMs: new Float64Array(count).fill(Number.NEGATIVE_INFINITY),
    lastValues: new Float64Array(count).fill(Number.NaN),
    means: new Float64Array(count),
    counts: new Uint32Array(count),
    judged: sensors.map(createJudgedDays),
    nextStartMs: Number.NaN,
    judgedAny: false,
    beginMs: Number.POSITIVE_INFINITY,
    lastSampleMs: Number.NEGATIVE_INFINITY,
  };
}

/** Hands back the earliest sample that came for a slot already judged, or passed by with the others, or null. */
export function alignSamples(
  alignment: SlotAlignment,
  series: Series,
  passedMs = Number.NEGATIVE_INFINITY,
): number | null {
  const sensor = alignment.placeOf.get(series.sensor);
  if (sensor === undefined) return null;
  return addSamples(alignment.queues[sensor]!, series, judgedUntilMs(alignment, passedMs));
}

/** Time passes from here on though nothing came yet. The earliest that was said counts, until a slot is judged. */
export function beginAlignment(alignment: SlotAlignment, timeMs: number): void {
  alignment.beginMs = Math.min(alignment.beginMs, timeMs);
}

/**
 * Hands over every slot that is complete and over by `untilMs`, in order of time, and each sample before the slot it belongs to. With
 * `nowMs` -Infinity, as when a recording of the past is read, data alone tell the time.
 */
export function advanceAlignment(
  alignment: SlotAlignment,
  nowMs: number,
  untilMs: number,
  judge: (slot: Slot) => void,
  onSample: SampleListener = () => {},
): void {
  const { means, counts } = alignment;
  for (;;) {
    const startMs = nextSlotMs(alignment);
    const endMs = startMs + alignment.slotMs;
    if (startMs === Number.POSITIVE_INFINITY || endMs > untilMs || !isComplete(alignment, endMs, nowMs))
      return;
    if (!alignment.judgedAny) alignment.lastSampleMs = startMs;
    fillSlot(alignment, startMs, endMs, onSample);
    alignment.judgedAny = true;
    alignment.nextStartMs = endMs;
    judge({ startMs, endMs, means, counts });
  }
}

/**
 * Start of the next slot, whether complete or not; Infinity before the first sample. It is the slot after the last one; after a long
 * silence that of the next sample.
 */
export function nextSlotMs(alignment: SlotAlignment): number {
  const { judgedAny, nextStartMs, lastSampleMs, slotMs } = alignment;
  if (judgedAny && nextStartMs - lastSampleMs <= SILENCE_LIMIT_MS) return nextStartMs;
  let earliestMs = judgedAny ? Number.POSITIVE_INFINITY : alignment.beginMs;
  for (const queue of alignment.queues) earliestMs = Math.min(earliestMs, nextSampleMs(queue));
  const first =
    earliestMs === Number.POSITIVE_INFINITY ? earliestMs : Math.floor(earliestMs / slotMs) * slotMs;
  return judgedAny ? Math.max(nextStartMs, first) : first;
}

/**
 * What lies before is judged: start of the next slot, also where nothing was heard while others were judged up to `passedMs`.
 * -Infinity when neither was.
 */
export function judgedUntilMs(
  { judgedAny, nextStartMs, slotMs }: SlotAlignment,
  passedMs = Number.NEGATIVE_INFINITY,
): number {
  const passedBy = Math.floor(passedMs / slotMs) * slotMs;
  return judgedAny ? Math.max(nextStartMs, passedBy) : passedBy;
}

/** End of the next slot; Infinity when nothing waits. */
export function nextSlotEndMs(alignment: SlotAlignment): number {
  return nextSlotMs(alignment) + alignment.slotMs;
}

/** Samples that came and are not judged are let go of. */
export function forgetWaiting({ queues }: SlotAlignment): void {
  for (const queue of queues) Object.assign(queue, createSampleQueue());
}

/** Whether nothing more is waited for, for the slots that are over by then. */
export function isCompleteBy(alignment: SlotAlignment, untilMs: number, nowMs: number): boolean {
  const { slotMs } = alignment;
  return (
    nextSlotEndMs(alignment) > untilMs || isComplete(alignment, Math.floor(untilMs / slotMs) * slotMs, nowMs)
  );
}

function isComplete({ queues, latenessMs }: SlotAlignment, endMs: number, nowMs: number): boolean {
  let newest = Number.NEGATIVE_INFINITY;
  let everyone = true;
  for (const { newestMs } of queues) {
    if (newestMs < endMs) everyone = false;
    if (newestMs > newest) newest = newestMs;
  }
  return everyone || Math.max(newest, nowMs) >= endMs + latenessMs;
}

function fillSlot(alignment: SlotAlignment, startMs: number, endMs: number, onSample: SampleListener): void {
  const { queues, intervalsMs, lastTimesMs, lastValues, judged, means, counts, slotMs } = alignment;
  for (let sensor = 0; sensor < queues.length; sensor += 1) {
    const intervalMs = intervalsMs[sensor]!;
    let weighted = 0;
    let coveredMs = 0;
    let count = 0;
    const cover = (untilMs: number) => {
      const value = lastValues[sensor]!;
      const fromMs = Math.max(lastTimesMs[sensor]!, startMs);
      const toMs = Math.min(lastTimesMs[sensor]! + intervalMs, untilMs);
      if (Number.isNaN(value) || toMs <= fromMs) return;
      weighted += value * (toMs - fromMs);
      coveredMs += toMs - fromMs;
    };
    drainSamples(queues[sensor]!, endMs, (timeMs, value) => {
      cover(timeMs);
      lastTimesMs[sensor] = timeMs;
      lastValues[sensor] = value;
      count += 1;
      noteJudged(judged[sensor]!, timeMs, value);
      onSample(sensor, timeMs, value);
    });
    cover(endMs);
    if (count > 0) alignment.lastSampleMs = Math.max(alignment.lastSampleMs, lastTimesMs[sensor]!);
    counts[sensor] = count;
    means[sensor] = coveredMs >= LEAST_COVERED_SHARE * slotMs ? weighted / coveredMs : Number.NaN;
  }
}
