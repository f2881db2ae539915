/** The judgement of one district: its slots in order of time, and for each what is found. */
import { MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Night } from "../model/night.ts";
import type { Series } from "../model/sample.ts";
import type { District, Sensor } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import { createFlowJudge } from "./flow-judge.ts";
import { createNetInflow, sensorsOf } from "./net-inflow.ts";
import { createNightStanding, createNightWatch } from "./night-watch.ts";
import { createSensorHealth } from "./sensor-health.ts";
import { createSlotAlignment, type Slot } from "./slot-alignment.ts";

export interface DistrictFindings {
  readonly nights: Night[];
  readonly verdicts: Verdict[];
}

export interface DistrictJudge {
  /** Hands back the earliest sample that came too late to be judged, or null. */
  add(series: Series): number | null;
  /** Judges every slot that is complete. */
  advance(nowMs: number, findings: DistrictFindings): void;
}

/** `ownsSensor`: of the districts that share a sensor, one alone tells of the sensor's health. */
export function createDistrictJudge(
  district: District,
  sensors: ReadonlyMap<string, Sensor>,
  ownsSensor: (sensor: string) => boolean,
  parameters: DetectionParameters,
): DistrictJudge {
  const ids = sensorsOf(district);
  const aligned = ids.map(
    (id, at): Pick<Sensor, "id" | "intervalMs" | "quantity"> =>
      sensors.get(id) ?? { id, intervalMs: 0, quantity: at < district.meters.length ? "flow" : "level" },
  );
  const slotMs = Math.max(...aligned.slice(0, district.meters.length).map(({ intervalMs }) => intervalMs));
  const health = aligned.map((sensor) => createSensorHealth(sensor, parameters));
  const nightWatch = createNightWatch(district, sensors);
  const nightStanding = createNightStanding(district.id);
  const latenessMs = parameters.latenessMinutes * MINUTE_MS;
  const alignment = createSlotAlignment(aligned, slotMs, latenessMs, nightWatch.sample);
  const netInflow = createNetInflow(district);
  const flowJudge = createFlowJudge(district.id, district.timeZone, slotMs, parameters);

  function judgeSlot(slot: Slot, { nights, verdicts }: DistrictFindings): void {
    for (let sensor = 0; sensor < ids.length; sensor += 1) {
      const { startMs, endMs } = slot;
      const mean = slot.means[sensor]!;
      const found = health[sensor]!.observe({ startMs, endMs, mean, count: slot.counts[sensor]! });
      if (found.length > 0 && ownsSensor(ids[sensor]!)) verdicts.push(...found);
    }
    const night = nightWatch.slotOver(slot.startMs, slot.endMs, (sensor) => health[sensor]!.isWithdrawn());
    if (night) {
      nights.push(night);
      verdicts.push(...nightStanding.observe(night));
    }
    const netInflowM3h = netInflow(slot, (sensor) => health[sensor]!.isTrusted());
    verdicts.push(...flowJudge.observe(slot.startMs, slot.endMs, netInflowM3h));
  }

  return {
    add: (series) => alignment.add(series),
    advance: (nowMs, findings) => alignment.advance(nowMs, (slot) => judgeSlot(slot, findings)),
  };
}
