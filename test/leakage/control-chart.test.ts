import { expect, test } from "vitest";
import { ewmaLimit, nextCusum, nextEwma } from "../../src/leakage/control-chart.ts";
import { Failure } from "../../src/model/failure.ts";

const residuals = [0.2, -0.4, 0.1, 0.9, 1.2, 1.5, 1.1, 1.6];

test("V13: a CUSUM adds up what exceeds the slack", () => {
  let cusum = 0;
  const path = residuals.map((z) => {
    cusum = nextCusum(cusum, z, 0.5);
    return Number(cusum.toFixed(9));
  });
  expect(path).toEqual([0, 0, 0, 0.4, 1.1, 2.1, 2.7, 3.8]);
});

test("V13: an EWMA stands just below its limit", () => {
  const last = residuals.reduce((ewma, z) => nextEwma(ewma, z, 0.2), 0);
  expect(last).toBeCloseTo(0.8786, 4);
  expect(ewmaLimit(0.2, 2.7)).toBeCloseTo(0.9, 10);
});

test("a missing residual is refused: it would poison every later value", () => {
  expect(() => nextCusum(1, Number.NaN)).toThrow(Failure);
  expect(() => nextEwma(1, Number.NaN)).toThrow(Failure);
  expect(() => ewmaLimit(1.5)).toThrow(Failure);
});
