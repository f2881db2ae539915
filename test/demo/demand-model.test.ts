/** The demo town must look like a town: the same seed the same bytes, quiet nights, and the troubles it promises to show. */
import { describe, expect, test } from "vitest";
import { createDemandModel, type DemandModel } from "../../src/demo/demand-model.ts";
import { DEMO_HISTORY_MS, demoHistory } from "../../src/demo/demo-history.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { District } from "../../src/model/utility.ts";
import { demoUtility } from "./demo-utility.ts";

const firstStartMs = Date.parse("2026-03-11T08:20:00Z");
const town = { seed: 1, firstStartMs };
const model = createDemandModel(town);
const utility = demoUtility();

function meanReading(of: DemandModel, sensor: string, fromMs: number, toMs: number): number {
  let sum = 0;
  let count = 0;
  for (let timeMs = fromMs; timeMs < toMs; timeMs += 5 * MINUTE_MS, count += 1)
    sum += of.reading(sensor, timeMs);
  return sum / count;
}

/** 02:00 local of the morning so many days before the first start's; Nairobi is three hours ahead all year. */
function nightStartMs(daysBefore: number): number {
  return Math.floor(firstStartMs / DAY_MS) * DAY_MS - HOUR_MS - daysBefore * DAY_MS;
}

function netInflowM3h(district: District, fromMs: number, toMs: number): number {
  return district.meters.reduce(
    (sum, { sensor, sign }) => sum + sign * meanReading(model, sensor, fromMs, toMs),
    0,
  );
}

function netNightFlowM3h(district: District, daysBefore: number): number {
  const fromMs = nightStartMs(daysBefore);
  return netInflowM3h(district, fromMs, fromMs + 2 * HOUR_MS);
}

function districtOf(id: string): District {
  return utility.districts.find((district) => district.id === id)!;
}

/** Legitimate use and background leakage by leakage-methods section 1, WRC TT 109/99. */
function expectedNightFlowM3h({ night }: District): number {
  const use = (night.population * night.activePercent * night.useLPerActivePersonH) / 100 / 1000;
  const background =
    ((night.mainsLPerKmH * night.mainsKm +
      night.connectionLPerH * night.connections +
      night.propertyLPerH * night.properties) /
      1000) *
    (night.pressureM / 50) ** 1.5;
  return use + night.smallUsersM3h + night.largeUsersM3h + background;
}

describe("demand model", () => {
  test("the town and its configuration know the same sensors", () => {
    expect([...model.sensors].sort()).toEqual(utility.sensors.map(({ id }) => id).sort());
    expect(() => model.reading("elsewhere", firstStartMs)).toThrow(RangeError);
  });

  test("the same seed gives the same readings in any order, another seed others", () => {
    const range = { fromMs: firstStartMs - DAY_MS, toMs: firstStartMs };
    const history = demoHistory(town, range);
    expect(demoHistory({ ...town }, range)).toEqual(history);
    const [first] = history;
    const backwards = [...first!.timesMs].reverse().map((timeMs) => model.reading(first!.sensor, timeMs));
    expect(backwards.reverse()).toEqual([...first!.values]);
    const [other] = demoHistory({ ...town, seed: 2 }, range);
    const equal = other!.values.filter((value, at) => value === first!.values[at]).length;
    expect(equal).toBeLessThan(other!.values.length / 10);
  });

  test("live readings differ from one to the next, and their mean is the slot's", () => {
    const readings = Array.from({ length: 150 }, (_, i) =>
      model.reading("mlimani-inflow", firstStartMs + i * 2000),
    );
    expect(new Set(readings).size).toBeGreaterThan(50);
    const mean = readings.reduce((sum, value) => sum + value, 0) / readings.length;
    expect(mean).toBeCloseTo(model.reading("mlimani-inflow", firstStartMs + 150_000), -0.5);
  });

  test.each(["sokoni", "mlimani", "reli"])("%s sleeps at night and uses most by day", (id) => {
    const startMs = nightStartMs(12);
    const nightM3h = netNightFlowM3h(districtOf(id), 12);
    const morningM3h = netInflowM3h(districtOf(id), startMs + 5 * HOUR_MS, startMs + 7 * HOUR_MS);
    expect(nightM3h).toBeGreaterThan(5);
    expect(morningM3h).toBeGreaterThan(3 * nightM3h);
  });

  test.each(["sokoni", "mlimani", "reli"])(
    "%s loses at night what its configuration expects while it is well",
    (id) => {
      const nights = [8, 9, 10, 11, 12, 13].map((daysBefore) => netNightFlowM3h(districtOf(id), daysBefore));
      const mean = nights.reduce((sum, night) => sum + night, 0) / nights.length;
      expect(Math.abs(mean - expectedNightFlowM3h(districtOf(id)))).toBeLessThan(1.5);
    },
  );

  test("the leak begins five days before the first start and grows to 12 m3/h, with less pressure", () => {
    const before = netNightFlowM3h(districtOf("sokoni"), 7);
    const risesM3h = [4, 3, 2, 1, 0].map(
      (daysBefore) => netNightFlowM3h(districtOf("sokoni"), daysBefore) - before,
    );
    expect(risesM3h[0]).toBeLessThan(4);
    expect(risesM3h.at(-1)).toBeGreaterThan(10);
    expect(risesM3h.at(-1)).toBeLessThan(14);
    expect(model.leakM3h(firstStartMs)).toBe(12);
    expect(model.leakM3h(firstStartMs - 5 * DAY_MS)).toBe(0);
    const pressureM = (daysBefore: number) =>
      meanReading(model, "sokoni-pressure", nightStartMs(daysBefore), nightStartMs(daysBefore) + 2 * HOUR_MS);
    expect(pressureM(0)).toBeLessThan(pressureM(7) - 0.5);
  });

  test("the meter at Reli repeats one daytime value for at least one whole night", () => {
    const stuckMs = model.meterStuckMs;
    expect(firstStartMs - stuckMs).toBeGreaterThanOrEqual(1.5 * DAY_MS);
    expect(firstStartMs - stuckMs).toBeLessThan(2.5 * DAY_MS);
    const since = Array.from({ length: 400 }, (_, i) =>
      model.reading("reli-inflow", stuckMs + i * 5 * MINUTE_MS),
    );
    expect(new Set(since).size).toBe(1);
    expect(since[0]).toBeGreaterThan(20);
    expect(model.reading("reli-inflow", stuckMs - 5 * MINUTE_MS)).not.toBe(since[0]);
  });

  test("Pwani has water by its hours and none at night", () => {
    const at = (hours: number) => nightStartMs(12) + (hours - 2) * HOUR_MS;
    expect(meanReading(model, "pwani-inflow", at(6), at(10))).toBeGreaterThan(20);
    expect(Math.abs(meanReading(model, "pwani-inflow", at(12), at(15)))).toBeLessThan(0.05);
    expect(meanReading(model, "pwani-pressure", at(9), at(10))).toBeGreaterThan(8);
    expect(meanReading(model, "pwani-pressure", at(0), at(4))).toBeLessThan(0.5);
  });
});

describe("demo history", () => {
  test("fills a range with one reading a slot, from the first slot that begins in it", () => {
    const fromMs = firstStartMs + 1;
    const history = demoHistory(town, { fromMs, toMs: fromMs + 20 * MINUTE_MS });
    expect(history.map(({ sensor }) => sensor)).toEqual(model.sensors);
    expect([...history[0]!.timesMs]).toEqual(
      [5, 10, 15, 20].map((minutes) => firstStartMs + minutes * MINUTE_MS),
    );
    expect(history[0]!.statuses.every((status) => status === 0)).toBe(true);
    expect(demoHistory(town, { fromMs, toMs: fromMs + MINUTE_MS })).toEqual([]);
  });

  test("makes the weeks before the first start in well under five seconds", () => {
    const startedMs = performance.now();
    const history = demoHistory(town, { fromMs: firstStartMs - DEMO_HISTORY_MS, toMs: firstStartMs });
    expect(history[0]!.timesMs.length).toBe(35 * 288);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});
