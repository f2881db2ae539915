/** A sensor that belongs to no district is watched for its health alone: a reservoir's level, a pump's delivery, a counter. */
import { MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Series } from "../model/sample.ts";
import type { Sensor } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import { createSensorHealth, type SensorHealth, watchSensor } from "./sensor-health.ts";
import {
  advanceAlignment,
  alignSamples,
  beginAlignment,
  createSlotAlignment,
  type SlotAlignment,
} from "./slot-alignment.ts";

export interface LoneSensorState {
  readonly alignment: SlotAlignment;
  readonly health: SensorHealth;
}

export interface LoneSensor {
  /** It is to speak from here on; of several times the earliest counts. False when a slot was judged: then it is too late to say so. */
  begin(timeMs: number): boolean;
  /** Hands back the earliest sample that came too late to be judged, or null. */
  add(series: Series): number | null;
  /** Judges every slot that is complete. */
  advance(nowMs: number, verdicts: Verdict[]): void;
}

export function createLoneSensorState(sensor: Sensor, parameters: DetectionParameters): LoneSensorState {
  return {
    alignment: createSlotAlignment([sensor], sensor.intervalMs, parameters.latenessMinutes * MINUTE_MS),
    health: createSensorHealth(sensor, parameters),
  };
}

/** Carries the state on. */
export function createLoneSensor({ alignment, health }: LoneSensorState): LoneSensor {
  return {
    begin: (timeMs) => {
      beginAlignment(alignment, timeMs);
      return !alignment.judgedAny;
    },
    add: (series) => alignSamples(alignment, series),
    advance: (nowMs, verdicts) =>
      advanceAlignment(alignment, nowMs, Number.POSITIVE_INFINITY, ({ startMs, endMs, means, counts }) => {
        verdicts.push(...watchSensor(health, { startMs, endMs, mean: means[0]!, count: counts[0]! }));
      }),
  };
}
