/**
 * Brings the sensors of one district onto one grid of time slots. A slot is complete when every sensor has data past its end, or
 * when the newest of them, or the clock, is past it by the lateness allowance; what comes after that is late.
 */
import { DAY_MS } from "../model/clock.ts";
import type { Series } from "../model/sample.ts";
import { createSampleQueue } from "./sample-queue.ts";

/** Silence is judged slot by slot for so long after the last sample; then time stands still until there is data again. */
const SILENCE_LIMIT_MS = 7 * DAY_MS;
/** A sample that comes this share of a sensor's interval before a slot belongs to it: clocks jitter. */
const JITTER_SHARE = 0.1;

export interface Slot {
  readonly startMs: number;
  readonly endMs: number;
  /** Mean of each sensor's good values, NaN where there is none. Reused for the next slot: copy what is kept. */
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
  /** Hands over every slot that is complete, in order of time. `nowMs` may be -Infinity: then data alone tell the time. */
  advance(nowMs: number, judge: (slot: Slot) => void): void;
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
  const jitterMs = JITTER_SHARE * Math.min(slotMs, ...sensors.map(({ intervalMs }) => intervalMs));
  const sums = new Float64Array(sensors.length);
  const good = new Uint32Array(sensors.length);
  const means = new Float64Array(sensors.length);
  const counts = new Uint32Array(sensors.length);
  /** Start of the next slot to judge; NaN before the first. */
  let nextStartMs = Number.NaN;
  let judgedAny = false;
  let lastSampleMs = Number.NEGATIVE_INFINITY;

  const slotStart = (timeMs: number) => Math.floor((timeMs + jitterMs) / slotMs) * slotMs;

  function isComplete(endMs: number, nowMs: number): boolean {
    let newest = Number.NEGATIVE_INFINITY;
    let everyone = true;
    for (const queue of queues) {
      const newestMs = queue.newestMs();
      if (newestMs + jitterMs < endMs) everyone = false;
      if (newestMs > newest) newest = newestMs;
    }
    // A clock far ahead of the data is not theirs: a recording of the past is being read.
    const clockMs = nowMs - newest <= SILENCE_LIMIT_MS ? nowMs : newest;
    return everyone || Math.max(newest, clockMs) >= endMs + latenessMs;
  }

  function fill(endMs: number): void {
    for (let sensor = 0; sensor < queues.length; sensor += 1) {
      sums[sensor] = 0;
      good[sensor] = 0;
      counts[sensor] = 0;
      queues[sensor]!.drain(endMs - jitterMs, (timeMs, value) => {
        counts[sensor]! += 1;
        if (timeMs > lastSampleMs) lastSampleMs = timeMs;
        if (!Number.isNaN(value)) {
          sums[sensor]! += value;
          good[sensor]! += 1;
        }
        onSample(sensor, timeMs, value);
      });
      means[sensor] = sums[sensor]! / good[sensor]!;
    }
  }

  return {
    add(series) {
      const sensor = indexOf.get(series.sensor);
      if (sensor === undefined) return null;
      const fromMs = judgedAny ? nextStartMs - jitterMs : Number.NEGATIVE_INFINITY;
      return queues[sensor]!.add(series, fromMs);
    },
    advance(nowMs, judge) {
      let earliestMs = Number.POSITIVE_INFINITY;
      const seekEarliest = () => {
        earliestMs = Number.POSITIVE_INFINITY;
        for (const queue of queues) earliestMs = Math.min(earliestMs, queue.nextMs());
      };
      seekEarliest();
      if (!judgedAny) {
        if (earliestMs === Number.POSITIVE_INFINITY) return;
        nextStartMs = slotStart(earliestMs);
      }
      for (;;) {
        if (judgedAny && nextStartMs - lastSampleMs > SILENCE_LIMIT_MS) {
          seekEarliest();
          if (earliestMs === Number.POSITIVE_INFINITY) return;
          nextStartMs = Math.max(nextStartMs, slotStart(earliestMs));
        }
        const endMs = nextStartMs + slotMs;
        if (!isComplete(endMs, nowMs)) return;
        fill(endMs);
        judgedAny = true;
        const startMs = nextStartMs;
        nextStartMs = endMs;
        judge({ startMs, endMs, means, counts });
      }
    },
  };
}
