/** What a gap leaves of an hour and of a day is less than either: nothing is found in it that whole hours and whole nights do not show. */
import { describe, expect, test } from "vitest";
import { createFlowHistory, type FlowHistory, learnHour } from "../../src/detect/flow-history.ts";
import { createLocalHours, HOURS, hoursOver } from "../../src/detect/local-hours.ts";
import { dayOffset } from "../../src/detect/offset-estimate.ts";
import { createStepTest, stepIn } from "../../src/detect/step-test.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import { INTERVAL_MS, START_MS } from "./synthetic-district.ts";

describe("a day of little use", () => {
  const hours = Array.from({ length: HOURS }, (_, hour) => hour);
  const isNight = (hour: number) => hour >= 18;
  /** How many times the usual variation a step down it is, on the morning after 30 days and this one. */
  const sigmasOf = (isKnown: (hour: number) => boolean) => {
    const draw = uniformDraws(6);
    const history = createFlowHistory();
    const steps = createStepTest();
    const around = (scatter: number) => 1 + scatter * (draw() + draw() + draw() - 1.5);
    for (let day = 1; day <= 30; day += 1) {
      const ofDay = around(0.06);
      for (const hour of hours)
        observe(history, day, hour, (isNight(hour) ? 16 : 110) * ofDay * around(0.08));
      stepIn(steps, history);
    }
    for (const hour of hours) {
      const flowM3h = isNight(hour) ? 16 : 0.9 * 110 * around(0.08);
      observe(history, 31, hour, isKnown(hour) ? flowM3h : Number.NaN);
    }
    const step = stepIn(steps, history)!;
    return step.offsetM3h < 0 ? step.sigmas : 0;
  };

  test("is no step down, whether its night is known or not", () => {
    expect(sigmasOf(() => true)).toBeLessThan(DEFAULT_DETECTION.stepSigmas);
    expect(sigmasOf((hour) => !isNight(hour))).toBeLessThan(DEFAULT_DETECTION.stepSigmas);
  });
});

function observe(history: FlowHistory, day: number, hour: number, flowM3h: number): void {
  const startMs = START_MS + (24 * day + 6 + hour) * HOUR_MS;
  learnHour(history, { day, hour, startMs, endMs: startMs + HOUR_MS, flowM3h });
}

test("an offset of the day alone is known as badly as the day's use scatters", () => {
  // The six hours of the night vary by 1, the others by 6.
  const sigmas = Float64Array.from({ length: 24 }, (_, hour) => (hour >= 18 ? 1 : 6));
  const whole = new Float64Array(24).fill(3);
  const withoutNight = whole.map((flow, hour) => (hour >= 18 ? Number.NaN : flow));
  expect(dayOffset([whole], sigmas)!.knownShare).toBe(1);
  expect(dayOffset([withoutNight], sigmas)!.knownShare).toBeLessThan(0.15);
});

describe("an hour of which half is known", () => {
  const mean = (known: readonly number[]) => {
    const hours = createLocalHours("Africa/Nairobi");
    const closed = [0, 1, 2, 3].flatMap((slot) => {
      const fromMs = START_MS + slot * INTERVAL_MS;
      return hoursOver(hours, fromMs, fromMs + 15 * MINUTE_MS, known.includes(slot) ? 10 * slot : Number.NaN);
    });
    return closed[0]!.flowM3h;
  };

  test("is known by its first and third quarter, and not by its last two: the flow may be rising", () => {
    expect(mean([0, 2])).toBe(10);
    expect(mean([2, 3])).toBeNaN();
    expect(mean([1, 2, 3])).toBe(20);
  });
});

test("an hour that a silence of days cuts off ends with the clock, and is known by its first half", () => {
  const hours = createLocalHours("Africa/Nairobi");
  const slotMs = 25 * MINUTE_MS;
  const resumesMs = START_MS + 8 * 24 * HOUR_MS;
  expect(hoursOver(hours, START_MS, START_MS + slotMs, 10)).toEqual([]);
  expect(hoursOver(hours, START_MS + slotMs, START_MS + 2 * slotMs, 12)).toEqual([]);
  const closed = hoursOver(hours, resumesMs, resumesMs + slotMs, 99);
  expect(closed.map(({ startMs, endMs, flowM3h }) => [startMs, endMs, flowM3h])).toEqual([
    [START_MS, START_MS + HOUR_MS, 11],
  ]);
});
