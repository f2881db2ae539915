/** The utility of the ingest benchmark. */
import type { Sensor } from "../../src/model/utility.ts";

export const BENCH_UTILITY = "bench-town";
export const SERIES_PER_BATCH = 20;

export const benchSensors: readonly Sensor[] = Array.from({ length: SERIES_PER_BATCH }, (_, i) => ({
  id: `meter-${i}`,
  name: `Meter ${i}`,
  site: "bench",
  quantity: "flow",
  intervalMs: 1000,
}));
