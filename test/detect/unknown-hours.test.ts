/** Hours of the day that are never known, or only after weeks, and flow that was nothing at all: the others are judged all the same. */
import { describe, expect, test } from "vitest";
import { createFlowHistory, learnHour } from "../../src/detect/flow-history.ts";
import { createFlowJudge, judgeFlow } from "../../src/detect/flow-judge.ts";
import { HOURS } from "../../src/detect/local-hours.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS } from "./synthetic-district.ts";

const SEED = 5;

/** Twice as much by day as by night, and what is given beside it; NaN where the hour is not known. */
function judged(days: number, extraM3h: (day: number, hour: number) => number) {
  const draw = uniformDraws(SEED);
  const judge = createFlowJudge("a", "UTC", HOUR_MS);
  const verdicts: Verdict[] = [];
  for (let timeMs = 0; timeMs < days * DAY_MS; timeMs += HOUR_MS) {
    const likes = 1 + 0.1 * (draw() - 0.5);
    const hour = (timeMs % DAY_MS) / HOUR_MS;
    const flow = likes * (hour < 6 ? 10 : 20) + extraM3h(Math.floor(timeMs / DAY_MS), hour);
    verdicts.push(...judgeFlow(judge, timeMs, timeMs + HOUR_MS, flow, DEFAULT_DETECTION));
  }
  return { verdicts, judge };
}

const codesOf = (verdicts: readonly Verdict[]) =>
  verdicts.flatMap(({ evidence }) => evidence.map(({ code }) => code));

describe(`an hour of the day (seed ${SEED})`, () => {
  test("that is never known does not keep steps and growth from being found", () => {
    const missing = (hour: number) => (hour === 3 ? Number.NaN : 0);
    const step = judged(60, (day, hour) => missing(hour) + (day >= 50 ? 1 : 0));
    expect(codesOf(step.verdicts)).toContain("constant-offset");
    const growth = judged(100, (day, hour) => missing(hour) + 0.04 * Math.max(0, Math.min(40, day - 60)));
    expect(codesOf(growth.verdicts)).toContain("crept-up");
  });

  test("that is known only after weeks varies by what it varies by, and is no burst", () => {
    const { verdicts, judge } = judged(60, (day, hour) => (day < 20 && hour === 3 ? Number.NaN : 0));
    const late = judge.history.sigmas[21]!;
    expect(late).toBeGreaterThan(0.5 * judge.history.sigmas[10]!);
    expect(verdicts).toEqual([]);
  });

  test("counts for nothing on its first days: a few do not tell by how much it varies", () => {
    const history = createFlowHistory();
    const draw = uniformDraws(SEED);
    for (let day = 1; day <= 25; day += 1)
      for (let hour = 0; hour < HOURS; hour += 1)
        learnHour(history, {
          day,
          hour,
          startMs: 0,
          endMs: HOUR_MS,
          flowM3h: day < 20 && hour === 21 ? Number.NaN : 20 + draw(),
        });
    expect(history.sigmas[21]).toBe(0);
    expect(history.sigmas[20]).toBeGreaterThan(0);
  });
});

test("a district that used nothing for weeks is known some weeks after it began to", () => {
  const history = createFlowHistory();
  for (let day = 1; day <= 60; day += 1)
    for (let hour = 0; hour < HOURS; hour += 1)
      learnHour(history, { day, hour, startMs: 0, endMs: HOUR_MS, flowM3h: day < 30 ? 0 : 20 + (day % 3) });
  expect(history.profile![10]).toBeGreaterThan(18);
  expect(history.sigmas[10]).toBeGreaterThan(0);
});
