/** A meter whose readings change by one share of the flow, night and peak alike: when that is its drift, and when it is the season. */
import { expect, test } from "vitest";
import { createMeterHealth, watchMeter } from "../../src/detect/meter-health.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { aloneInTown, DAY_MS, inletFlow, START_MS } from "./synthetic-district.ts";

/** The kinds found in a meter that reads so many times the flow and what leaks, day by day; while it is silent it has no slots. */
function found(
  days: number,
  times: (day: number) => number,
  isSilent = (_day: number) => false,
  leaksM3h = (_day: number) => 0,
): string[] {
  const { timesMs, values } = inletFlow("inlet", days, 5);
  const meter = createMeterHealth("inlet", "Africa/Nairobi");
  const surroundings = aloneInTown();
  return Array.from(values).flatMap((value, at) => {
    const startMs = timesMs[at]!;
    const day = (startMs - START_MS) / DAY_MS;
    if (isSilent(day)) return [];
    const flowM3h = (value + leaksM3h(day)) * times(day);
    return watchMeter(meter, startMs, startMs + HOUR_MS / 4, flowM3h, surroundings).map(({ kind }) => kind);
  });
}

/** Use that grows by half in two hundred days, slower than any drift is called at, and stays. */
const summer = (day: number) => 1 + 0.5 * Math.min(1, Math.max(0, day - 60) / 200);
const fallFrom = (day: number) => Math.max(0, day - 270);

/** A year like the last. */
const yearly = (times: (day: number) => number) => (day: number) => times(day % 365);

test.each([0, 1, 2])(
  "what falls back to where it was before a summer is the season, %d years on",
  (years) => {
    const season = yearly((day) => summer(day) - Math.min(0.5, 0.03 * fallFrom(day)));
    expect(found(years * 365 + 290, season)).toEqual([]);
  },
);

test.each([1, 2])("what falls below all that was read within the year is the drift, %d years on", (years) => {
  const fromDay = years * 365 + 20;
  const season = yearly((day) => summer(day) - Math.min(0.5, 0.03 * fallFrom(day)));
  const drifting = (day: number) => season(day) - 0.012 * Math.max(0, day - fromDay);
  expect(found(fromDay, drifting)).toEqual([]);
  expect(found(fromDay + 20, drifting)).toContain("meter-drift");
});

test("what falls below all that was read within the year is the meter's drift", () => {
  expect(found(310, (day) => summer(day) - Math.min(1, 0.03 * fallFrom(day)))).toContain("meter-drift");
  expect(found(100, (day) => 1 - 0.01 * Math.max(0, day - 80))).toContain("meter-drift");
});

test("what rises above all that was read within the year is the meter's drift", () => {
  expect(found(100, (day) => 1 + 0.012 * Math.max(0, day - 80))).toContain("meter-drift");
});

test("a meter that was mended and drifts again within the year is found as soon as the first time", () => {
  const drifts = (day: number, fromDay: number, untilDay: number) =>
    day < untilDay ? 0.012 * Math.max(0, day - fromDay) : 0;
  const again = (day: number) => 1 + drifts(day, 80, 100) + drifts(day, 180, 200);
  expect(found(98, again)).toContain("meter-drift");
  // That it is over is told as well.
  const once = found(180, again);
  expect(found(198, again).length).toBeGreaterThan(once.length);
});

test("a day that was open when a silence began is judged, also when the first hour after it is a day's last", () => {
  const drifting = (day: number) => 1 + 0.012 * Math.max(0, day - 80);
  const firstFound = (silentFrom: number, silentUntil: number) => {
    const isSilent = (day: number) => day >= silentFrom && day < silentUntil;
    for (let day = 82; day < 110; day += 1) {
      if (found(day + 6 / 24, drifting, isSilent).length > 0) return day;
    }
    return Number.NaN;
  };
  const day = firstFound(Number.POSITIVE_INFINITY, 0);
  const backDay = day + 3;
  expect(firstFound(day + 5 / 24, backDay + 5 / 24)).toBe(backDay);
});

/** Use that grows in three weeks by less than any drift is called at, and stays. */
const spring = (day: number) => 1 + 0.08 * Math.min(1, Math.max(0, day - 80) / 20);
const isNeverSilent = () => false;
const leaksUntil = (repairedDay: number) => (day: number) => (day >= 88 && day < repairedDay ? 1.5 : 0);

test.each([98, 102, 106, 110])(
  "a season and a leak that was repaired on day %d are no drift",
  (repairedDay) => {
    expect(found(125, spring, isNeverSilent, leaksUntil(repairedDay))).toEqual([]);
  },
);

test("a meter that drifts while a leak is repaired is found once it stands further off than it did with the leak", () => {
  const drifting = (day: number) => 1 + 0.012 * Math.max(0, day - 88);
  expect(found(115, drifting, isNeverSilent, leaksUntil(98))).toContain("meter-drift");
});
