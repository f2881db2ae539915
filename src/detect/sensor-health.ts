/**
 * Whether one sensor can be believed, slot by slot. Its verdicts withdraw the sensor from the district's balance, so that no leak is called
 * on bad data; while a fault only begins to show, nothing is judged on the sensor either.
 */
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Sensor } from "../model/utility.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { type CounterWatch, createCounterWatch, watchCounter } from "./counter-watch.ts";
import type { SensorSlot } from "./fault-watch.ts";
import {
  createReversalWatch,
  isReversalDoubted,
  isReversed,
  type ReversalWatch,
  watchReversal,
} from "./reversal-watch.ts";
import { createSilenceWatch, isSilent, type SilenceWatch, watchSilence } from "./silence-watch.ts";
import { createSpikeWatch, isSpikeDoubted, isSpiking, type SpikeWatch, watchSpikes } from "./spike-watch.ts";
import {
  createStandstillWatch,
  isStandstillDoubted,
  isStandstillWithdrawn,
  type StandstillWatch,
  watchStandstill,
} from "./standstill-watch.ts";

export interface SensorHealth {
  readonly silence: SilenceWatch;
  readonly standstill: StandstillWatch;
  /** Of flows alone. */
  readonly reversal: ReversalWatch | null;
  readonly spikes: SpikeWatch | null;
  /** Of volumes alone. */
  readonly counter: CounterWatch | null;
}

export function createSensorHealth(
  { id, intervalMs, quantity }: Pick<Sensor, "id" | "intervalMs" | "quantity">,
  parameters: DetectionParameters,
): SensorHealth {
  const subject: Subject = { kind: "sensor", id };
  return {
    silence: createSilenceWatch(subject, intervalMs, parameters),
    standstill: createStandstillWatch(subject, intervalMs, quantity, parameters),
    reversal: quantity === "flow" ? createReversalWatch(subject) : null,
    spikes: quantity === "flow" ? createSpikeWatch(subject) : null,
    counter: quantity === "volume" ? createCounterWatch(subject) : null,
  };
}

export function watchSensor(
  { silence, standstill, reversal, spikes, counter }: SensorHealth,
  slot: SensorSlot,
): readonly Verdict[] {
  let found = joined(watchSilence(silence, slot), watchStandstill(standstill, slot));
  if (reversal) found = joined(found, watchReversal(reversal, slot));
  if (spikes) found = joined(found, watchSpikes(spikes, slot));
  if (counter) found = joined(found, watchCounter(counter, slot));
  return found;
}

/** False while nothing may be judged on the sensor: a verdict stands, or a fault has begun to show. */
export function isTrusted({ silence, standstill, reversal, spikes, counter }: SensorHealth): boolean {
  return !(
    isSilent(silence) ||
    isStandstillDoubted(standstill) ||
    (reversal && isReversalDoubted(reversal)) ||
    (spikes && isSpikeDoubted(spikes)) ||
    counter?.fell
  );
}

/** True while the values that come are not believed. A sensor that is silent has none. */
export function isWithdrawn({ standstill, reversal, spikes }: SensorHealth): boolean {
  return (
    isStandstillWithdrawn(standstill) ||
    (reversal !== null && isReversed(reversal)) ||
    (spikes !== null && isSpiking(spikes))
  );
}

/** Nearly always both are empty: then no list is made. */
function joined(found: readonly Verdict[], more: readonly Verdict[]): readonly Verdict[] {
  if (more.length === 0) return found;
  return found.length === 0 ? more : [...found, ...more];
}
