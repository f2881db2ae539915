/** The streaming judge: what it finds depends on the samples alone. */
import { describe, expect, test } from "vitest";
import { createUtilityJudge, type Findings, type UtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Series } from "../../src/model/sample.ts";
import { DAY_MS, district, INTERVAL_MS, inletFlow, START_MS, slice, UTILITY } from "./synthetic-district.ts";

const DAYS = 40;
const LEAK_MS = START_MS + 25 * DAY_MS;
const EAST = inletFlow("east", DAYS, 1, (timeMs) => (timeMs >= LEAK_MS ? 9 : 0));
const WEST = inletFlow("west", DAYS, 2);
const LENGTH = EAST.timesMs.length;

function judge(): UtilityJudge {
  return createUtilityJudge(UTILITY, DEFAULT_DETECTION);
}

/** The last word under each key, and every night, in an order that does not depend on the batches. */
function outcome(findings: readonly Findings[]): unknown {
  const verdicts = new Map(findings.flatMap((one) => one.verdicts).map((one) => [one.key, one]));
  const nights = new Map(findings.flatMap((one) => one.nights).map((one) => [one.date, one]));
  return {
    verdicts: [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1)),
    nights: [...nights].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

function inBatches(batches: readonly (readonly Series[])[]): Findings[] {
  const one = judge();
  return batches.map((batch) => one.take(batch));
}

describe("the judge of a utility", () => {
  const whole = inBatches([[EAST, WEST]]);

  test("finds a leak that was put in, and when it began", () => {
    const leaks = whole[0]!.verdicts.filter(({ kind }) => kind === "leak" || kind === "burst");
    expect(new Set(leaks.map(({ key }) => key)).size).toBe(1);
    expect(whole[0]!.nights.filter(({ outcome }) => outcome.kind === "assessed")).toHaveLength(DAYS);
    expect(Math.abs(leaks[0]!.startMs - LEAK_MS)).toBeLessThanOrEqual(DAY_MS);
  });

  test("finds the same whatever the batches and the order of sensors", () => {
    const small: Series[][] = [];
    for (let i = 0; i < LENGTH; i += 7) {
      const batch = [slice(WEST, i, i + 7), slice(EAST, i, i + 7)];
      small.push(i % 2 === 0 ? batch : batch.reverse());
    }
    expect(outcome(inBatches(small))).toEqual(outcome(whole));
  });

  test("finds the same when one sensor lags within the allowance, and samples come twice and out of order", () => {
    const batches: Series[][] = [];
    for (let i = 0; i < LENGTH; i += 1) {
      const { timesMs, values, statuses } = slice(EAST, i, i + 1);
      const twice = {
        sensor: "east",
        timesMs: Float64Array.of(timesMs[0]!, timesMs[0]!),
        values: Float64Array.of(1e9, values[0]!),
        statuses: Uint32Array.of(0, statuses[0]!),
      };
      batches.push([twice], [slice(WEST, i, i + 1)]);
    }
    expect(outcome(inBatches(batches))).toEqual(outcome(whole));
  });

  test("says from when late samples would have changed the judgement", () => {
    const one = judge();
    one.take([slice(EAST, 0, 200), slice(WEST, 0, 100)]);
    const late = one.take([slice(WEST, 100, 120)]);
    expect(late.lateFromMs).toBe(START_MS + 100 * INTERVAL_MS);
    expect(one.take([slice(WEST, 200, 210), slice(EAST, 200, 210)]).lateFromMs).toBeNull();
  });

  test("a clock far ahead of the data does not make a recording of the past late", () => {
    const one = judge();
    one.take([slice(EAST, 0, 200), slice(WEST, 0, 200)]);
    expect(one.tick(START_MS + 400 * DAY_MS)).toEqual({ nights: [], verdicts: [], lateFromMs: null });
    expect(one.take([slice(EAST, 200, 210), slice(WEST, 200, 210)]).lateFromMs).toBeNull();
  });

  test("tells a silent sensor from a leak, by the clock alone, and that it came back", () => {
    const one = judge();
    one.take([slice(EAST, 0, 200), slice(WEST, 0, 200)]);
    const lastMs = START_MS + 199 * INTERVAL_MS;
    expect(one.tick(lastMs + 30 * 60_000).verdicts).toEqual([]);
    const ofSensors = ({ verdicts }: Findings) => verdicts.filter(({ subject }) => subject.kind === "sensor");
    const silent = ofSensors(one.tick(lastMs + 3 * 3_600_000));
    expect(silent.map(({ kind, subject }) => [kind, subject.id])).toEqual([
      ["data-gap", "east"],
      ["data-gap", "west"],
    ]);
    const back = ofSensors(one.take([slice(EAST, 300, 310), slice(WEST, 300, 310)]));
    expect(back.map(({ key }) => key)).toEqual(silent.map(({ key }) => key));
    expect(back.map(({ endMs }) => endMs)).toEqual(Array(2).fill(START_MS + 300 * INTERVAL_MS));
  });

  test.each([
    ["sensor-stuck", 12.5],
    ["sensor-dead", 0],
  ])("a meter that stands still is a %s, not a leak", (kind, value) => {
    const from = 20 * 96;
    const stuck = {
      ...WEST,
      values: WEST.values.map((one, i) => (i >= from && i < from + 300 ? value : one)),
    };
    const east = inletFlow("east", DAYS, 1);
    const { nights, verdicts } = judge().take([east, stuck]);
    expect(
      verdicts.filter((one) => one.subject.kind === "district" && one.kind !== "not-assessable"),
    ).toEqual([]);
    const lost = nights.filter(({ outcome }) => outcome.kind === "not-assessable");
    expect(lost.map(({ date }) => date)).toEqual(["2025-01-26", "2025-01-27", "2025-01-28", "2025-01-29"]);
    const [found, ended] = verdicts.filter((one) => one.kind === kind);
    expect(found).toMatchObject({ subject: { kind: "sensor", id: "west" }, endMs: null });
    expect(found?.startMs).toBe(START_MS + from * INTERVAL_MS);
    expect(ended?.endMs).toBe(START_MS + (from + 300) * INTERVAL_MS);
  });
});

describe("the judge of several districts", () => {
  const NEAR = district("near", [{ sensor: "west", sign: 1 }]);
  const FAR = district("far", [{ sensor: "east", sign: 1 }]);
  const WINDOW_END_H = 4;
  const PAIR = { ...UTILITY, districts: [NEAR, FAR] };
  const nightsOf = ({ nights }: Findings, id: string) =>
    nights.filter((one) => one.district === id).map(({ date }) => date);

  test("waits for a district that is behind, and no longer than lateness is allowed", () => {
    const one = createUtilityJudge(PAIR, DEFAULT_DETECTION);
    one.take([slice(WEST, 0, 20 * 96), slice(EAST, 0, 20 * 96)]);
    expect(nightsOf(one.take([slice(WEST, 20 * 96, 20 * 96 + 20)]), "near")).toEqual([]);
    const windowEndMs = START_MS + 20 * DAY_MS + WINDOW_END_H * HOUR_MS;
    expect(nightsOf(one.tick(windowEndMs), "near")).toEqual([]);
    const waited = one.tick(windowEndMs + DEFAULT_DETECTION.latenessMinutes * MINUTE_MS);
    expect(nightsOf(waited, "near")).toEqual(["2025-01-26"]);
  });

  test("does not go on by data without those that are behind, and does once these are behind for hours", () => {
    const one = createUtilityJudge(PAIR, DEFAULT_DETECTION);
    one.take([slice(WEST, 0, 20 * 96), slice(EAST, 0, 20 * 96)]);
    expect(nightsOf(one.take([slice(WEST, 20 * 96, 20 * 96 + 20)]), "near")).toEqual([]);
    const nights = one.take([slice(WEST, 20 * 96 + 20, 20 * 96 + 40)]);
    expect(nightsOf(nights, "near")).toEqual(["2025-01-26"]);
  });

  test("calls late what a district that was never heard sends of time that is judged", () => {
    const one = createUtilityJudge(PAIR, DEFAULT_DETECTION);
    expect(one.take([slice(WEST, 0, 20 * 96)]).lateFromMs).toBeNull();
    expect(one.take([slice(EAST, 10 * 96, 15 * 96)]).lateFromMs).toBe(START_MS + 10 * DAY_MS);
    expect(one.take([slice(EAST, 20 * 96, 21 * 96)]).lateFromMs).toBeNull();
  });

  test("tells claims of the others at their time though a sensor has stopped for good", () => {
    const lone = { ...UTILITY.sensors[0]!, id: "stopped" };
    const utility = { ...UTILITY, sensors: [...UTILITY.sensors, lone] };
    const stopped = { ...slice(WEST, 0, 96), sensor: "stopped" };
    const burst = inletFlow("east", DAYS, 1, (timeMs) =>
      timeMs >= LEAK_MS && timeMs < LEAK_MS + 2 * DAY_MS ? 9 : 0,
    );
    const said = ({ verdicts }: Findings) => verdicts.filter(({ subject }) => subject.kind === "district");
    const alone = judge().take([burst, WEST]);
    expect(said(alone).map(({ kind }) => kind)).toContain("burst");
    expect(said(createUtilityJudge(utility, DEFAULT_DETECTION).take([burst, WEST, stopped]))).toEqual(
      said(alone),
    );
  });
});
