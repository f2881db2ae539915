/** A district with a pump and a tank, through the judge that runs live: the inlet is on or off, and only the balance tells what it reads wrong. */
import { describe, expect, test } from "vitest";
import { balanceLeans, createBalanceWatch, watchBalance } from "../../src/detect/balance-watch.ts";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Utility } from "../../src/model/utility.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS, district, INTERVAL_MS, START_MS } from "./synthetic-district.ts";

const AREA_M2 = 180;
const PUMPED_M3H = 90;
/** What a timed pump goes on giving. */
const IDLE_M3H = 15;
const FROM_MS = START_MS + 32 * DAY_MS;

const PUMPED: Utility = {
  id: "test",
  name: "Test",
  currency: "EUR",
  sensors: [
    { id: "pump", name: "pump", site: "s", quantity: "flow", intervalMs: INTERVAL_MS },
    { id: "tank", name: "tank", site: "s", quantity: "level", intervalMs: INTERVAL_MS },
  ],
  districts: [
    {
      ...district("north", [{ sensor: "pump", sign: 1 }]),
      tanks: [{ levelSensor: "tank", areaM2: AREA_M2 }],
    },
  ],
};

interface Life {
  readonly days?: number;
  readonly lostM3h?: (timeMs: number) => number;
  /** What the pump's meter shows, of what flows. */
  readonly reads?: (timeMs: number) => number;
  /** What the level's gauge shows, of how far it moves. */
  readonly levelReads?: number;
  /** Whether a timer runs the pump, in place of the tank's level. */
  readonly timed?: (hour: number, timeMs: number) => boolean;
  /** How long before it flowed what its meter reads. */
  readonly lateMs?: (timeMs: number) => number;
}

/** The pump fills the tank when it is low, and stops when it is full. */
function judged({
  days = 50,
  lostM3h = () => 0,
  reads = () => 1,
  levelReads = 1,
  timed,
  lateMs = () => 0,
}: Life): readonly Verdict[] {
  const draw = uniformDraws(11);
  const scatter = (share: number) => 1 + share * (draw() + draw() + draw() - 1.5);
  const timesMs = Array.from(
    { length: (days * DAY_MS) / INTERVAL_MS },
    (_, at) => START_MS + at * INTERVAL_MS,
  );
  let levelM = 3;
  let isOn = false;
  let ofDay = 1;
  let ofHour = 1;
  const pumped: number[] = [];
  const levels: number[] = [];
  for (const timeMs of timesMs) {
    const hour = ((timeMs - START_MS) % DAY_MS) / HOUR_MS;
    if (hour === 0) ofDay = scatter(0.05);
    if (Number.isInteger(hour)) ofHour = scatter(0.08);
    if (levelM < 2.6) isOn = true;
    if (levelM > 4) isOn = false;
    if (timed) isOn = timed(hour, timeMs);
    const flowM3h = isOn ? PUMPED_M3H : timed ? IDLE_M3H : 0;
    const use = 12 + 42 * Math.exp(-((hour - 8) ** 2) / 8) + 30 * Math.exp(-((hour - 19) ** 2) / 10);
    pumped.push(flowM3h * reads(timeMs) * scatter(0.01));
    levels.push(3 + levelReads * (levelM - 3) + 0.001 * (draw() - 0.5));
    levelM += ((flowM3h - use * ofDay * ofHour - lostM3h(timeMs)) * 0.25) / AREA_M2;
  }
  const { verdicts } = createUtilityJudge(PUMPED, DEFAULT_DETECTION).take([
    seriesOf(
      "pump",
      timesMs,
      timesMs.map((timeMs, at) => pumped[at - lateMs(timeMs) / INTERVAL_MS]!),
    ),
    seriesOf("tank", timesMs, levels),
  ]);
  return verdicts.filter(({ kind }) => kind !== "not-assessable");
}

const isLost = ({ kind }: Verdict) => kind === "leak" || kind === "burst";
const drifts = (byDay: number) => (timeMs: number) => 1 + (byDay * Math.max(0, timeMs - FROM_MS)) / DAY_MS;

describe("the meter of a pump that fills a tank", () => {
  test("is believed while it reads right, and while its gauge has always been wrong", () => {
    expect(judged({}).filter(({ kind }) => kind === "meter-drift")).toEqual([]);
    expect(judged({ levelReads: 0.9 }).filter(({ kind }) => kind === "meter-drift")).toEqual([]);
  });

  test.each([0.015, -0.015])(
    "that drifts by %d a day is told within twelve days, and no leak is",
    (byDay) => {
      const verdicts = judged({ reads: drifts(byDay) });
      const drift = verdicts.find(({ kind }) => kind === "meter-drift");
      expect(drift).toMatchObject({ kind: "meter-drift", subject: { id: "pump" }, endMs: null });
      expect(drift!.evidence.map(({ code }) => code)).toEqual(["balance-off-with-flow"]);
      expect(drift!.decidedMs - FROM_MS).toBeLessThan(12 * DAY_MS);
      expect(Math.abs(drift!.startMs - FROM_MS)).toBeLessThan(6 * DAY_MS);
      expect(verdicts.filter(isLost)).toEqual([]);
    },
  );

  test("is right again two days after it was mended", () => {
    const mendedMs = FROM_MS + 14 * DAY_MS;
    const reads = (timeMs: number) => (timeMs < mendedMs ? drifts(0.015)(timeMs) : 1);
    const last = judged({ reads })
      .filter(({ kind }) => kind === "meter-drift")
      .at(-1)!;
    expect(Math.abs(last.endMs! - mendedMs)).toBeLessThanOrEqual(DAY_MS);
    expect(last.evidence.at(-1)!.code).toBe("reads-as-before");
  });

  test("is not blamed for a leak, which is told as soon as ever", () => {
    const verdicts = judged({ lostM3h: (timeMs) => (timeMs >= FROM_MS ? 9 : 0) });
    expect(verdicts.filter(({ kind }) => kind === "meter-drift")).toEqual([]);
    const leak = verdicts.find(isLost)!;
    expect(leak.decidedMs - FROM_MS).toBeLessThan(2 * DAY_MS);
    expect(Math.abs(leak.size!.estimate - 9)).toBeLessThan(3);
  });

  const hours = [
    [5, 9],
    [15, 19],
  ] as const;
  const byTimer = (laterH: number) => (hour: number, timeMs: number) =>
    hours.some(([from, to]) => {
      const atH = hour - (timeMs >= FROM_MS ? laterH : 0);
      return atH >= from && atH < to;
    });

  test("has a clock that is right when its timer was set to other hours, and one that is wrong when the tank did not see it", () => {
    const ofClock = (verdicts: readonly Verdict[]) => verdicts.filter(({ kind }) => kind === "clock-shift");
    expect(ofClock(judged({ timed: byTimer(2) }))).toEqual([]);
    const lateMs = (timeMs: number) => (timeMs >= FROM_MS ? 2 * HOUR_MS : 0);
    const [shifted] = ofClock(judged({ timed: byTimer(0), lateMs }));
    expect(shifted!.evidence[0]!.figures.shiftH).toBe(2);
  });

  test.each([2, -2])("has no drift after its clock, %d hours late for weeks, was put right", (lateH) => {
    const rightMs = FROM_MS + 20 * DAY_MS;
    const lateMs = (timeMs: number) => (timeMs >= FROM_MS && timeMs < rightMs ? lateH * HOUR_MS : 0);
    const ofPump = judged({ days: 75, timed: byTimer(0), lateMs }).filter(
      ({ subject }) => subject.id === "pump",
    );
    expect(ofPump.map(({ kind, endMs }) => [kind, endMs === null])).toEqual([
      ["clock-shift", true],
      ["clock-shift", false],
    ]);
  });
});

describe("a balance of which a meter takes part", () => {
  const FROM_DAY = 30;
  interface Told {
    readonly share?: (day: number) => number;
    readonly lostM3h?: number;
    readonly untilDay?: number;
    /** It has no slots then. */
    readonly isSilent?: (day: number) => boolean;
  }

  /** Of a share of what the pump reads, or of a constant, from a day on; days begin at 06:00. */
  const watched = ({
    share = () => 0,
    lostM3h = 0,
    untilDay = FROM_DAY + 3,
    isSilent = () => false,
  }: Told) => {
    const draw = uniformDraws(3);
    const watch = createBalanceWatch(["pump"], "Africa/Nairobi");
    const surroundings = { tellsOf: () => true, isExplained: () => false };
    const found: Verdict[] = [];
    for (let at = 0; at < untilDay * 24; at += 1) {
      const hour = at % 24;
      const wasTouched = at >= FROM_DAY * 24;
      const flow = PUMPED_M3H * (Math.floor(at / 5) % 2);
      const use = (20 + 30 * Math.exp(-((hour - 8) ** 2) / 8)) * (1 + 0.06 * (draw() - 0.5));
      if (isSilent(at / 24)) continue;
      const startMs = START_MS + (6 + at) * HOUR_MS;
      const netM3h = use + (wasTouched ? share(at / 24) * flow + lostM3h : 0);
      const balance = { netM3h, flowsM3h: Float64Array.of(flow) };
      found.push(...watchBalance(watch, startMs, startMs + HOUR_MS, balance, surroundings));
    }
    return { leans: balanceLeans(watch, Number.POSITIVE_INFINITY), found };
  };

  test("leans to a meter when three days agree, long before that is told; not to a leak", () => {
    expect(watched({ share: () => 0.06 })).toEqual({ leans: true, found: [] });
    expect(watched({ lostM3h: 6 })).toEqual({ leans: false, found: [] });
    expect(watched({})).toEqual({ leans: false, found: [] });
  });

  test("leans no more on the day on which the meter is seen to read as before", () => {
    const mendedDay = FROM_DAY + 14;
    const share = (day: number) => (day < mendedDay ? 0.015 * (day - FROM_DAY) : 0);
    const lastCode = (found: readonly Verdict[]) => found.at(-1)!.evidence.at(-1)!.code;
    const before = watched({ share, untilDay: mendedDay });
    expect([before.leans, lastCode(before.found)]).toEqual([true, "balance-off-with-flow"]);
    const after = watched({ share, untilDay: mendedDay + 2 });
    expect([after.leans, lastCode(after.found)]).toEqual([false, "reads-as-before"]);
  });

  test("is judged by a day that was open when a silence began, also when the first hour after it is a day's last", () => {
    const share = (day: number) => 0.015 * (day - FROM_DAY);
    const toldOn = (isSilent: Told["isSilent"]) => {
      for (let untilDay = FROM_DAY + 3; untilDay < FROM_DAY + 20; untilDay += 1)
        if (watched({ share, untilDay, isSilent }).found.length > 0) return untilDay;
      return Number.NaN;
    };
    const day = toldOn(() => false);
    const backDay = day + 3;
    expect(toldOn((at) => at >= day - 1 / 24 && at < backDay - 1 / 24)).toBe(backDay);
  });
});
