/**
 * Brings the sensors of one district onto one grid of time slots. A slot is complete when every sensor has data past its end, or
 * when the newest of them, or the clock, is past it by the lateness allowance; what comes after that is late. As in the night
 * analysis, a sample stands for one expected interval from its time on, or until the next one: clocks that tremble around a
 * slot's edge lose nothing.
 */
import { DAY_MS } from "../model/clock.ts";
import type { Series } from "../model/sample.ts";
import { createSampleQueue } from "./sample-queue.ts";

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

export interface SlotAlignment {
  /** Hands back the earliest sample that came for a slot already judged, or null. */
  add(series: Series): number | null;
  /** Time passes from here on though nothing came yet. The earliest that was said counts, until a slot is judged. */
  begin(timeMs: number): void;
  /**
   * Hands over every slot that is complete and over by `untilMs`, in order of time. With `nowMs` -Infinity, as when a recording of the
   * past is read, data alone tell the time.
   */
  advance(nowMs: number, untilMs: number, judge: (slot: Slot) => void): void;
  /** Start of the next slot, whether complete or not; Infinity before the first sample. */
  nextMs(): number;
}

export type SampleListener = (sensor: number, timeMs: number, value: number) => void;

export function createSlotAlignment(
  sensors: readonly AlignedSensor[],
  slotMs: number,
  latenessMs: number,
  onSample: SampleListener = () => {},
): SlotAlignment {
  const queues = sensors.map(createSampleQueue);
  const indexOf = new Map(sensors.map(({ id }, index) => [id, index]));
  const lastTimesMs = new Float64Array(sensors.length).fill(Number.NEGATIVE_INFINITY);
  const lastValues = new Float64Array(sensors.length).fill(Number.NaN);
  const means = new Float64Array(sensors.length);
  const counts = new Uint32Array(sensors.length);
  /** Start of the next slot to judge; NaN before the first. */
  let nextStartMs = Number.NaN;
  let judgedAny = false;
  let beginMs = Number.POSITIVE_INFINITY;
  let lastSampleMs = Number.NEGATIVE_INFINITY;

  const slotStart = (timeMs: number) => Math.floor(timeMs / slotMs) * slotMs;

  function isComplete(endMs: number, nowMs: number): boolean {
    let newest = Number.NEGATIVE_INFINITY;
    let everyone = true;
    for (const queue of queues) {
      const newestMs = queue.newestMs();
      if (newestMs < endMs) everyone = false;
      if (newestMs > newest) newest = newestMs;
    }
    return everyone || Math.max(newest, nowMs) >= endMs + latenessMs;
  }

  function fill(startMs: number, endMs: number): void {
    for (let sensor = 0; sensor < queues.length; sensor += 1) {
      const { intervalMs } = sensors[sensor]!;
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
      queues[sensor]!.drain(endMs, (timeMs, value) => {
        cover(timeMs);
        lastTimesMs[sensor] = timeMs;
        lastValues[sensor] = value;
        count += 1;
        onSample(sensor, timeMs, value);
      });
      cover(endMs);
      if (count > 0) lastSampleMs = Math.max(lastSampleMs, lastTimesMs[sensor]!);
      counts[sensor] = count;
      means[sensor] = coveredMs >= LEAST_COVERED_SHARE * slotMs ? weighted / coveredMs : Number.NaN;
    }
  }

  /** The slot after the last one; after a long silence that of the next sample. */
  function findNext(): number {
    if (judgedAny && nextStartMs - lastSampleMs <= SILENCE_LIMIT_MS) return nextStartMs;
    let earliestMs = judgedAny ? Number.POSITIVE_INFINITY : beginMs;
    for (const queue of queues) earliestMs = Math.min(earliestMs, queue.nextMs());
    const first = earliestMs === Number.POSITIVE_INFINITY ? earliestMs : slotStart(earliestMs);
    return judgedAny ? Math.max(nextStartMs, first) : first;
  }

  return {
    add(series) {
      const sensor = indexOf.get(series.sensor);
      if (sensor === undefined) return null;
      const fromMs = judgedAny ? nextStartMs : Number.NEGATIVE_INFINITY;
      return queues[sensor]!.add(series, fromMs);
    },
    begin(timeMs) {
      beginMs = Math.min(beginMs, timeMs);
    },
    nextMs: () => findNext(),
    advance(nowMs, untilMs, judge) {
      for (;;) {
        const startMs = findNext();
        const endMs = startMs + slotMs;
        if (startMs === Number.POSITIVE_INFINITY || endMs > untilMs || !isComplete(endMs, nowMs)) return;
        if (!judgedAny) lastSampleMs = startMs;
        fill(startMs, endMs);
        judgedAny = true;
        nextStartMs = endMs;
        judge({ startMs, endMs, means, counts });
      }
    },
  };
}
