/**
 * Whether one sensor can be believed, slot by slot. Its verdicts withdraw the sensor from the district's balance, so that no leak is called
 * on bad data; while a fault only begins to show, nothing is judged on the sensor either.
 */
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Sensor } from "../model/utility.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { createCounterWatch } from "./counter-watch.ts";
import { type FaultWatch, NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
import { createReversalWatch } from "./reversal-watch.ts";
import { createSilenceWatch } from "./silence-watch.ts";
import { createSpikeWatch } from "./spike-watch.ts";
import { createStandstillWatch } from "./standstill-watch.ts";

export interface SensorHealth {
  observe(slot: SensorSlot): readonly Verdict[];
  /** False while nothing may be judged on the sensor: a verdict stands, or a fault has begun to show. */
  isTrusted(): boolean;
  /** True while the values that come are not believed. A sensor that is silent has none. */
  isWithdrawn(): boolean;
}

export function createSensorHealth(
  { id, intervalMs, quantity }: Pick<Sensor, "id" | "intervalMs" | "quantity">,
  parameters: DetectionParameters,
): SensorHealth {
  const subject: Subject = { kind: "sensor", id };
  const watches: FaultWatch[] = [
    createSilenceWatch(subject, intervalMs, parameters),
    createStandstillWatch(subject, intervalMs, quantity, parameters),
  ];
  if (quantity === "flow") watches.push(createReversalWatch(subject), createSpikeWatch(subject));
  if (quantity === "volume") watches.push(createCounterWatch(subject));
  return {
    observe(slot) {
      let found = NO_VERDICTS;
      for (const watch of watches) {
        const more = watch.observe(slot);
        if (more.length > 0) found = [...found, ...more];
      }
      return found;
    },
    isTrusted: () => !watches.some((watch) => watch.isDoubted()),
    isWithdrawn: () => watches.some((watch) => watch.isWithdrawn()),
  };
}
