/** LeakDB's baseline on the published vector (leakage-methods V11). */
import { describe, expect, test } from "vitest";
import { createLeakDbNightDetector, flagLeakDbDay } from "../../src/detect/leakdb-night-detector.ts";

const MINIMA = [
  10, 10.2, 9.9, 10.1, 10.3, 10, 9.8, 10.2, 10.1, 10, 10.1, 11.7, 11.8, 12.5, 13, 12.9, 11.5, 10.2, 10,
];

function flaggedDays(lambda: number, minima: readonly number[]): number[] {
  const detector = createLeakDbNightDetector(lambda);
  return minima.flatMap((minimum, day) => (flagLeakDbDay(detector, minimum).flagged ? [day] : []));
}

describe("LeakDB's night-flow method", () => {
  test.each([
    [0.1, [11, 12, 13, 14, 15, 16]],
    [0.2, [12, 13, 14, 15]],
    [0.3, [14, 15]],
  ])("V11: lambda %d flags the published days", (lambda, days) => {
    expect(flaggedDays(lambda, MINIMA)).toEqual(days);
  });

  test("a day without a minimum is passed over", () => {
    const withGap = [...MINIMA.slice(0, 5), Number.NaN, ...MINIMA.slice(5)];
    expect(flaggedDays(0.2, withGap)).toEqual([13, 14, 15, 16]);
  });

  test("a flag states the figures it was made of", () => {
    const detector = createLeakDbNightDetector(0.2);
    for (const minimum of MINIMA.slice(0, 14)) flagLeakDbDay(detector, minimum);
    const { evidence } = flagLeakDbDay(detector, 13);
    expect(evidence?.code).toBe("daily-minimum-rose");
    expect(evidence?.figures).toMatchObject({ minimumM3h: 13, baselineM3h: 9.8, limitPercent: 20 });
    expect(evidence?.figures.risePercent).toBeCloseTo(32.65, 2);
  });
});
