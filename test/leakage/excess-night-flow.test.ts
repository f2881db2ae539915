import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backgroundLeakage, unavoidableBackgroundLeakage } from "../../src/leakage/background-leakage.ts";
import {
  equivalentServicePipeBursts,
  excessNightFlow,
  netNightFlow,
} from "../../src/leakage/excess-night-flow.ts";
import {
  legitimateNightUse,
  nightUseByHouseholds,
  nightUseByPopulation,
} from "../../src/leakage/night-use.ts";
import { Failure } from "../../src/model/failure.ts";
import type { NightParameters } from "../../src/model/utility.ts";
import { EXAMPLE_1 } from "./sample-district.ts";

function analyse(parameters: NightParameters, minimumNightFlowM3h: number) {
  const explained = {
    minimumNightFlowM3h,
    legitimateNightUseM3h: legitimateNightUse(parameters),
    backgroundLeakageM3h: backgroundLeakage(parameters, parameters.pressureM),
  };
  const excess = excessNightFlow(explained);
  return {
    use: explained.legitimateNightUseM3h,
    background: explained.backgroundLeakageM3h,
    expected: explained.legitimateNightUseM3h + explained.backgroundLeakageM3h,
    excess,
    bursts: equivalentServicePipeBursts(excess, parameters.pressureM, parameters.unitBurstM3h),
  };
}

describe("published night-flow examples", () => {
  test("V1: WRC TT 109/99 example 1", () => {
    const night = analyse(EXAMPLE_1, 14.4);
    expect(night.use).toBeCloseTo(4.5, 10);
    expect(night.background).toBeCloseTo(2.844, 10);
    expect(night.expected).toBeCloseTo(7.344, 10);
    expect(night.excess).toBeCloseTo(7.056, 10);
    expect(night.bursts).toBeCloseTo(4.41, 10);
  });

  test("V2: WRC TT 109/99 example 2, the same at 63 m", () => {
    const night = analyse({ ...EXAMPLE_1, pressureM: 63 }, 14.4);
    expect(night.background).toBeCloseTo(4.0224, 4);
    expect(night.expected).toBeCloseTo(8.5224, 4);
    expect(night.excess).toBeCloseTo(5.8776, 4);
    expect(night.bursts).toBeCloseTo(3.2726, 4);
  });

  test.each([
    [58, 20.1, 3.5532, 11.2968, 6.556],
    [67, 25.2, 4.4115, 15.5385, 8.39],
    [72, 30.2, 4.9144, 20.0356, 10.435],
    [60, 28.0, 3.7385, 19.0115, 10.847],
    [49, 27.0, 2.7591, 18.9909, 11.99],
  ])("V3: WRC TT 109/99 inputs at %d m, MNF %d m3/h", (pressureM, flow, background, excess, bursts) => {
    const parameters = {
      ...EXAMPLE_1,
      smallUsersM3h: (3 * 100 + 5 * 30) / 1000,
      largeUsersM3h: 3,
      pressureM,
    };
    const night = analyse(parameters, flow);
    expect(night.use).toBeCloseTo(5.25, 10);
    expect(night.background).toBeCloseTo(background, 4);
    expect(night.excess).toBeCloseTo(excess, 4);
    expect(night.bursts).toBeCloseTo(bursts, 3);
  });

  const zones: readonly (readonly [string, NightParameters, number, readonly number[]])[] = [
    [
      "Jesmondine",
      {
        ...EXAMPLE_1,
        mainsLPerKmH: 40,
        connectionLPerH: 10,
        propertyLPerH: 5,
        useLPerActivePersonH: 15,
        ...{ mainsKm: 8.29, connections: 189, properties: 225, population: 1350, pressureM: 30 },
        ...{ smallUsersM3h: 1.1, largeUsersM3h: 0 },
      },
      7.969,
      [1.5554, 2.315, 4.0986, 3.307],
    ],
    [
      "Northmead W",
      {
        ...EXAMPLE_1,
        mainsLPerKmH: 100,
        connectionLPerH: 10,
        propertyLPerH: 5,
        useLPerActivePersonH: 15,
        ...{ mainsKm: 3.69, connections: 131, properties: 140, population: 774, pressureM: 30 },
        ...{ smallUsersM3h: 0.7, largeUsersM3h: 0 },
      },
      16.0,
      [1.1057, 1.3966, 13.4977, 10.891],
    ],
    [
      "Zone01",
      {
        ...EXAMPLE_1,
        mainsLPerKmH: 50,
        connectionLPerH: 4,
        propertyLPerH: 0.8,
        activePercent: 4,
        unitBurstM3h: 1.8,
        ...{ mainsKm: 12, connections: 500, properties: 600, population: 2500, pressureM: 63 },
        ...{ smallUsersM3h: 0, largeUsersM3h: 0 },
      },
      20,
      [4.3562, 1.0, 14.6438, 7.248],
    ],
    [
      "Zone02",
      {
        ...EXAMPLE_1,
        ...{ mainsKm: 8, connections: 400, properties: 500, population: 1500, pressureM: 70 },
        ...{ smallUsersM3h: 0.38, largeUsersM3h: 6.1 },
      },
      30,
      [3.3461, 7.38, 19.2739, 10.181],
    ],
    [
      "DEMO3 row 4, whose excess is negative",
      {
        ...EXAMPLE_1,
        ...{ mainsKm: 9.3, connections: 2300, properties: 672, population: 3000, pressureM: 55 },
        ...{ smallUsersM3h: 0, largeUsersM3h: 0 },
      },
      9.8,
      [9.1649, 1.8, -1.1649, -0.694],
    ],
  ];
  test.each(zones)("V5: %s", (_, parameters, flow, [background, use, excess, bursts]) => {
    const night = analyse(parameters, flow);
    expect(night.background).toBeCloseTo(background!, 4);
    expect(night.use).toBeCloseTo(use!, 4);
    expect(night.excess).toBeCloseTo(excess!, 4);
    expect(night.bursts).toBeCloseTo(bursts!, 3);
  });
});

test("household night use by households and by population", () => {
  expect(nightUseByHouseholds(1000)).toBeCloseTo(1.7, 10);
  expect(nightUseByPopulation(1000)).toBeCloseTo(0.6, 10);
});

test("the IWA set of background leakage", () => {
  const pipes = { mainsKm: 10, connections: 1000, privatePipesKm: 2 };
  expect(unavoidableBackgroundLeakage(pipes, 50)).toBeCloseTo(0.2 + 1.25 + 0.066, 10);
  expect(unavoidableBackgroundLeakage(pipes, 50, 2)).toBeCloseTo(2 * 1.516, 10);
  expect(unavoidableBackgroundLeakage(pipes, 100)).toBeCloseTo(1.516 * 2 ** 1.5, 10);
});

describe("any district", () => {
  const flow = fc.double({ min: -100, max: 1000, noNaN: true });
  const part = fc.double({ min: 0, max: 100, noNaN: true });

  test("night flow is the sum of its parts, also when the excess is negative", () => {
    fc.assert(
      fc.property(flow, part, part, (minimumNightFlowM3h, legitimateNightUseM3h, backgroundLeakageM3h) => {
        const flows = { minimumNightFlowM3h, legitimateNightUseM3h, backgroundLeakageM3h };
        const sum = legitimateNightUseM3h + backgroundLeakageM3h + excessNightFlow(flows);
        expect(sum).toBeCloseTo(minimumNightFlowM3h, 8);
        expect(netNightFlow(flows) - excessNightFlow(flows)).toBeCloseTo(backgroundLeakageM3h, 8);
      }),
    );
  });

  test("background leakage grows with pressure; the bursts an excess stands for become fewer", () => {
    const pressure = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(pressure, pressure, (a, b) => {
        fc.pre(a < b);
        expect(backgroundLeakage(EXAMPLE_1, a)).toBeLessThan(backgroundLeakage(EXAMPLE_1, b));
        expect(equivalentServicePipeBursts(5, a)).toBeGreaterThan(equivalentServicePipeBursts(5, b));
      }),
    );
  });
});

test("a wrong parameter is named", () => {
  const codeOf = (run: () => unknown): string => {
    try {
      run();
    } catch (thrown) {
      if (thrown instanceof Failure) return thrown.code;
    }
    return "nothing thrown";
  };
  expect(codeOf(() => backgroundLeakage({ ...EXAMPLE_1, mainsKm: -1 }, 50))).toBe("invalid-mains-km");
  expect(codeOf(() => backgroundLeakage(EXAMPLE_1, Number.NaN))).toBe("invalid-pressure-m");
  expect(codeOf(() => legitimateNightUse({ ...EXAMPLE_1, activePercent: 101 }))).toBe(
    "invalid-active-percent",
  );
  expect(codeOf(() => legitimateNightUse({ ...EXAMPLE_1, largeUsersM3h: -1 }))).toBe(
    "invalid-large-users-m3h",
  );
  expect(codeOf(() => equivalentServicePipeBursts(1, 0))).toBe("invalid-pressure-m");
  expect(codeOf(() => equivalentServicePipeBursts(Number.POSITIVE_INFINITY, 50))).toBe("invalid-excess-m3h");
});
