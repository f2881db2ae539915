/**
 * What every watch over one sensor takes and tells. Each looks for one fault, one watch a file; sensor-health.ts joins
 * them. A watch is given slots in order of time. It doubts the sensor while the fault stands or has begun to show: then
 * nothing may be judged on it. It withdraws the sensor while what comes from it is not believed at all.
 */
import type { Verdict } from "../model/verdict.ts";

export interface SensorSlot {
  readonly startMs: number;
  readonly endMs: number;
  /** In the unit of the sensor's quantity; NaN without a good sample. */
  readonly mean: number;
  /** Samples that came, of any quality. */
  readonly count: number;
}

export const NO_VERDICTS: readonly Verdict[] = [];
