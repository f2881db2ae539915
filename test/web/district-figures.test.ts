import { describe, expect, test } from "vitest";
import { figuresOf, nightAtPressure } from "../../src/web/district/district-figures.ts";
import { netInflowNow } from "../../src/web/district/net-inflow-now.ts";
import { supplyWeek } from "../../src/web/district/supply-week.ts";
import { districtIn, utilityOf } from "./sample-district.ts";
import { NOW_MS } from "./sample-messages.ts";

const parameters = {
  mainsKm: 10,
  connections: 1000,
  properties: 1200,
  population: 5000,
  activePercent: 6,
  useLPerActivePersonH: 10,
  smallUsersM3h: 1,
  largeUsersM3h: 2,
  mainsLPerKmH: 40,
  connectionLPerH: 3,
  propertyLPerH: 1,
  pressureM: 50,
  unitBurstM3h: 1.6,
};
const night = {
  minimumNightFlowM3h: 20,
  pressureM: 50,
  hourlyPressuresM: Array.from({ length: 24 }, () => 50),
  supplyHoursPerDay: 24,
};

describe("a night under some parameters", () => {
  const figures = figuresOf(parameters, 0, 65, night);

  test("is use, background and excess; a day of it at one pressure is 24 such hours", () => {
    expect(figures.legitimateM3h).toBeCloseTo(3 + 3);
    expect(figures.backgroundM3h).toBeCloseTo(0.4 + 3 + 1.2);
    expect(figures.excessM3h).toBeCloseTo(9.4);
    expect(figures.bursts).toBeCloseTo(9.4 / 1.6);
    expect(figures.realLossesM3PerDay).toBeCloseTo(24 * 14);
    expect(figures.moneyPerDay).toBeCloseTo(9.4 * 24 * 65);
    // UARL = (18 x 10 + 0.8 x 1000) x 50 L/day = 49 m3/day.
    expect(figures.index).toBeCloseTo(336 / 49);
    expect(figures).toMatchObject({ band: "B", outsideValidity: true });
  });

  test("with half the hours of supply the least possible loss is half, and the index twice", () => {
    const half = figuresOf(parameters, 0, 65, { ...night, supplyHoursPerDay: 12 });
    expect(half.unavoidableM3PerDay).toBeCloseTo(24.5);
    expect(half.index).toBeCloseTo(2 * figures.index);
  });

  test("at half the pressure seeps by the power of 1.5 and leaks by that of 0.5 less, and people use the same", () => {
    const then = nightAtPressure(night, figures, 25);
    expect(then.minimumNightFlowM3h).toBeCloseTo(6 + 4.6 * 0.5 ** 1.5 + 9.4 * 0.5 ** 0.5);
    expect(then.hourlyPressuresM[7]).toBe(25);
    expect(figuresOf(parameters, 0, 65, then).legitimateM3h).toBeCloseTo(6);
  });

  test("refuses a parameter outside its range", () => {
    expect(() => figuresOf({ ...parameters, activePercent: 101 }, 0, 65, night)).toThrow(
      /activePercent is 101/,
    );
  });
});

test("a week with water from 05:00 to 11:00 has six hours a day, told by the wall clock", () => {
  const midnightMs = Date.UTC(2026, 1, 1, 21);
  const slots = Array.from({ length: 7 * 48 }, (_, slot) => slot);
  const week = supplyWeek(
    {
      startsMs: slots.map((slot) => midnightMs + slot * 1_800_000),
      means: slots.map((slot) => (slot % 48 >= 10 && slot % 48 < 22 ? 20 : 0)),
    },
    "Africa/Nairobi",
  );
  expect(week.hoursPerDay).toBeCloseTo(6);
  expect(week.suppliedByHour.map((share) => share ?? -1).indexOf(1)).toBe(5);
  expect([week.pressureByHourM[5], week.pressureByHourM[12]]).toEqual([20, null]);
});

test("what enters less what leaves is known while every meter is heard, else it is said which one is not", () => {
  const district = districtIn("Africa/Nairobi");
  const utility = utilityOf(district);
  const read = (sensor: string, value: number, agoMs = 0) =>
    [sensor, { sensor, timeMs: NOW_MS - agoMs, value, status: 0 }] as const;
  const net = (latest: readonly (readonly [string, ReturnType<typeof read>[1]])[]) =>
    netInflowNow(district, utility, new Map(latest), NOW_MS);
  expect(net([read("in", 9), read("out", 2)])).toEqual({ kind: "known", flowM3h: 7 });
  expect(net([read("in", 9), read("out", 2, 3_600_000)])).toEqual({ kind: "unknown", sensor: "out" });
  expect(netInflowNow({ ...district, meters: [] }, utility, new Map(), NOW_MS)).toEqual({
    kind: "no-meters",
  });
});
