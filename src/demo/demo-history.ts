/** The past of the demo's world as its loggers would have recorded it: one reading a slot, before the first start or while it was off. */
import { MINUTE_MS } from "../model/clock.ts";
import { type Series, seriesOf, type TimeRange } from "../model/sample.ts";
import type { Simulation } from "../simulate/simulation.ts";

/** Loggers record this often. A slot's reading carries the slot's start, at which a live reading would be the same. */
const DEMO_SLOT_MS = 5 * MINUTE_MS;

/** One series a sensor that showed anything and was heard by the end of the range; none when no slot begins within it. */
export function demoHistory(simulation: Simulation, range: TimeRange): readonly Series[] {
  const firstSlotMs = Math.ceil(range.fromMs / DEMO_SLOT_MS) * DEMO_SLOT_MS;
  return simulation.sensors.flatMap((sensor) => {
    const timesMs: number[] = [];
    const values: number[] = [];
    for (let slotMs = firstSlotMs; slotMs < range.toMs; slotMs += DEMO_SLOT_MS) {
      const reading = simulation.reading(sensor, slotMs);
      if (!reading || reading.arrivesMs >= range.toMs) continue;
      timesMs.push(reading.timeMs);
      values.push(reading.value);
    }
    return timesMs.length === 0 ? [] : [seriesOf(sensor, timesMs, values)];
  });
}
