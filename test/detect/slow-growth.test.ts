/** What creeps up over weeks: a leak, told apart from a season that makes the whole day grow, also after silences and repairs. */
import { describe, expect, test } from "vitest";
import { createFlowJudge, judgeFlow } from "../../src/detect/flow-judge.ts";
import {
  createSeasonShare,
  explainChanges,
  learnChange,
  nightShare,
  usualRests,
} from "../../src/detect/season-share.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS, INTERVAL_MS, inletFlow, START_MS } from "./synthetic-district.ts";

const SEED = 7;
const dayOf = (timeMs: number) => (timeMs - START_MS) / DAY_MS;
/** From a quarter less to a quarter more and back, in 200 days. */
const season = (day: number) => 1 - 0.25 * Math.cos((2 * Math.PI * day) / 200);
/** Grows from one day to another, m3/h a day. */
const growing = (day: number, from: number, to: number, perDayM3h: number) =>
  perDayM3h * Math.max(0, Math.min(day, to) - from);

function told(days: number, seed: number, flowM3h: (useM3h: number, day: number) => number) {
  const judge = createFlowJudge("north", "Africa/Nairobi", INTERVAL_MS);
  const { timesMs, values } = inletFlow("east", days, seed);
  const verdicts: Verdict[] = [];
  const random = uniformDraws(seed);
  // Whole days differ, as they do: by some percent.
  const likes = Array.from({ length: days + 1 }, () => 1 + 0.08 * (random() - 0.5));
  for (const [i, timeMs] of timesMs.entries())
    verdicts.push(
      ...judgeFlow(
        judge,
        timeMs,
        timeMs + INTERVAL_MS,
        flowM3h(likes[Math.floor(dayOf(timeMs))]! * values[i]!, dayOf(timeMs)),
        DEFAULT_DETECTION,
      ),
    );
  return verdicts;
}

const firsts = (verdicts: readonly Verdict[]) =>
  verdicts.filter(({ key, kind }, i) => {
    const isLeak = kind === "leak" || kind === "burst";
    return isLeak && verdicts.findIndex((one) => one.key === key) === i;
  });

describe(`growth over weeks (seed ${SEED})`, () => {
  test("of the whole day with the season is no leak", () => {
    expect(firsts(told(200, SEED, (use, day) => use * season(day)))).toEqual([]);
  });

  test("at all hours alike is a leak, found in a season that moves the night by as much", () => {
    const verdicts = told(200, SEED, (use, day) => use * season(day) + growing(day, 120, 160, 0.06));
    const [leak, ...others] = firsts(verdicts);
    expect(others).toEqual([]);
    expect(dayOf(leak!.decidedMs)).toBeGreaterThan(122);
    expect(dayOf(leak!.decidedMs)).toBeLessThan(165);
    const last = verdicts.findLast(({ key, size }) => key === leak!.key && size !== undefined);
    expect(last!.size!.low).toBeLessThan(2.4);
    expect(last!.size!.high).toBeGreaterThan(1.5);
  });

  test("of a leak that is repaired leaves no growth behind", () => {
    const faster = (day: number) => 0.002 * Math.max(0, day - 60) ** 2;
    const verdicts = told(180, SEED, (use, day) => use + (day < 110 ? faster(day) : 0));
    expect(firsts(verdicts).every(({ decidedMs }) => dayOf(decidedMs) < 110)).toBe(true);
    expect(verdicts.some(({ kind }) => kind === "repair")).toBe(true);
  });
});

describe(`a day that is the same at all hours (seed ${SEED})`, () => {
  /** Only noise tells its hours apart: as where one reading stands for a day. */
  const flat = (days: number, extraM3h: (day: number) => number) => {
    const random = uniformDraws(SEED);
    return firsts(told(days, SEED, (_, day) => 20 * (1 + 0.2 * (random() - 0.5)) + extraM3h(day)));
  };

  test("does not grow with a season that noise makes up", () => {
    expect(flat(200, () => 0)).toEqual([]);
  });

  test("shows what creeps up all the same", () => {
    const [leak, ...others] = flat(200, (day) => growing(day, 120, 150, 0.03));
    expect(others).toEqual([]);
    expect(dayOf(leak!.decidedMs)).toBeGreaterThan(122);
    expect(dayOf(leak!.decidedMs)).toBeLessThan(165);
  });
});

describe(`after a silence of a week (seed ${SEED})`, () => {
  const silent = (day: number) => day >= 60 && day < 67;

  test("nothing is made of it, and nothing at once of what use has become meanwhile", () => {
    const judged = (days: number, grownShare: number) =>
      firsts(
        told(days, SEED, (use, day) => (silent(day) ? Number.NaN : use * (day >= 67 ? 1 + grownShare : 1))),
      );
    expect(judged(100, 0)).toEqual([]);
    expect(judged(71, 0.06)).toEqual([]);
  });

  test("a step is found as soon as some days are known again", () => {
    const verdicts = told(90, SEED, (use, day) => (silent(day) ? Number.NaN : use + (day >= 73 ? 4 : 0)));
    const [leak] = firsts(verdicts);
    expect(dayOf(leak!.decidedMs)).toBeLessThan(76);
  });

  test("growth that went on in it is found", () => {
    const verdicts = told(100, SEED, (use, day) =>
      silent(day) ? Number.NaN : use + growing(day, 50, 80, 0.1),
    );
    expect(firsts(verdicts)).not.toEqual([]);
    expect(dayOf(firsts(verdicts)[0]!.decidedMs)).toBeLessThan(87);
  });
});

describe("how far nights follow the day", () => {
  const alternating = (i: number) => 3 * Math.sin(i / 7);

  test("is learnt where they follow, and nothing is left then", () => {
    const share = createSeasonShare();
    for (let i = 0; i < 200; i += 1) learnChange(share, alternating(i), alternating(i));
    expect(nightShare(share)).toBe(1);
    expect(usualRests(share).every((rest) => Math.abs(rest) < 1e-9)).toBe(true);
  });

  test("is nothing before anything was seen, and where they stay", () => {
    const share = createSeasonShare();
    expect(nightShare(share)).toBe(null);
    for (let i = 0; i < 200; i += 1) learnChange(share, Math.cos(i / 3), alternating(i));
    expect(nightShare(share)).toBeLessThan(0.1);
  });

  test("is not moved by a leak that grew, and a leak does not count as usual", () => {
    const share = createSeasonShare();
    for (let i = 0; i < 200; i += 1) learnChange(share, alternating(i) + (i > 172 ? 9 : 0), alternating(i));
    expect(nightShare(share)).toBeGreaterThan(0.9);
    expect(Math.max(...usualRests(share))).toBeLessThan(1);
  });

  test("forgets what was told to be a leak", () => {
    const share = createSeasonShare();
    for (let i = 0; i < 60; i += 1) learnChange(share, i < 32 ? -1 : (10 * (i - 31)) / 28, 0);
    explainChanges(share, 10, 28);
    for (let i = 0; i < 40; i += 1) learnChange(share, 1, 0);
    expect(Math.max(...usualRests(share))).toBeLessThan(1.1);
  });
});
