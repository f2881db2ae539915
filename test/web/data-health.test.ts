import { expect, test } from "vitest";
import { districtOf, isStale, sensorFaults, sensorsOf } from "../../src/web/data-health.ts";
import { districtIn, utilityOf } from "./sample-district.ts";
import { NOW_MS, VERDICT } from "./sample-messages.ts";

const district = districtIn("Africa/Nairobi");
const utility = utilityOf(district);
const [inlet, , pressure] = sensorsOf(district, utility);

test("a sensor is stale after three intervals without a value, a fast one not before 15 s", () => {
  const read = (sensor: string, agoMs: number) => ({ sensor, timeMs: NOW_MS - agoMs, value: 1, status: 0 });
  expect(isStale(inlet!, read("in", 180_000), NOW_MS)).toBe(false);
  expect(isStale(inlet!, read("in", 181_000), NOW_MS)).toBe(true);
  expect(isStale(pressure!, read("pressure", 14_000), NOW_MS)).toBe(false);
  expect(isStale(pressure!, read("pressure", 16_000), NOW_MS)).toBe(true);
  expect(isStale(inlet!, undefined, NOW_MS)).toBe(true);
});

test("a sensor fault is told apart from a leak of the same district", () => {
  const stuck = { ...VERDICT, subject: { kind: "sensor", id: "in" }, kind: "sensor-stuck" } as const;
  const faults = sensorFaults(
    { district: "north", lastNight: null, trend: [], standing: [VERDICT, stuck] },
    utility,
  );
  expect(faults.map(({ sensor, kind }) => [sensor?.name, kind])).toEqual([["in of North", "sensor-stuck"]]);
  expect(districtOf(stuck.subject, utility)).toBe(district);
});
