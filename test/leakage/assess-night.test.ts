import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assessNight, type NightMeasurements } from "../../src/leakage/assess-night.ts";
import { samplesRangeOf } from "../../src/leakage/net-inflow.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { nightWindowOf } from "../../src/model/local-time.ts";
import type { Night, NightFlows, Reason } from "../../src/model/night.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import { BAD, GOOD, UNCERTAIN } from "../../src/model/status.ts";
import type { District } from "../../src/model/utility.ts";
import { bySensor, districtOf, regular, sensorsOf } from "./sample-district.ts";

const DATE = "2026-03-02";
const window = nightWindowOf(DATE, "Africa/Nairobi", { startMinute: 120, endMinute: 240 });

function flowsOf(night: Night): NightFlows {
  if (night.outcome.kind !== "assessed") throw new Error(JSON.stringify(night.outcome.because));
  return night.outcome.flows;
}

function reasonsOf(night: Night): readonly Reason[] {
  if (night.outcome.kind !== "not-assessable") throw new Error("the night was assessed");
  return night.outcome.because;
}

function assessInlet(inlet: Series, intervalMinutes = 15, changes: Partial<District> = {}): Night {
  const measurements = { sensors: sensorsOf({ inlet: intervalMinutes }), series: bySensor(inlet) };
  return assessNight(districtOf(changes), DATE, measurements);
}

describe("one meter", () => {
  test("V1 from samples: every figure of WRC TT 109/99 example 1", () => {
    const night = assessInlet(regular("inlet", window, 15, () => 14.4));
    expect(night).toMatchObject({
      district: "north",
      date: DATE,
      windowStartMs: window.fromMs,
      windowEndMs: window.toMs,
      completeness: 1,
    });
    const flows = flowsOf(night);
    expect(flows.minimumNightFlowM3h).toBeCloseTo(14.4, 10);
    expect(flows.rollingMinimumM3h).toBeCloseTo(14.4, 10);
    expect(flows.legitimateNightUseM3h).toBeCloseTo(4.5, 10);
    expect(flows.backgroundLeakageM3h).toBeCloseTo(2.844, 10);
    expect(flows.netNightFlowM3h).toBeCloseTo(9.9, 10);
    expect(flows.excessNightFlowM3h).toBeCloseTo(7.056, 10);
    expect(flows.equivalentServicePipeBursts).toBeCloseTo(4.41, 10);
    expect([flows.pressureM, flows.pressureSource]).toEqual([50, "assumed"]);
  });

  test("the rolling minimum is the least hour of the window and says when it began", () => {
    const flows = flowsOf(assessInlet(regular("inlet", window, 15, (minute) => (minute < 45 ? 9 : 5))));
    expect(flows.minimumNightFlowM3h).toBeCloseTo(6.5, 10);
    expect(flows.rollingMinimumM3h).toBe(5);
    expect(flows.rollingMinimumStartMs).toBe(window.fromMs + 45 * MINUTE_MS);
  });

  test("reverse flow and a negative excess are kept", () => {
    const flows = flowsOf(assessInlet(regular("inlet", window, 15, () => -3)));
    expect(flows.minimumNightFlowM3h).toBeCloseTo(-3, 10);
    expect(flows.excessNightFlowM3h).toBeCloseTo(-10.344, 10);
  });

  test("samples off the hour's quarters, and a trembling clock, cost nothing", () => {
    const reach = samplesRangeOf(districtOf(), sensorsOf({ inlet: 15 }), window);
    const late = regular("inlet", { fromMs: reach.fromMs + 7 * MINUTE_MS, toMs: reach.toMs }, 15, () => 8);
    expect(assessInlet(late).completeness).toBe(1);
    const trembling = regular("inlet", window, 15, () => 8);
    for (const [i, timeMs] of trembling.timesMs.entries()) trembling.timesMs[i] = timeMs + (i % 3) * 40 - 40;
    const night = assessInlet(trembling);
    expect(night.completeness).toBeGreaterThan(0.999);
    expect(flowsOf(night).minimumNightFlowM3h).toBeCloseTo(8, 10);
  });

  test("bad samples, values that are none and values no meter makes are not used; uncertain ones are", () => {
    const times = Array.from({ length: 24 }, (_, i) => window.fromMs + i * 5 * MINUTE_MS);
    const values = times.map((_, i) => [999, Number.NaN, 1e300][i] ?? 6);
    const statuses = times.map((_, i) => (i === 0 ? BAD : i % 2 ? GOOD : UNCERTAIN));
    const night = assessInlet(seriesOf("inlet", times, values, statuses), 5);
    expect(night.completeness).toBeCloseTo(21 / 24, 10);
    expect(reasonsOf(night)).toEqual([
      { code: "too-few-samples", figures: { sensor: "inlet", knownShare: 21 / 24, requiredShare: 0.9 } },
    ]);
    const rules = { requiredShare: 0.8, requiredCommonShare: 0.5, supplyOffBelowM: 1 };
    const measurements = {
      sensors: sensorsOf({ inlet: 5 }),
      series: bySensor(seriesOf("inlet", times, values, statuses)),
    };
    expect(flowsOf(assessNight(districtOf(), DATE, measurements, rules)).minimumNightFlowM3h).toBe(6);
  });

  test("of two samples of the same time the later in the series counts", () => {
    const once = regular("inlet", window, 15, () => 6);
    const twice = seriesOf(
      "inlet",
      [...once.timesMs, ...once.timesMs],
      [...once.values, ...once.values.map(() => 7)],
    );
    const night = assessInlet(twice);
    expect(night.completeness).toBe(1);
    expect(flowsOf(night).minimumNightFlowM3h).toBe(7);
  });

  test("a meter that sends more than expected for a while does not make up for its silence", () => {
    const busy = regular("inlet", { fromMs: window.fromMs, toMs: window.fromMs + HOUR_MS }, 1, () => 6);
    expect(assessInlet(busy).completeness).toBeCloseTo((60 + 14) / 120, 10);
  });
});

describe("several meters and tanks", () => {
  const district = districtOf({
    meters: [
      { sensor: "east", sign: 1 },
      { sensor: "west", sign: 1 },
      { sensor: "export", sign: -1 },
    ],
    tanks: [{ levelSensor: "tower", areaM2: 200 }],
    pressureSensor: "pressure",
  });
  const sensors = sensorsOf({ east: 5, west: 15, export: 1, tower: 5, pressure: 10 });
  const reach = samplesRangeOf(district, sensors, window);
  const series = {
    east: regular("east", reach, 5, () => 12),
    west: regular("west", reach, 15, () => 10),
    export: regular("export", reach, 1, () => 4),
    // Falls 4 cm an hour: 8 m3/h out of 200 m2.
    tower: regular("tower", reach, 5, (minute) => 3 - (0.04 * minute) / 60),
    pressure: regular("pressure", reach, 10, () => 63),
  };
  const measurements = (changes: Partial<Record<keyof typeof series, Series>> = {}): NightMeasurements => {
    return { sensors, series: bySensor(...Object.values({ ...series, ...changes })) };
  };

  test("net inflow adds imports, takes off exports, and counts what the tank gave", () => {
    const flows = flowsOf(assessNight(district, DATE, measurements()));
    expect(flows.minimumNightFlowM3h).toBeCloseTo(12 + 10 - 4 + 8, 8);
    expect(flows.rollingMinimumM3h).toBeCloseTo(26, 8);
  });

  test("V2 from samples: measured pressure takes the place of the assumed one", () => {
    const flows = flowsOf(assessNight(district, DATE, measurements()));
    expect(flows.pressureSource).toBe("measured");
    expect(flows.pressureM).toBeCloseTo(63, 10);
    expect(flows.backgroundLeakageM3h).toBeCloseTo(4.0224, 4);
  });

  test("pressure that is known for too little of the night, or not trusted, is not used", () => {
    const short = regular("pressure", { fromMs: window.fromMs, toMs: window.fromMs + HOUR_MS }, 10, () => 63);
    const withShort = flowsOf(assessNight(district, DATE, measurements({ pressure: short })));
    expect([withShort.pressureM, withShort.pressureSource]).toEqual([50, "assumed"]);
    const withdrawn = new Set(["pressure"]);
    const untrusted = flowsOf(assessNight(district, DATE, { ...measurements(), withdrawn }));
    expect(untrusted.pressureSource).toBe("assumed");
  });

  test("each part that is missing is named", () => {
    const none = (sensor: string) => seriesOf(sensor, [], []);
    const night = assessNight(district, DATE, {
      ...measurements({ west: none("west"), tower: none("tower") }),
      withdrawn: new Set(["export"]),
    });
    expect(night.completeness).toBe(0);
    expect(reasonsOf(night).map(({ code, figures }) => `${code} ${figures.sensor}`)).toEqual([
      "meter-withdrawn export",
      "meter-silent west",
      "level-missing tower",
    ]);
  });

  test("a level holds for an interval and a half, no longer", () => {
    const without = (...gone: number[]) => {
      const { timesMs, values } = series.tower;
      const kept = [...timesMs.keys()].filter(
        (i) => !gone.includes((timesMs[i]! - window.fromMs) / MINUTE_MS),
      );
      return seriesOf(
        "tower",
        kept.map((i) => timesMs[i]!),
        kept.map((i) => values[i]!),
      );
    };
    const oneMissing = assessNight(district, DATE, measurements({ tower: without(75) }));
    expect(flowsOf(oneMissing).minimumNightFlowM3h).toBeCloseTo(26, 8);
    const twoMissing = assessNight(district, DATE, measurements({ tower: without(70, 75) }));
    expect(reasonsOf(twoMissing)).toEqual([
      { code: "level-missing", figures: { sensor: "tower", knownShare: 6 / 8, requiredShare: 0.9 } },
    ]);
  });

  test("meters that are seldom known together cannot be added", () => {
    const half = (sensor: string, odd: number) => {
      const whole = regular(sensor, window, 5, () => 12);
      const statuses = whole.statuses.map((_, i) => (Math.floor(i / 3) % 2 === odd ? BAD : GOOD));
      return seriesOf(sensor, whole.timesMs, whole.values, statuses);
    };
    const rules = { requiredShare: 0.4, requiredCommonShare: 0.5, supplyOffBelowM: 1 };
    const two = districtOf({ meters: district.meters.slice(0, 2) });
    const measured = {
      sensors: sensorsOf({ east: 5, west: 5 }),
      series: bySensor(half("east", 0), half("west", 1)),
    };
    expect(reasonsOf(assessNight(two, DATE, measured, rules))).toEqual([
      { code: "too-few-samples", figures: { allMetersKnownShare: 0, requiredShare: 0.5 } },
    ]);
    // Not even where nothing is asked of them.
    const undemanding = { ...rules, requiredCommonShare: 0 };
    expect(reasonsOf(assessNight(two, DATE, measured, undemanding))).toHaveLength(1);
    const oneWhole = {
      ...measured,
      series: bySensor(
        half("east", 0),
        regular("west", window, 5, () => 12),
      ),
    };
    expect(flowsOf(assessNight(two, DATE, oneWhole, rules)).minimumNightFlowM3h).toBeCloseTo(24, 10);
    const demanding = { ...rules, requiredCommonShare: 0.6 };
    expect(reasonsOf(assessNight(two, DATE, oneWhole, demanding))).toEqual([
      { code: "too-few-samples", figures: { allMetersKnownShare: 0.5, requiredShare: 0.6 } },
    ]);
  });

  test("a window with a time without supply has no minimum", () => {
    const off = regular("pressure", reach, 10, (minute) => (minute >= 60 && minute < 90 ? 0.2 : 30));
    expect(reasonsOf(assessNight(district, DATE, measurements({ pressure: off })))[0]).toMatchObject({
      code: "supply-off",
      figures: { neededPressureM: 1 },
    });
  });

  test("the same samples give the same night to the last digit, whatever their order", () => {
    const noisy = Object.fromEntries(
      Object.entries(series).map(([sensor, { timesMs, values }]) => [
        sensor,
        seriesOf(
          sensor,
          timesMs,
          values.map((value, i) => value * (1 + 0.1 * Math.sin(i * 7.3))),
        ),
      ]),
    ) as typeof series;
    const expected = JSON.stringify(assessNight(district, DATE, measurements(noisy)));
    const shuffles = fc.tuple(
      ...Object.values(noisy).map((one) => {
        const indices = [...one.timesMs.keys()];
        return fc.shuffledSubarray(indices, { minLength: indices.length });
      }),
    );
    fc.assert(
      fc.property(shuffles, (orders) => {
        const shuffled = Object.values(noisy).map(({ sensor, timesMs, values }, at) => {
          const order = orders[at]!;
          return seriesOf(
            sensor,
            order.map((i) => timesMs[i]!),
            order.map((i) => values[i]!),
          );
        });
        const night = assessNight(district, DATE, { sensors, series: bySensor(...shuffled) });
        expect(JSON.stringify(night)).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("samples from outside the range to read change nothing", () => {
    const longer = { fromMs: reach.fromMs - 30 * MINUTE_MS, toMs: reach.toMs + 30 * MINUTE_MS };
    const east = regular("east", longer, 5, (minute) => {
      const timeMs = longer.fromMs + minute * MINUTE_MS;
      return timeMs < reach.fromMs || timeMs >= window.toMs ? 1000 : 12;
    });
    expect(assessNight(district, DATE, measurements({ east }))).toEqual(
      assessNight(district, DATE, measurements()),
    );
  });
});

describe("local time", () => {
  const rome = { timeZone: "Europe/Rome" };
  const sensors = sensorsOf({ inlet: 60 });
  const assess = (date: string, zone: string, range = nightWindowOf(date, zone, districtOf().nightWindow)) =>
    assessNight(districtOf({ timeZone: zone }), date, {
      sensors,
      series: bySensor(regular("inlet", range, 60, (minute) => 4 + minute / 60)),
    });

  test("the window is one hour where clocks skip an hour in it, three where they repeat one", () => {
    expect(flowsOf(assess("2021-03-28", rome.timeZone)).minimumNightFlowM3h).toBe(4);
    expect(flowsOf(assess("2021-10-31", rome.timeZone)).minimumNightFlowM3h).toBe(5);
  });

  test("hourly samples on UTC hours serve a zone half an hour off", () => {
    const zone = "Asia/Kolkata";
    const { fromMs, toMs } = nightWindowOf(DATE, zone, districtOf().nightWindow);
    const night = assess(DATE, zone, { fromMs: fromMs - 1.5 * HOUR_MS, toMs });
    expect(night.completeness).toBe(1);
    // 02:00-04:00 is the half of the second sample's hour, the third's, and half of the fourth's.
    expect(flowsOf(night).minimumNightFlowM3h).toBeCloseTo((5 * 0.5 + 6 + 7 * 0.5) / 2, 10);
  });

  test("a slot cut short by the window's end counts for its length", () => {
    const window90 = { startMinute: 120, endMinute: 210 };
    const range = nightWindowOf(DATE, rome.timeZone, window90);
    const night = assessNight(districtOf({ ...rome, nightWindow: window90 }), DATE, {
      sensors,
      series: bySensor(regular("inlet", range, 60, (minute) => (minute === 0 ? 6 : 9))),
    });
    expect(flowsOf(night).minimumNightFlowM3h).toBeCloseTo((6 * 60 + 9 * 30) / 90, 10);
  });

  test("a window that the clock skips whole is not assessable", () => {
    const skipped = districtOf({ ...rome, nightWindow: { startMinute: 120, endMinute: 180 } });
    const night = assessNight(skipped, "2021-03-28", { sensors, series: new Map() });
    expect(reasonsOf(night)).toEqual([{ code: "too-few-samples", figures: { windowH: 0 } }]);
  });
});

test("a district without meters, an unknown sensor, a date that is none", () => {
  const nothing = { sensors: sensorsOf({}), series: new Map<string, Series>() };
  expect(reasonsOf(assessNight(districtOf({ meters: [] }), DATE, nothing))).toEqual([
    { code: "no-meters", figures: {} },
  ]);
  expect(() => assessNight(districtOf(), DATE, nothing)).toThrow('no sensor "inlet"');
  expect(() => assessNight(districtOf(), "2026-02-30", nothing)).toThrow("2026-02-30");
  const rules = { requiredShare: 0.9, requiredCommonShare: 0.5, supplyOffBelowM: 1 };
  for (const wrong of [{ requiredShare: 90 }, { requiredCommonShare: -1 }, { supplyOffBelowM: 0 }]) {
    const assess = () => assessNight(districtOf(), DATE, nothing, { ...rules, ...wrong });
    expect(assess).toThrow(Object.keys(wrong)[0]!);
  }
});
