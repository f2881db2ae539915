/** Series of a simulated town as the hourly means that a centre's history would answer with. */
import { demoHistory } from "../../src/demo/demo-history.ts";
import type { HourlyReadings } from "../../src/locate/hourly-readings.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { TimeRange } from "../../src/model/sample.ts";
import type { Simulation } from "../../src/simulate/simulation.ts";

export function hourlyOf(simulation: Simulation, { fromMs, toMs }: TimeRange): HourlyReadings {
  const hours = Math.floor((toMs - fromMs) / HOUR_MS);
  const means = demoHistory(simulation, { fromMs, toMs }).map(({ sensor, timesMs, values }) => {
    const sums = new Float64Array(hours);
    const counts = new Float64Array(hours);
    for (const [at, timeMs] of timesMs.entries()) {
      const hour = Math.floor((timeMs - fromMs) / HOUR_MS);
      sums[hour]! += values[at]!;
      counts[hour]! += 1;
    }
    return [sensor, sums.map((sum, hour) => sum / counts[hour]!)] as const;
  });
  return {
    startsMs: Float64Array.from({ length: hours }, (_, hour) => fromMs + hour * HOUR_MS),
    means: new Map(means),
  };
}
