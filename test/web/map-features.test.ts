import { expect, test } from "vitest";
import type { DistrictView } from "../../src/model/live.ts";
import type { Network } from "../../src/web/live/live-state.ts";
import { radiusPx } from "../../src/web/map/leak-candidates.ts";
import { mapFeatures, standingOf } from "../../src/web/map/map-features.ts";
import { districtIn, utilityOf } from "./sample-district.ts";
import { NOW_MS, VERDICT } from "./sample-messages.ts";
import { nightOf } from "./sample-night.ts";

const night = (excessNightFlowM3h: number) => nightOf("2026-03-01", { excessNightFlowM3h });
const view = (change: Partial<DistrictView>): DistrictView => ({
  district: "north",
  lastNight: null,
  trend: [],
  standing: [],
  ...change,
});

test("a district is coloured only while water is found to leak in it, by the excess of its last night", () => {
  expect(standingOf(view({ lastNight: night(50) }))).toEqual({ kind: "normal" });
  expect(standingOf(view({}))).toEqual({ kind: "not-assessed" });
  const stuck = { ...VERDICT, subject: { kind: "sensor", id: "in" }, kind: "sensor-stuck" } as const;
  expect(standingOf(view({ lastNight: night(50), standing: [stuck] })).kind).toBe("normal");
  const leaking = (excessM3h: number) =>
    standingOf(view({ lastNight: night(excessM3h), standing: [VERDICT] }));
  expect([leaking(4.9), leaking(5), leaking(20)].map((one) => one.kind === "leaking" && one.step)).toEqual([
    1, 2, 3,
  ]);
  // A night that could not be assessed leaves what the finding itself says.
  expect(standingOf(view({ standing: [VERDICT] }))).toEqual({ kind: "leaking", step: 2, excessM3h: 6 });
});

test("what has no place is counted, not drawn; a district of an outline alone has its middle", () => {
  const place = (latitudeDeg: number, longitudeDeg: number) => ({ latitudeDeg, longitudeDeg });
  const plain = districtIn("Africa/Nairobi");
  const utility = utilityOf(plain);
  const outlined = { ...plain, id: "south", outline: [place(0, 0), place(0, 2), place(3, 1)] };
  const network = (districts: typeof utility.districts): Network => ({
    demo: false,
    configuration: "",
    utility: {
      ...utility,
      districts,
      sensors: utility.sensors.map((sensor) =>
        sensor.id === "in" ? { ...sensor, position: place(1, 1) } : sensor,
      ),
    },
    districts: new Map(),
    alarms: new Map(),
    latest: new Map(),
    sites: new Map(),
  });
  const { districts, meters, withoutPlace } = mapFeatures(network([plain, outlined]), NOW_MS);
  expect(withoutPlace).toBe(1);
  expect(districts.map(({ district, position }) => [district.id, position])).toEqual([
    ["south", place(1, 1)],
  ]);
  expect(meters.map(({ sensor, standing }) => [sensor.id, standing])).toEqual([["in", "stale"]]);
});

test("a likelier place has the larger ring, by area", () => {
  const ring = (probability: number) =>
    radiusPx({ id: "p", name: "P", position: { latitudeDeg: 0, longitudeDeg: 0 }, probability });
  expect(ring(0)).toBe(7);
  expect(ring(1)).toBe(34);
  expect((ring(0.25) - 7) * 2).toBeCloseTo(34 - 7);
});
