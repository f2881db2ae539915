/** Pressure beside the flow: a burst that draws it down is told without waiting for what a young district may still be hiding. */
import { describe, expect, test } from "vitest";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import { DAY_MS, GAUGED, inletFlow, START_MS } from "./synthetic-district.ts";

const DAYS = 29;
const FROM_MS = START_MS + 26 * DAY_MS + 10 * HOUR_MS;

type Extra = (timeMs: number) => number;

/** Hours from the burst to its first telling. */
function toldAfterH(lostM3h: Extra, fellM: Extra): number {
  const flow = inletFlow("inlet", DAYS, 5, lostM3h);
  const head = inletFlow("gauge", DAYS, 6);
  const pressure: Series = seriesOf(
    "gauge",
    head.timesMs,
    head.values.map((use, at) => 45 - 0.2 * use - fellM(head.timesMs[at]!)),
  );
  const { verdicts } = createUtilityJudge(GAUGED, DEFAULT_DETECTION).take([flow, pressure]);
  const told = verdicts.find(({ kind }) => kind === "burst");
  return told ? (told.decidedMs - FROM_MS) / HOUR_MS : Number.POSITIVE_INFINITY;
}

const since =
  (size: number, fromMs = FROM_MS) =>
  (timeMs: number) =>
    timeMs >= fromMs ? size : 0;

describe("a burst", () => {
  test("with which pressure falls is told as soon as enough was read", () => {
    expect(toldAfterH(since(12), since(3))).toBeLessThanOrEqual(3);
  });

  test("is waited for longer where pressure stays, or was down before", () => {
    expect(toldAfterH(since(12), () => 0)).toBeGreaterThanOrEqual(12);
    expect(toldAfterH(since(12), since(3, FROM_MS - 6 * HOUR_MS))).toBeGreaterThanOrEqual(12);
  });
});
