import { expect, test } from "vitest";
import { fits, registerOf } from "../../src/web/sensors/sensor-register.ts";
import { verdict } from "../alarm/sample-verdicts.ts";
import { districtIn, utilityOf } from "./sample-district.ts";

const NOW = Date.UTC(2026, 2, 20, 6);
const utility = utilityOf(districtIn("Africa/Nairobi"));
const [inlet, outlet, pressure] = utility.sensors;
if (!inlet || !outlet || !pressure) throw new Error("three sensors");

const sample = (sensor: string, change: object = {}) => ({
  sensor,
  timeMs: NOW - 1000,
  value: 5,
  status: 0,
  ...change,
});

function register(
  instrument: object,
  samples = [sample("in"), sample("out"), sample("pressure")],
  faults = [] as string[],
) {
  const standing = faults.map((id) => verdict("sensor-stuck", { id }));
  return registerOf({
    utility: { ...utility, sensors: [{ ...inlet!, instrument }, outlet!, pressure!] },
    districts: new Map([["north", { district: "north", lastNight: null, trend: [], standing }]]),
    latest: new Map(samples.map((one) => [one.sensor, one])),
    nowMs: NOW,
  });
}

const attention = (rows: ReturnType<typeof register>) =>
  rows.filter(({ needsAttention }) => needsAttention).map(({ sensor }) => sensor.id);

test("needs attention: overdue papers, those due within thirty days, a fault, silence, doubtful quality", () => {
  expect(attention(register({ calibrationDueOn: "2026-06-01" }))).toEqual([]);
  expect(attention(register({ calibrationDueOn: "2026-03-20" }))).toEqual(["in"]);
  expect(register({ exchangeDueOn: "2026-03-19" })[0]?.due).toEqual([
    { what: "exchangeDue", date: "2026-03-19", when: "overdue" },
  ]);
  expect(attention(register({}, undefined, ["out"]))).toEqual(["out"]);
  expect(attention(register({}, [sample("in"), sample("out")]))).toEqual(["pressure"]);
  expect(
    attention(register({}, [sample("in", { status: 0x40000000 }), sample("out"), sample("pressure")])),
  ).toEqual(["in"]);
});

test("they stand first, and a search finds plate, place and district", () => {
  const rows = register({ serial: "MF3-77", maker: "Mto" }, undefined, ["pressure"]);
  expect(rows[0]?.sensor.id).toBe("pressure");
  const found = (search: string) => rows.filter((row) => fits(row, search)).map(({ sensor }) => sensor.id);
  expect(found(" mf3-77")).toEqual(["in"]);
  expect(found("north")).toHaveLength(3);
  expect(found("nothing of the kind")).toEqual([]);
});
