/** A town of many meters, for tests in which all of them raise an alarm. */
import type { AlarmRules } from "../../src/alarm/alarm-book.ts";
import type { District, Sensor } from "../../src/model/utility.ts";
import { RULES, UTILITY } from "../alarm/sample-verdicts.ts";
import { sampleDistrict } from "./sample-district.ts";

const METERS_A_DISTRICT = 50;

/** Districts "district-0", ... of fifty meters each: "meter-0", ... */
export function floodedTown(meters: number): AlarmRules {
  const sensors: readonly Sensor[] = Array.from({ length: meters }, (_, i) => ({
    id: `meter-${i}`,
    name: `Meter ${i}`,
    site: `station-${Math.floor(i / METERS_A_DISTRICT)}`,
    quantity: "flow",
    intervalMs: 60_000,
  }));
  const districts: readonly District[] = Array.from(
    { length: Math.ceil(meters / METERS_A_DISTRICT) },
    (_, i) =>
      sampleDistrict({
        id: `district-${i}`,
        meters: sensors
          .slice(i * METERS_A_DISTRICT, (i + 1) * METERS_A_DISTRICT)
          .map(({ id }) => ({ sensor: id, sign: 1 })),
        waterValuePerM3: 0.5,
      }),
  );
  return { ...RULES, utility: { ...UTILITY, sensors, districts } };
}
