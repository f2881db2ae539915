/** Water kept in a district's tanks: what they take in is neither consumption nor leakage. */
import type { Series } from "../model/sample.ts";
import { requirePositive } from "./input.ts";
import { isUsable, type SlotGrid, slotLengthMs, slotStartMs, timeOrder } from "./slot-grid.ts";

/** A level holds for an interval and a half: a late sample does not interrupt the balance, a missing one does. */
const INTERVALS_HELD = 1.5;

/**
 * Flow out of a tank by slot, m3/h, positive when the level falls: (storage at start - storage at end)/dt. NaN where either level is unknown.
 * The level at an instant is the newest usable one at or before it, so that a night can be judged the moment it ends.
 */
export function tankOutflow(
  levels: Series,
  intervalMs: number,
  areaM2: number,
  grid: SlotGrid,
): Float64Array {
  requirePositive({ intervalMs, areaM2 });
  const heldMs = intervalMs * INTERVALS_HELD;
  const { fromMs, toMs } = grid.range;
  // A level at the very end of the range counts for its end.
  const order = timeOrder(levels, fromMs - heldMs, toMs + 1).filter((at) => isUsable(levels, at));
  let next = 0;
  const levelAt = (instantMs: number): number => {
    while (next < order.length && levels.timesMs[order[next]!]! <= instantMs) next += 1;
    const newest = order[next - 1];
    if (newest === undefined || levels.timesMs[newest]! <= instantMs - heldMs) return Number.NaN;
    return levels.values[newest]!;
  };
  const outflowM3h = new Float64Array(grid.count);
  let startLevelM = levelAt(fromMs);
  for (let slot = 0; slot < grid.count; slot += 1) {
    const lengthMs = slotLengthMs(grid, slot);
    const endLevelM = levelAt(slotStartMs(grid, slot) + lengthMs);
    outflowM3h[slot] = ((startLevelM - endLevelM) * areaM2) / (lengthMs / 3_600_000);
    startLevelM = endLevelM;
  }
  return outflowM3h;
}
