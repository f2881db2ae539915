/** When what is found began, and from when on it is usual: by the wall clock, whatever hours and days are missing between. */
import { describe, expect, test } from "vitest";
import { createFlowHistory, learnHour, rebaseHistory } from "../../src/detect/flow-history.ts";
import { createFlowJudge, type FlowJudge, judgeFlow } from "../../src/detect/flow-judge.ts";
import { HOURS } from "../../src/detect/local-hours.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION, type DetectionParameters } from "../../src/model/detection-parameters.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS } from "./synthetic-district.ts";

const SEED = 3;
const SLOT_MS = HOUR_MS / 4;

interface Course {
  readonly timeZone?: string;
  readonly startMs?: number;
  readonly days: number;
  readonly extraM3h: (timeMs: number) => number;
  readonly parameters?: DetectionParameters;
  readonly pressureFell?: (fromMs: number, toMs: number) => boolean;
}

/** Twenty at all hours and a little noise: what is told of it, and the judge as it is at the end. */
function judged({
  timeZone = "UTC",
  startMs = 0,
  days,
  extraM3h,
  parameters = DEFAULT_DETECTION,
  pressureFell = () => false,
}: Course) {
  const draw = uniformDraws(SEED);
  const judge: FlowJudge = createFlowJudge("a", timeZone, SLOT_MS);
  const verdicts: Verdict[] = [];
  for (let timeMs = startMs; timeMs < startMs + days * DAY_MS; timeMs += SLOT_MS) {
    const flowM3h = 20 * (1 + 0.05 * (draw() - 0.5)) + extraM3h(timeMs);
    verdicts.push(...judgeFlow(judge, timeMs, timeMs + SLOT_MS, flowM3h, parameters, { pressureFell }));
  }
  return { verdicts, judge };
}

const figuresOf = (verdict: Verdict, code: string) =>
  verdict.evidence.find((one) => one.code === code)!.figures as Record<string, number>;

describe(`an excursion with a gap in it (seed ${SEED})`, () => {
  const beganMs = 40 * DAY_MS + 12 * HOUR_MS;
  const withGap = (untilMs: number) => (timeMs: number) => {
    if (timeMs < beganMs || timeMs >= untilMs) return 0;
    return timeMs >= beganMs + HOUR_MS && timeMs < beganMs + 5 * HOUR_MS ? Number.NaN : 10;
  };

  test("has lasted since it began, and is usual from then on", () => {
    const { verdicts, judge } = judged({ days: 40 + 20 / 24, extraM3h: withGap(Number.POSITIVE_INFINITY) });
    const [burst] = verdicts;
    expect(burst!.startMs).toBe(beganMs);
    expect(figuresOf(burst!, "flow-above-usual").lastedH).toBe((burst!.decidedMs - beganMs) / HOUR_MS);
    // Its day began at 06:00: the hour before it is raised, its first hour had it in it already.
    expect(judge.history.open[5]).toBeCloseTo(30, -1);
    expect(judge.history.open[6]).toBeCloseTo(30, -1);
  });

  test("that passes by itself lasted from its first hour to its last", () => {
    const windows: (readonly [number, number])[] = [];
    const { judge } = judged({
      days: 41,
      extraM3h: withGap(beganMs + 6 * HOUR_MS),
      pressureFell: (fromMs, toMs) => {
        windows.push([fromMs, toMs]);
        return false;
      },
    });
    expect(judge.shortEvents!.passed.map(({ lastedH }) => lastedH)).toEqual([6]);
    expect(windows.at(-1)).toEqual([beganMs, beganMs + 6 * HOUR_MS]);
  });
});

describe("what is usual", () => {
  const flat = (days: readonly number[]) => {
    const history = createFlowHistory();
    for (const day of days)
      for (let hour = 0; hour < HOURS; hour += 1)
        learnHour(history, { day, hour, startMs: 0, endMs: HOUR_MS, flowM3h: 10 });
    return history;
  };

  test("of an hour that the clock repeats is the mean of both, and the one that is known when the other is not", () => {
    const repeated = (first: number, second: number) => {
      const history = flat([1, 2]);
      for (const flowM3h of [first, second])
        learnHour(history, { day: 3, hour: 20, startMs: 0, endMs: HOUR_MS, flowM3h });
      return history.open[20];
    };
    expect(repeated(10, 14)).toBe(12);
    expect(repeated(10, Number.NaN)).toBe(10);
    expect(repeated(Number.NaN, 14)).toBe(14);
    expect(repeated(Number.NaN, Number.NaN)).toBeNaN();
  });

  test("before what began earlier than all that is kept is not raised: it has it in it already", () => {
    const history = flat([11, 12, 13, 14, 15]);
    rebaseHistory(history, 5, { day: 3, hour: 0 });
    expect(history.profile![0]).toBeCloseTo(10, 0);
    expect(history.days.every(({ flowsM3h }) => flowsM3h[0] === 10)).toBe(true);
  });

  test("is raised where days are missing by the day it began, not by so many days that are known", () => {
    const history = flat([11, 12, 13, 17, 18]);
    rebaseHistory(history, 5, { day: 16, hour: 3 });
    expect(history.days.map(({ flowsM3h }) => flowsM3h[0])).toEqual([15, 15, 15, 10, 10]);
    rebaseHistory(history, 5, { day: 17, hour: 3 });
    expect(history.days.map(({ flowsM3h }) => flowsM3h[2])).toEqual([20, 20, 20, 15, 10]);
    expect(history.days.map(({ flowsM3h }) => flowsM3h[3])).toEqual([20, 20, 20, 10, 10]);
  });
});
