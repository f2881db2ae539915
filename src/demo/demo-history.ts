/** The past of the demo town as its loggers would have recorded it: one reading a slot, before the first start or while it was off. */
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";
import { type Series, seriesOf, type TimeRange } from "../model/sample.ts";
import { createDemandModel, type DemoTown } from "./demand-model.ts";

/** History ahead of the first start. */
export const DEMO_HISTORY_MS = 35 * DAY_MS;

/** Loggers record this often. A slot's reading carries the slot's start, at which a live reading would be the same. */
const DEMO_SLOT_MS = 5 * MINUTE_MS;

/** One series a sensor, all good; empty when no slot begins within the range. */
export function demoHistory(town: DemoTown, range: TimeRange): readonly Series[] {
  const model = createDemandModel(town);
  const firstSlotMs = Math.ceil(range.fromMs / DEMO_SLOT_MS) * DEMO_SLOT_MS;
  const timesMs: number[] = [];
  for (let timeMs = firstSlotMs; timeMs < range.toMs; timeMs += DEMO_SLOT_MS) timesMs.push(timeMs);
  return timesMs.length === 0
    ? []
    : model.sensors.map((sensor) =>
        seriesOf(
          sensor,
          timesMs,
          timesMs.map((timeMs) => model.reading(sensor, timeMs)),
        ),
      );
}
