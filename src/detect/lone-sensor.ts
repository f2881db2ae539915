/** A sensor that belongs to no district is watched for its health alone: a reservoir's level, a pump's delivery, a counter. */
import { MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Sensor } from "../model/utility.ts";
import type { DistrictJudge } from "./district-judge.ts";
import { createSensorHealth } from "./sensor-health.ts";
import { createSlotAlignment } from "./slot-alignment.ts";

export interface LoneSensor extends DistrictJudge {
  /** It is to speak from here on; of several times the earliest counts. */
  begin(timeMs: number): void;
}

export function createLoneSensor(sensor: Sensor, parameters: DetectionParameters): LoneSensor {
  const health = createSensorHealth(sensor, parameters);
  const alignment = createSlotAlignment([sensor], sensor.intervalMs, parameters.latenessMinutes * MINUTE_MS);
  return {
    begin: (timeMs) => alignment.begin(timeMs),
    add: (series) => alignment.add(series),
    nextMs: () => alignment.nextMs(),
    advance: (nowMs, untilMs, { verdicts }) =>
      alignment.advance(nowMs, untilMs, ({ startMs, endMs, means, counts }) => {
        verdicts.push(...health.observe({ startMs, endMs, mean: means[0]!, count: counts[0]! }));
      }),
  };
}
