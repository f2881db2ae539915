import { describe, expect, test } from "vitest";
import { netInflow } from "../../src/leakage/net-inflow.ts";
import { leastHour, meanFlow, minimumOfDay, reportingNightFlow } from "../../src/leakage/night-flow.ts";
import { dayRangeOf, nightWindowOf } from "../../src/model/local-time.ts";
import type { Series } from "../../src/model/sample.ts";
import { bySensor, districtOf, regular, sensorsOf } from "./sample-district.ts";

const ZONE = "Africa/Nairobi";
const DATE = "2026-03-02";
const day = dayRangeOf(DATE, ZONE);
const night = nightWindowOf(DATE, ZONE, { startMinute: 120, endMinute: 240 });

function dayInflow(series: Series, intervalMinutes = 15) {
  return netInflow(
    districtOf(),
    { sensors: sensorsOf({ inlet: intervalMinutes }), series: bySensor(series) },
    day,
  );
}

function without(series: Series, gone: (minute: number) => boolean): Series {
  const kept = [...series.timesMs.keys()].filter((i) => !gone((series.timesMs[i]! - day.fromMs) / 60_000));
  return {
    sensor: series.sensor,
    timesMs: Float64Array.from(kept, (i) => series.timesMs[i]!),
    values: Float64Array.from(kept, (i) => series.values[i]!),
    statuses: Uint32Array.from(kept, (i) => series.statuses[i]!),
  };
}

/** Least from 03:15 to 04:15, half outside the night window. */
const dip = (minute: number) => (minute >= 195 && minute < 255 ? 4 : minute < 360 ? 6 : 20);

describe("least hour", () => {
  test("is found where it stands, within the night and over the day", () => {
    const inflow = dayInflow(regular("inlet", day, 15, dip));
    expect(leastHour(inflow)).toEqual({ flowM3h: 4, startMs: day.fromMs + 195 * 60_000 });
    expect(leastHour(inflow, night)).toEqual({ flowM3h: 4.5, startMs: day.fromMs + 180 * 60_000 });
  });

  test("of equal hours the earliest", () => {
    expect(leastHour(dayInflow(regular("inlet", day, 15, () => 5)))?.startMs).toBe(day.fromMs);
  });

  test("never spans a gap, and does not exist where every hour has one", () => {
    const gappy = without(regular("inlet", day, 15, dip), (minute) => minute === 210);
    expect(leastHour(dayInflow(gappy))?.flowM3h).toBe(5);
    const hourly = without(regular("inlet", day, 15, dip), (minute) => minute % 60 === 30);
    expect(leastHour(dayInflow(hourly))).toBeNull();
    expect(meanFlow(dayInflow(hourly))).not.toBeNull();
  });

  test("stands alone on hourly data", () => {
    expect(
      leastHour(
        dayInflow(
          regular("inlet", day, 60, (minute) => 10 + Math.abs(minute - 180)),
          60,
        ),
      ),
    ).toEqual({
      flowM3h: 10,
      startMs: day.fromMs + 180 * 60_000,
    });
  });
});

describe("minimum of the day", () => {
  test("is flagged when it falls outside the window", () => {
    expect(minimumOfDay(dayInflow(regular("inlet", day, 15, dip)), night)).toMatchObject({
      kind: "assessed",
      outsideWindow: true,
    });
    const inside = dayInflow(regular("inlet", day, 15, (minute) => (minute >= 120 && minute < 240 ? 4 : 6)));
    expect(minimumOfDay(inside, night)).toMatchObject({ kind: "assessed", outsideWindow: false });
  });

  test("needs 92 of 96 quarter hours", () => {
    const full = regular("inlet", day, 15, dip);
    const missing = (count: number) => without(full, (minute) => minute >= 1440 - count * 15);
    expect(minimumOfDay(dayInflow(missing(4)), night).kind).toBe("assessed");
    expect(minimumOfDay(dayInflow(missing(5)), night)).toEqual({
      kind: "not-assessable",
      knownShare: 91 / 96,
      requiredShare: 92 / 96,
    });
  });
});

describe("reporting value", () => {
  test("V13: 20th percentile of seven nights", () => {
    expect(reportingNightFlow([12.4, 11.8, 12.0, 13.1, 11.9, 12.2, 15.6])).toBeCloseTo(11.92, 10);
  });

  test("leaves out nights that were not assessable, and says nothing with fewer than four", () => {
    expect(reportingNightFlow([12, null, 12, null, 12, 12, null])).toBe(12);
    expect(reportingNightFlow([12, null, 12, null, 12, null, null])).toBeNull();
    expect(() => reportingNightFlow(Array(8).fill(12))).toThrow("8 nights");
  });
});
