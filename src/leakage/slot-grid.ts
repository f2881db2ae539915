/**
 * Samples on a grid of equal slots. Meters are read at different times; flows can be added only on common slots.
 *
 * A sample stands for one expected interval from its time on, or until the next sample if that comes sooner. A slot's mean is weighted by the time its
 * samples stand for. Samples on the slot's beat thus count alike, and a source whose clock trembles around a slot's edge
 * neither loses a slot nor counts twice, which plain averaging of "the samples in the slot" does.
 */
import type { Series, TimeRange } from "../model/sample.ts";
import { qualityOf } from "../model/status.ts";
import { requirePositive } from "./input.ts";

export interface SlotGrid {
  readonly range: TimeRange;
  readonly slotMs: number;
  /** The first slot starts with the range; the last may be cut short by its end. */
  readonly count: number;
}

export interface SlotMeans {
  /** NaN where the samples stand for less than half of the slot. */
  readonly means: Float64Array;
  /** Share of the whole range that usable samples stand for, 0..1; NaN for an empty range. */
  readonly coveredShare: number;
}

export function slotGridOf(range: TimeRange, slotMs: number): SlotGrid {
  requirePositive({ slotMs });
  return { range, slotMs, count: Math.max(0, Math.ceil((range.toMs - range.fromMs) / slotMs)) };
}

export function slotStartMs({ range, slotMs }: SlotGrid, slot: number): number {
  return range.fromMs + slot * slotMs;
}

/** Every slot's length but perhaps the last one's is slotMs. */
export function slotLengthMs(grid: SlotGrid, slot: number): number {
  return Math.min(grid.slotMs, grid.range.toMs - slotStartMs(grid, slot));
}

/**
 * Means of a series by slot, in the series' unit. Samples may stand in any order; of two with the same time the later in the
 * series wins. A sample of bad status or without a value is not used and ends what the sample before it stands for.
 */
export function slotMeans(series: Series, intervalMs: number, grid: SlotGrid): SlotMeans {
  requirePositive({ intervalMs });
  const { fromMs, toMs } = grid.range;
  const sums = new Float64Array(grid.count);
  const coveredMs = new Float64Array(grid.count);
  const order = timeOrder(series, fromMs - intervalMs, toMs);
  for (let i = 0; i < order.length; i += 1) {
    const at = order[i]!;
    if (!isUsable(series, at)) continue;
    const timeMs = series.timesMs[at]!;
    const nextMs = i + 1 < order.length ? series.timesMs[order[i + 1]!]! : Number.POSITIVE_INFINITY;
    const endMs = Math.min(timeMs + intervalMs, nextMs, toMs);
    let startMs = Math.max(timeMs, fromMs);
    while (startMs < endMs) {
      const slot = Math.floor((startMs - fromMs) / grid.slotMs);
      const untilMs = Math.min(endMs, slotStartMs(grid, slot + 1));
      sums[slot]! += series.values[at]! * (untilMs - startMs);
      coveredMs[slot]! += untilMs - startMs;
      startMs = untilMs;
    }
  }
  const means = sums.map((sum, slot) =>
    coveredMs[slot]! * 2 >= slotLengthMs(grid, slot) ? sum / coveredMs[slot]! : Number.NaN,
  );
  return { means, coveredShare: coveredMs.reduce((total, ms) => total + ms, 0) / (toMs - fromMs) };
}

/** No flow, level or pressure in its unit comes near: beyond it stands what a broken source leaves in memory. */
export const LARGEST_VALUE = 1e9;

/** True for a number with good or uncertain status. */
export function isUsable(series: Series, at: number): boolean {
  return qualityOf(series.statuses[at]!) !== "bad" && Math.abs(series.values[at]!) < LARGEST_VALUE;
}

/** Indices of the samples with fromMs < time < toMs in ascending time; equal times stay in the series' order. */
export function timeOrder({ timesMs }: Series, fromMs: number, toMs: number): number[] {
  const order: number[] = [];
  let ascending = true;
  for (let at = 0; at < timesMs.length; at += 1) {
    const timeMs = timesMs[at]!;
    if (timeMs <= fromMs || timeMs >= toMs) continue;
    ascending &&= order.length === 0 || timesMs[order.at(-1)!]! <= timeMs;
    order.push(at);
  }
  return ascending ? order : order.sort((a, b) => timesMs[a]! - timesMs[b]!);
}
