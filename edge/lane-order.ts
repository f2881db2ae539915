/** Which of a spool's lanes is sent first, how much of each may be under way, and when the live data get a lane of their own. Pure. */
import type { Lane } from "./sqlite-batches.ts";

export type SendFirst = "live" | "backlog";

/** Older lanes beside a live one; a link that comes and goes must not make ever more of them. */
const MOST_LANES = 4;

/** In the order they are sent, each with the batches that may be sent and not acknowledged. */
export function laneOrder(
  lanes: readonly Lane[],
  sendFirst: SendFirst,
  windowBatches: number,
): readonly { readonly lane: Lane; readonly windowBatches: number }[] {
  const live = lanes.at(-1);
  if (sendFirst === "backlog" || !live) return lanes.map((lane) => ({ lane, windowBatches }));
  // What of a backlog is under way is what a live batch has to wait for on a slow link.
  const backlogBatches = Math.max(1, Math.floor(windowBatches / 4));
  const older = lanes.slice(0, -1).map((lane) => ({ lane, windowBatches: backlogBatches }));
  return [{ lane: live, windowBatches }, ...older];
}

/** True when so much is held that new data would wait behind it. */
export function needsLane(lanes: readonly Lane[], sendFirst: SendFirst, windowBatches: number): boolean {
  const live = lanes.at(-1);
  if (sendFirst === "backlog" || !live || lanes.length >= MOST_LANES) return false;
  return live.last - live.first + 1 > 2 * windowBatches;
}
