/** When samples that nobody has acknowledged must go, and why. Pure. */
import type { DropReason } from "./batch.ts";

export interface SpoolLimits {
  /** Size of all batches held, bytes. */
  readonly maxBytes: number;
  /** Age of a batch since it was numbered; no limit when left out. */
  readonly maxAgeMs?: number | undefined;
  readonly whenFull: "drop-oldest" | "drop-newest";
}

/** A board without a clock of its own starts in 1970: what it numbered before it was told the time has no known age. */
const CLOCK_SET_MS = Date.UTC(2020);

/** Whether the oldest of the batches held has to go; `alone` when it is the only one, which the byte cap always leaves. */
export function whyOldestGoes(
  { maxBytes, maxAgeMs, whenFull }: SpoolLimits,
  held: { readonly bytes: number; readonly alone: boolean; readonly numberedMs: number | null },
  nowMs: number,
): DropReason | undefined {
  if (whenFull === "drop-oldest" && held.bytes > maxBytes && !held.alone) return "spool-full";
  const { numberedMs } = held;
  if (maxAgeMs === undefined || numberedMs === null || numberedMs < CLOCK_SET_MS) return undefined;
  return nowMs - numberedMs > maxAgeMs ? "too-old" : undefined;
}

/** Whether new samples are turned away. */
export function turnsAway({ maxBytes, whenFull }: SpoolLimits, heldBytes: number): boolean {
  return whenFull === "drop-newest" && heldBytes >= maxBytes;
}
