/** Intermittent supply, through the judge that runs live: a district whose night is the least steady hour of its supplies. */
import { describe, expect, test } from "vitest";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS, GAUGED, INTERVAL_MS, START_MS } from "./synthetic-district.ts";

const DAYS = 40;
const FROM_MS = START_MS + 20 * DAY_MS;
const TO_MS = START_MS + 30 * DAY_MS;

interface Life {
  /** m3/h while there is water. */
  readonly lost?: (timeMs: number) => number;
  /** What the meter shows, of what flows. */
  readonly reads?: (timeMs: number) => number;
  /** Hours by which the morning's water is late. */
  readonly lateH?: (timeMs: number) => number;
  readonly isOn?: (hour: number, timeMs: number) => boolean;
}

/** Water from 05:00 to 11:00 and from 16:00 to 21:00 of the wall clock. */
function judged({ lost = () => 0, reads = () => 1, lateH = () => 0, isOn }: Life): readonly Verdict[] {
  const draw = uniformDraws(7);
  const timesMs = Array.from(
    { length: (DAYS * DAY_MS) / INTERVAL_MS },
    (_, at) => START_MS + at * INTERVAL_MS,
  );
  const hourOf = (timeMs: number) => ((timeMs - START_MS) % DAY_MS) / HOUR_MS;
  const supplied = timesMs.map((timeMs) => {
    const hour = hourOf(timeMs);
    if (isOn) return isOn(hour, timeMs);
    return (hour >= 5 + lateH(timeMs) && hour < 11) || (hour >= 16 && hour < 21);
  });
  const flows = timesMs.map((timeMs, at) => {
    const hour = hourOf(timeMs);
    const use = 30 + 25 * Math.exp(-((hour - 7) ** 2) / 3) + 15 * Math.exp(-((hour - 18) ** 2) / 3);
    const noise = 1 + 0.04 * (draw() + draw() - 1);
    return supplied[at] ? reads(timeMs) * (use * noise + lost(timeMs)) : 0;
  });
  const pressures = timesMs.map((_, at) => (supplied[at] ? 22 + draw() : 0.1 * draw()));
  const judge = createUtilityJudge(GAUGED, DEFAULT_DETECTION);
  return judge.take([seriesOf("inlet", timesMs, flows), seriesOf("gauge", timesMs, pressures)]).verdicts;
}

const found = (verdicts: readonly Verdict[]) =>
  verdicts.filter(({ kind }) => kind !== "not-assessable" && kind !== "repair");
const codes = ({ evidence }: Verdict) => evidence.map(({ code }) => code);

describe("a district with water at some hours", () => {
  test("says what it is judged on, once enough supplies were seen, and finds nothing where nothing is", () => {
    const verdicts = judged({});
    expect(found(verdicts)).toEqual([]);
    const standing = verdicts.filter(({ kind }) => kind === "not-assessable");
    expect(standing.some(({ missing }) => missing.some(({ code }) => code === "too-few-supplies"))).toBe(
      true,
    );
    const last = standing.at(-1)!;
    expect(codes(last)).toEqual(["judged-by-supplies"]);
    const { suppliedH, leastSteadyM3h } = last.evidence[0]!.figures;
    expect(suppliedH).toBeCloseTo(11, 0);
    expect(leastSteadyM3h).toBeGreaterThan(28);
    expect(last.endMs! - START_MS).toBeLessThan(10 * DAY_MS);
  });

  test("a leak is told within two days, with its size, and ends when it is repaired", () => {
    const verdicts = judged({ lost: (timeMs) => (timeMs >= FROM_MS && timeMs < TO_MS ? 8 : 0) });
    const [first] = found(verdicts);
    expect(first!.decidedMs - FROM_MS).toBeLessThanOrEqual(2 * DAY_MS);
    expect(Math.abs(first!.startMs - FROM_MS)).toBeLessThanOrEqual(DAY_MS);
    expect(first!.size!.estimate).toBeGreaterThan(6);
    expect(first!.size!.estimate).toBeLessThan(10);
    expect(codes(first!)).toContain("pressurised-flow-rose");
    const last = found(verdicts).at(-1)!;
    expect(last.key).toBe(first!.key);
    expect(Math.abs(last.endMs! - TO_MS)).toBeLessThanOrEqual(DAY_MS);
  });

  test("a meter that drifts is told as such, never as a leak", () => {
    const reads = (timeMs: number) => 1 + (0.015 * Math.max(0, timeMs - FROM_MS)) / DAY_MS;
    const kinds = new Set(found(judged({ reads })).map(({ kind }) => kind));
    expect([...kinds]).toEqual(["meter-drift"]);
  });

  test("water that comes two hours late on some mornings is no burst and no large user", () => {
    const lateH = (timeMs: number) => (Math.floor((timeMs - START_MS) / DAY_MS) % 9 === 8 ? 2 : 0);
    expect(found(judged({ lateH }))).toEqual([]);
  });
});

test("one outage a month does not make a district intermittent", () => {
  const isOn = (hour: number, timeMs: number) =>
    Math.floor((timeMs - START_MS) / DAY_MS) % 30 !== 25 || hour < 8 || hour >= 12;
  const verdicts = judged({ isOn });
  expect(verdicts.flatMap(codes)).not.toContain("judged-by-supplies");
});
