import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { excessUncertainty, type UncertainNight } from "../../src/leakage/excess-uncertainty.ts";
import { type Triangular, triangularQuantile, withinPercent } from "../../src/leakage/triangular-draw.ts";
import { Failure } from "../../src/model/failure.ts";
import type { NightParameters } from "../../src/model/utility.ts";
import { EXAMPLE_1 } from "./sample-district.ts";

const SEED = 20_260_301;

const PARAMETERS: NightParameters = { ...EXAMPLE_1, smallUsersM3h: 0.45, largeUsersM3h: 3, pressureM: 72 };

/** The row of V3 at 72 m with every input uncertain. */
function roughly(changed: UncertainNight["uncertain"] = {}): UncertainNight {
  const uncertain = Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, value]) => [name, withinPercent(value, 20)]),
  );
  return {
    minimumNightFlowM3h: withinPercent(30.2, 20),
    parameters: PARAMETERS,
    uncertain: { ...uncertain, population: { low: 2000, mode: 3000, high: 6000 }, ...changed },
  };
}

describe("V4: WRC TT 109/99, triangular draws", () => {
  test.each<[string, UncertainNight["uncertain"], number, number]>([
    ["pressure +-20 %", {}, 10.3, 1.7],
    ["pressure 40/72/80 m", { pressureM: { low: 40, mode: 72, high: 80 } }, 11.4, 2.0],
  ])("%s (seed 20260301)", (_, changed, mean, deviation) => {
    const bursts = excessUncertainty(roughly(changed), SEED).equivalentServicePipeBursts;
    expect(Math.abs(bursts.mean / mean - 1)).toBeLessThan(0.03);
    expect(Math.abs(bursts.standardDeviation / deviation - 1)).toBeLessThan(0.1);
    expect(bursts.low).toBeLessThan(bursts.mean - bursts.standardDeviation);
    expect(bursts.high).toBeGreaterThan(bursts.mean + bursts.standardDeviation);
  });
});

test("a seed gives its figures again, and the order in which inputs are listed does not matter", () => {
  const night = roughly();
  const reversed = Object.fromEntries(Object.entries(night.uncertain).reverse());
  expect(excessUncertainty({ ...night, uncertain: reversed }, 7, 200)).toEqual(
    excessUncertainty(night, 7, 200),
  );
  expect(excessUncertainty(night, 8, 200)).not.toEqual(excessUncertainty(night, 7, 200));
});

test("inputs that are known exactly give an excess without spread", () => {
  const exact = { minimumNightFlowM3h: withinPercent(14.4, 0), parameters: EXAMPLE_1, uncertain: {} };
  const { excessM3h } = excessUncertainty(exact, SEED, 10);
  expect(excessM3h.mean).toBeCloseTo(7.056, 10);
  expect(excessM3h.standardDeviation).toBeCloseTo(0, 10);
});

test("triangular values rise with their share, from the least to the most", () => {
  const triangular = fc
    .tuple(fc.integer({ min: -100, max: 100 }), fc.nat(100), fc.nat(100))
    .map(([low, up, more]): Triangular => ({ low, mode: low + up, high: low + up + more }));
  const shares = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(triangular, shares, shares, (input, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      expect(triangularQuantile(input, 0)).toBe(input.low);
      expect(triangularQuantile(input, 1)).toBe(input.high);
      const fell = triangularQuantile(input, less) - triangularQuantile(input, more);
      expect(fell).toBeLessThanOrEqual(1e-9);
    }),
  );
});

test("a range turned round and a count of draws that is none are refused", () => {
  expect(() => triangularQuantile({ low: 2, mode: 1, high: 3 }, 0.5)).toThrow(Failure);
  expect(() => excessUncertainty(roughly(), SEED, 1)).toThrow(Failure);
});
