/** What every watch over one sensor takes and tells. Each looks for one fault, one watch a file; sensor-health.ts joins them. */
import type { Verdict } from "../model/verdict.ts";

export interface SensorSlot {
  readonly startMs: number;
  readonly endMs: number;
  /** In the unit of the sensor's quantity; NaN without a good sample. */
  readonly mean: number;
  /** Samples that came, of any quality. */
  readonly count: number;
}

export interface FaultWatch {
  /** Slots in order of time. */
  observe(slot: SensorSlot): readonly Verdict[];
  /** True while nothing may be judged on the sensor: the fault stands, or has begun to show. */
  isDoubted(): boolean;
  /** True while what comes from the sensor is not believed at all. */
  isWithdrawn(): boolean;
}

export const NO_VERDICTS: readonly Verdict[] = [];
