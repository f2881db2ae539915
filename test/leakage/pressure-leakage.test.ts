import { describe, expect, test } from "vitest";
import { favadExponent, pressureFactor } from "../../src/leakage/pressure-leakage.ts";

describe("V6: published pressure factors (P/50)^N for N 0.5, 1, 1.5, 2.5", () => {
  test.each([
    [20, [0.63, 0.4, 0.25, 0.1]],
    [30, [0.77, 0.6, 0.46, 0.28]],
    [80, [1.26, 1.6, 2.02, 3.23]],
    [100, [1.41, 2.0, 2.83, 5.65]],
  ])("at %d m", (pressureM, published) => {
    const factors = [0.5, 1, 1.5, 2.5].map((exponent) => pressureFactor(50, pressureM, exponent));
    for (const [i, factor] of factors.entries()) expect(Math.abs(factor - published[i]!)).toBeLessThan(0.02);
  });
});

test("FAVAD: fixed holes give 0.5, equal parts 1.0, opening cracks go towards 1.5", () => {
  expect(favadExponent(0)).toBe(0.5);
  expect(favadExponent(1)).toBe(1);
  expect(favadExponent(1e6)).toBeCloseTo(1.5, 5);
  expect(() => favadExponent(-0.1)).toThrow("leakageNumber");
});

test("exponents and pressures out of range are refused", () => {
  expect(() => pressureFactor(0, 50, 1)).toThrow("fromPressureM");
  expect(() => pressureFactor(50, -1, 1)).toThrow("toPressureM");
  expect(() => pressureFactor(50, 40, 3)).toThrow("exponent");
});
