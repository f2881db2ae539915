/** Which readings a leak is located by. Pure. */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { LeakToLocate } from "../model/location.ts";
import type { NetworkModel } from "../model/network-model.ts";
import type { TimeRange } from "../model/sample.ts";
import type { District } from "../model/utility.ts";
import { DAYS_BEFORE } from "./observed-shift.ts";

/** Whole hours. */
export function readingRange({ startMs, untilMs }: LeakToLocate): TimeRange {
  return {
    fromMs: Math.floor((startMs - DAYS_BEFORE * DAY_MS) / HOUR_MS) * HOUR_MS,
    toMs: Math.floor(untilMs / HOUR_MS) * HOUR_MS,
  };
}

export function readSensors({
  network,
  districts,
}: {
  readonly network: NetworkModel;
  readonly districts: readonly District[];
}): readonly string[] {
  const ofDistricts = districts.flatMap(({ meters, tanks }) => [
    ...meters.map(({ sensor }) => sensor),
    ...tanks.map(({ levelSensor }) => levelSensor),
  ]);
  return [...new Set([...Object.keys(network.places), ...ofDistricts])];
}
