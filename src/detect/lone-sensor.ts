/** A sensor that belongs to no district is watched for its health alone: a reservoir's level, a pump's delivery, a counter. */
import { MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Sensor } from "../model/utility.ts";
import type { DistrictJudge } from "./district-judge.ts";
import { createSensorHealth, type SensorHealth, watchSensor } from "./sensor-health.ts";
import {
  advanceAlignment,
  alignSamples,
  beginAlignment,
  createSlotAlignment,
  nextSlotMs,
  type SlotAlignment,
} from "./slot-alignment.ts";

export interface LoneSensorState {
  readonly alignment: SlotAlignment;
  readonly health: SensorHealth;
}

export interface LoneSensor extends DistrictJudge {
  /** It is to speak from here on; of several times the earliest counts. */
  begin(timeMs: number): void;
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
    begin: (timeMs) => beginAlignment(alignment, timeMs),
    add: (series) => alignSamples(alignment, series),
    nextMs: () => nextSlotMs(alignment),
    advance: (nowMs, untilMs, { verdicts }) =>
      advanceAlignment(alignment, nowMs, untilMs, ({ startMs, endMs, means, counts }) => {
        verdicts.push(...watchSensor(health, { startMs, endMs, mean: means[0]!, count: counts[0]! }));
      }),
  };
}
