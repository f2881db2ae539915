/** Hours that are not watched, after a silence of days or while nights vary too much: nothing is carried over them. */
import { describe, expect, test } from "vitest";
import { createFlowJudge, type FlowJudge, judgeFlow } from "../../src/detect/flow-judge.ts";
import type { JudgedHour } from "../../src/detect/judged-hour.ts";
import { openFinding } from "../../src/detect/standing-finding.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION, type DetectionParameters } from "../../src/model/detection-parameters.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS } from "./synthetic-district.ts";

const SEED = 3;
const SLOT_MS = HOUR_MS / 4;
/** 06:00, when a day begins; by then the district is known. */
const MORNING_MS = 40 * DAY_MS + 6 * HOUR_MS;

interface Days {
  readonly untilMs: number;
  readonly extraM3h: (timeMs: number) => number;
  readonly parameters?: DetectionParameters;
  /** Slots in which nothing comes at all. */
  readonly isAbsent?: (timeMs: number) => boolean;
  readonly meanwhile?: (judge: FlowJudge, timeMs: number) => void;
}

/** Twenty at all hours and a little noise. */
function judged({
  untilMs,
  extraM3h,
  parameters = DEFAULT_DETECTION,
  isAbsent = () => false,
  meanwhile = () => {},
}: Days) {
  const draw = uniformDraws(SEED);
  const judge = createFlowJudge("a", "UTC", SLOT_MS);
  const verdicts: Verdict[] = [];
  const hours: JudgedHour[] = [];
  const witness = { onHour: (hour: JudgedHour) => hours.push(hour) };
  for (let timeMs = 0; timeMs < untilMs; timeMs += SLOT_MS) {
    const flowM3h = 20 * (1 + 0.05 * (draw() - 0.5)) + extraM3h(timeMs);
    if (isAbsent(timeMs)) continue;
    meanwhile(judge, timeMs);
    verdicts.push(...judgeFlow(judge, timeMs, timeMs + SLOT_MS, flowM3h, parameters, witness));
  }
  return { verdicts, judge, hours };
}

describe(`after a silence of days (seed ${SEED})`, () => {
  const resumesMs = MORNING_MS + 10 * DAY_MS;
  const isSilent = (timeMs: number) => timeMs >= MORNING_MS && timeMs < resumesMs;

  test.each(["not known", "absent"])(
    "of hours that are %s the first day is not held against what was usual before it",
    (how) => {
      const { verdicts, hours } = judged({
        untilMs: resumesMs + DAY_MS,
        extraM3h: (timeMs) => (isSilent(timeMs) ? Number.NaN : timeMs >= resumesMs ? 5 : 0),
        isAbsent: (timeMs) => how === "absent" && isSilent(timeMs),
      });
      expect(verdicts).toEqual([]);
      const ofFirstDay = hours.filter(({ startMs }) => startMs >= resumesMs);
      expect(ofFirstDay.map(({ usualM3h }) => usualM3h)).toEqual(
        Array.from({ length: 24 }, () => Number.NaN),
      );
    },
  );

  test("what began in the hour before it is not what stands when hours are watched again", () => {
    const { verdicts } = judged({
      parameters: {
        ...DEFAULT_DETECTION,
        stepSigmas: Number.POSITIVE_INFINITY,
        rampSigmas: Number.POSITIVE_INFINITY,
      },
      untilMs: resumesMs + 6 * DAY_MS,
      extraM3h: (timeMs) => (isSilent(timeMs) ? Number.NaN : timeMs >= MORNING_MS - HOUR_MS ? 10 : 0),
    });
    expect(verdicts.map(({ kind }) => kind)).toContain("burst");
    expect(Math.min(...verdicts.map(({ startMs }) => startMs))).toBeGreaterThanOrEqual(resumesMs);
  });
});

test(`an excursion from before nights varied too much ends with the watching (seed ${SEED})`, () => {
  const varies = openFinding({ kind: "district", id: "a" }, "not-assessable", 0, {
    decidedMs: 0,
    confidence: 1,
    evidence: [],
  });
  const { verdicts, judge } = judged({
    untilMs: MORNING_MS + 7 * HOUR_MS,
    extraM3h: (timeMs) => (timeMs >= MORNING_MS ? 10 : 0),
    meanwhile: (one, timeMs) => {
      // They are said to vary for four hours, from the second of the excursion on.
      const sinceH = (timeMs - MORNING_MS) / HOUR_MS;
      one.variation.standing = sinceH >= 1.5 && sinceH < 5.5 ? varies : null;
    },
  });
  expect(verdicts).toEqual([]);
  expect(judge.rising!.startMs).toBe(MORNING_MS + 5 * HOUR_MS);
});
