/** Intermittent supply, through the judge that runs live: a district whose night is the least steady hour of its supplies. */
import { describe, expect, test } from "vitest";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Utility } from "../../src/model/utility.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS, district, GAUGED, INTERVAL_MS, START_MS } from "./synthetic-district.ts";

const DAYS = 40;
const FROM_MS = START_MS + 20 * DAY_MS;
const TO_MS = START_MS + 30 * DAY_MS;

interface Life {
  /** m3/h while there is water. */
  readonly lost?: (timeMs: number) => number;
  /** What the meter shows, of what flows. */
  readonly reads?: (timeMs: number) => number;
  /** What it shows beside that, m3/h, while there is water. */
  readonly addsM3h?: (timeMs: number) => number;
  /** Hours by which the morning's water is late. */
  readonly lateH?: (timeMs: number) => number;
  readonly isOn?: (hour: number, timeMs: number) => boolean;
  /** Zone pressure while there is water, m, by what flows; how it scatters is added. */
  readonly pressureM?: (flowM3h: number) => number;
  /** The district lies behind another, which has what its own inlet brings less what this one's meter shows. */
  readonly isBehind?: boolean;
  readonly days?: number;
}

/** "north" behind "south", whose own inlet is "feed". */
const BEHIND: Utility = {
  ...GAUGED,
  sensors: [...GAUGED.sensors, { ...GAUGED.sensors[0]!, id: "feed", name: "feed" }],
  districts: [
    ...GAUGED.districts,
    district("south", [
      { sensor: "feed", sign: 1 },
      { sensor: "inlet", sign: -1 },
    ]),
  ],
};

/** Water from 05:00 to 11:00 and from 16:00 to 21:00 of the wall clock. */
function judged({
  lost = () => 0,
  reads = () => 1,
  addsM3h = () => 0,
  lateH = () => 0,
  isOn,
  pressureM = () => 22.5,
  isBehind = false,
  days = DAYS,
}: Life): readonly Verdict[] {
  const draw = uniformDraws(7);
  const timesMs = Array.from(
    { length: (days * DAY_MS) / INTERVAL_MS },
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
    return supplied[at] ? use * noise + lost(timeMs) : 0;
  });
  const series = [
    seriesOf(
      "inlet",
      timesMs,
      flows.map((flowM3h, at) => reads(timesMs[at]!) * flowM3h + (supplied[at] ? addsM3h(timesMs[at]!) : 0)),
    ),
    seriesOf(
      "gauge",
      timesMs,
      flows.map((flowM3h, at) => (supplied[at] ? pressureM(flowM3h) - 0.5 + draw() : 0.1 * draw())),
    ),
  ];
  const feed = flows.map((flowM3h, at) => {
    const hour = hourOf(timesMs[at]!);
    const use = 12 + 30 * Math.exp(-((hour - 8) ** 2) / 6) + 20 * Math.exp(-((hour - 19) ** 2) / 8);
    return flowM3h + use * (1 + 0.04 * (draw() + draw() - 1));
  });
  if (isBehind) series.push(seriesOf("feed", timesMs, feed));
  return createUtilityJudge(isBehind ? BEHIND : GAUGED, DEFAULT_DETECTION).take(series).verdicts;
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

  /** 8 m are lost on the way at 40 m3/h. */
  const byFlow = (flowM3h: number) => 30 - 8 * (flowM3h / 40) ** 1.852;

  test("a leak with which pressure goes says so, and what pressure is once it is repaired", () => {
    const lost = (timeMs: number) => (timeMs >= FROM_MS && timeMs < TO_MS ? 8 : 0);
    const verdicts = judged({ lost, pressureM: byFlow });
    const [first] = found(verdicts);
    expect(first!.evidence.find(({ code }) => code === "pressure-with-flow")!.figures).toMatchObject({
      ofExpectedPercent: expect.closeTo(100, -1.7),
    });
    const over = verdicts.filter(({ endMs, kind }) => endMs !== null && kind !== "not-assessable");
    expect(over.map(({ kind }) => kind)).toEqual([first!.kind, "repair"]);
    const back = over[1]!.evidence.find(({ code }) => code === "pressurised-flow-back")!.figures;
    expect(Number(back.flowM3h) / Number(back.usualM3h)).toBeCloseTo(1, 0);
  });

  test("a rise with which pressure does not go is no leak, though it is the same at all hours", () => {
    // A meter whose zero is off: by its hours alone, a leak.
    const addsM3h = (timeMs: number) => (timeMs >= FROM_MS ? 8 : 0);
    const isLost = ({ kind }: Verdict) => kind === "leak" || kind === "burst";
    expect(found(judged({ addsM3h })).some(isLost)).toBe(true);
    expect(found(judged({ addsM3h, pressureM: byFlow })).filter(isLost)).toEqual([]);
  });

  test("a meter that drifts on and on is told until it reads steadily, and the district before it is not judged on it", () => {
    const reads = (timeMs: number) => 1 - (0.02 * Math.max(0, timeMs - START_MS - 18 * DAY_MS)) / DAY_MS;
    const verdicts = judged({ reads, pressureM: byFlow, isBehind: true, days: 60 });
    const last = [...new Map(found(verdicts).map((one) => [one.key, one])).values()];
    const drift = last.find(({ kind }) => kind === "meter-drift")!;
    expect(drift.endMs).toBeNull();
    const ofSouth = last.filter(({ subject }) => subject.id === "south");
    expect(ofSouth.filter(({ decidedMs }) => decidedMs > drift.decidedMs)).toEqual([]);
    const standing = verdicts.filter(
      ({ kind, subject }) => kind === "not-assessable" && subject.id === "south",
    );
    expect(standing.at(-1)).toMatchObject({ endMs: null, missing: [{ code: "meter-withdrawn" }] });
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
