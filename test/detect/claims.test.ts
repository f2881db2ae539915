/** What a rise of the flow turns out to be when it is asked about: each from samples, through the judge that runs live. */
import { describe, expect, test } from "vitest";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import type { CalendarEntry, Utility } from "../../src/model/utility.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS, district, INTERVAL_MS, inletFlow, START_MS } from "./synthetic-district.ts";

const DAYS = 40;
const FROM_MS = START_MS + 26 * DAY_MS + 10 * HOUR_MS;
const IDS = ["a", "b", "c", "d"] as const;

type Extra = Partial<Record<(typeof IDS)[number], (timeMs: number) => number>>;

function utility(calendar: readonly CalendarEntry[] = []): Utility {
  return {
    id: "test",
    name: "Test",
    currency: "EUR",
    sensors: IDS.map((id) => ({ id, name: id, site: "s", quantity: "flow", intervalMs: INTERVAL_MS })),
    districts: IDS.map((id) => ({
      ...district(`district-${id}`, [{ sensor: id, sign: 1 }]),
      neighbours: id === "b" ? ["district-a"] : [],
      calendar,
    })),
  };
}

/** The last word on every finding but nights; what was taken back is left out. */
function judged(
  extra: Extra,
  over: (series: Series) => Series = (one) => one,
  town = utility(),
  days = DAYS,
) {
  const series = IDS.map((id, at) => over(inletFlow(id, days, 11 + at, extra[id])));
  const judge = createUtilityJudge(town, DEFAULT_DETECTION);
  const said = new Map<string, Verdict>();
  for (const { verdicts } of [judge.take(series), judge.tick(START_MS + days * DAY_MS)])
    for (const verdict of verdicts) said.set(verdict.key, verdict);
  return [...said.values()]
    .filter(({ kind }) => kind !== "not-assessable" && kind !== "repair")
    .filter(({ endMs, startMs }) => endMs === null || endMs > startMs);
}

const told = (verdicts: readonly Verdict[]) => verdicts.map(({ subject, kind }) => `${subject.id} ${kind}`);
const since =
  (flowM3h: number, untilMs = Number.POSITIVE_INFINITY) =>
  (timeMs: number) =>
    timeMs >= FROM_MS && timeMs < untilMs ? flowM3h : 0;

describe("a rise of the flow", () => {
  test("nothing is said of quiet districts", () => {
    expect(told(judged({}))).toEqual([]);
  });

  test("that stays is a burst, and says that pressure was not asked", () => {
    const [burst, ...others] = judged({ a: since(12) });
    expect(burst?.kind).toBe("burst");
    expect(burst?.missing.map(({ code }) => code)).toContain("no-pressure-sensor");
    expect(others).toEqual([]);
  });

  test("told within hours may yet be use that ends; once it has lasted, it is not", () => {
    // By then the district is known, and nothing short was ever seen in it.
    const fromMs = START_MS + 36 * DAY_MS + 10 * HOUR_MS;
    const flow = inletFlow("a", DAYS, 11, (timeMs) => (timeMs >= fromMs ? 30 : 0));
    const judge = createUtilityJudge(utility(), DEFAULT_DETECTION);
    const bursts = [...judge.take([flow]).verdicts, ...judge.tick(START_MS + DAYS * DAY_MS).verdicts].filter(
      ({ kind }) => kind === "burst",
    );
    const codes = (one: Verdict) => one.evidence.map(({ code }) => code);
    const ruledOut = (one: Verdict) => one.ruledOut.map(({ kind }) => kind);
    const [first] = bursts;
    expect(first!.decidedMs - fromMs).toBeLessThan(12 * HOUR_MS);
    expect([codes(first!), ruledOut(first!)]).toEqual([expect.arrayContaining(["may-yet-end"]), []]);
    const last = bursts.at(-1)!;
    expect(last.decidedMs - fromMs).toBeGreaterThan(12 * HOUR_MS);
    expect([codes(last).includes("may-yet-end"), ruledOut(last)]).toEqual([false, ["large-user"]]);
  });

  test("that a neighbour lost is one boundary valve, not a leak; it ends when it is worked back", () => {
    const untilMs = FROM_MS + 5 * DAY_MS;
    const verdicts = judged({ a: since(9, untilMs), b: since(-9, untilMs) });
    expect(told(verdicts)).toEqual(["district-a boundary-valve"]);
    const [valve] = verdicts;
    expect(valve!.evidence[0]!.figures).toMatchObject({ neighbour: "district-b" });
    expect(Math.abs(valve!.size!.estimate - 9)).toBeLessThan(2);
    expect(Math.abs(valve!.endMs! - untilMs)).toBeLessThanOrEqual(3 * HOUR_MS);
  });

  test("of districts that share no valve is each one's own", () => {
    const verdicts = judged({ a: since(9), c: since(-9) });
    expect(told(verdicts)).not.toContain("district-a boundary-valve");
    expect(verdicts.some(({ kind }) => kind === "burst" || kind === "leak")).toBe(true);
  });

  test("in most districts at once is the zone's", () => {
    const untilMs = FROM_MS + 20 * HOUR_MS;
    const all = {
      a: since(15, untilMs),
      b: since(15, untilMs),
      c: since(15, untilMs),
      d: since(15, untilMs),
    };
    expect(told(judged(all))).toEqual([expect.stringMatching(/zone-wide-change$/)]);
  });

  test("that ends at once was a large user, one that tapers off a tank", () => {
    const untilMs = FROM_MS + 6 * HOUR_MS;
    expect(told(judged({ a: since(20, untilMs) }))).toEqual(["district-a large-user"]);
    const tapering = (timeMs: number) =>
      timeMs < FROM_MS ? 0 : timeMs < untilMs ? 20 : 20 * Math.exp(-(timeMs - untilMs) / (1.5 * HOUR_MS));
    expect(told(judged({ a: tapering }))).toEqual(["district-a tank-filling"]);
  });

  const drifting =
    (mendedMs = Number.POSITIVE_INFINITY) =>
    (one: Series): Series =>
      one.sensor === "a"
        ? {
            ...one,
            values: one.values.map((value, at) => {
              const timeMs = one.timesMs[at]!;
              const wrong = timeMs < mendedMs ? (0.012 * Math.max(0, timeMs - FROM_MS)) / DAY_MS : 0;
              return value * (1 + wrong);
            }),
          }
        : one;

  test("by one share of the flow at all hours is the meter's drift, never a leak", () => {
    const verdicts = judged({}, drifting());
    expect(told(verdicts)).toEqual(["a meter-drift"]);
    expect(verdicts[0]!.ruledOut.map(({ kind }) => kind)).toEqual(["leak"]);
  });

  test("by a meter that was mended is over, and its days are nothing to hold the days after against", () => {
    const mendedMs = FROM_MS + 20 * DAY_MS;
    const verdicts = judged({}, drifting(mendedMs), utility(), 66);
    expect(told(verdicts)).toEqual(["a meter-drift"]);
    expect(Math.abs(verdicts[0]!.endMs! - mendedMs)).toBeLessThanOrEqual(DAY_MS);
  });

  test("after a clock was moved is no leak: the clock is told", () => {
    const moved = (one: Series): Series =>
      one.sensor === "a"
        ? seriesOf(
            one.sensor,
            one.timesMs.map((timeMs) => (timeMs >= FROM_MS ? timeMs + 3 * HOUR_MS : timeMs)),
            one.values,
          )
        : one;
    const verdicts = judged({}, moved);
    expect(told(verdicts)).toContain("a clock-shift");
    expect(verdicts.filter(({ kind }) => kind === "leak" || kind === "burst")).toEqual([]);
    const clock = verdicts.find(({ kind }) => kind === "clock-shift");
    expect(clock!.evidence[0]!.figures.shiftH).toBeCloseTo(3, 0);
  });

  test("right after a silence is taken as usual, and the silence says so", () => {
    const silent = (one: Series): Series => {
      const kept = Array.from(one.timesMs.keys()).filter(
        (at) => one.sensor !== "a" || one.timesMs[at]! < FROM_MS || one.timesMs[at]! >= FROM_MS + 8 * HOUR_MS,
      );
      return seriesOf(
        one.sensor,
        kept.map((at) => one.timesMs[at]!),
        kept.map((at) => one.values[at]!),
      );
    };
    const verdicts = judged({ a: since(12) }, silent);
    expect(told(verdicts)).toEqual(["a data-gap"]);
    expect(verdicts[0]!.evidence.map(({ code }) => code)).toContain("rebaselined-after-gap");
  });

  test("on a planned day is told only when it outlasts the day", () => {
    const day = new Date(FROM_MS + 3 * HOUR_MS).toISOString().slice(0, 10);
    const feast = utility([{ name: "Feast", from: day, to: day }]);
    const asIs = (one: Series) => one;
    const passes = judged({ a: since(12, FROM_MS + 18 * HOUR_MS) }, asIs, feast);
    expect(passes.filter(({ kind }) => kind === "burst" || kind === "leak")).toEqual([]);
    const [burst] = judged({ a: since(12) }, asIs, feast);
    expect(burst!.kind).toBe("burst");
    expect(burst!.evidence.map(({ code }) => code)).toContain("outlasted-calendar-day");
  });
});
