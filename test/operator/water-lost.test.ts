import { describe, expect, test } from "vitest";
import type { AlarmChange } from "../../src/model/alarm.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { type FlowHistory, flowHistoryWith, waterLostM3 } from "../../src/operator/water-lost.ts";
import { START_MS, verdict } from "../alarm/sample-verdicts.ts";

const later = (hours: number) => START_MS + hours * HOUR_MS;
const leak = (flowM3h: number, decidedH: number, endH: number | null = null, startH = 0) =>
  verdict("leak", {
    flowM3h,
    startMs: later(startH),
    decidedMs: later(decidedH),
    endMs: endH === null ? null : later(endH),
  });

function lostM3(seenUntilH: number | null, ...changes: readonly [AlarmChange["type"], Verdict][]): number {
  let history: FlowHistory = new Map();
  let before: Verdict | null = null;
  for (const [type, told] of changes) {
    history = flowHistoryWith(history, { type, verdict: told } as AlarmChange, before);
    before = told;
  }
  return waterLostM3(history, seenUntilH === null ? null : later(seenUntilH));
}

test("a leak that stays as it is: its flow since its start, as far as it was seen", () => {
  expect(lostM3(48, ["activated", leak(5, 2)])).toBe(240);
  expect(lostM3(1, ["activated", leak(5, 2)])).toBe(10);
  expect(lostM3(null, ["activated", leak(5, 2)])).toBe(10);
});

test("a leak that grew: each size from when it was decided", () => {
  const grew: [AlarmChange["type"], Verdict][] = [
    ["activated", leak(5, 2)],
    ["revised", leak(8, 100)],
    ["re-alarmed", leak(20, 110)],
  ];
  expect(lostM3(120, ...grew)).toBe(5 * 100 + 8 * 10 + 20 * 10);
  expect(lostM3(200, ...grew, ["cleared", leak(20, 140, 130)])).toBe(5 * 100 + 8 * 10 + 20 * 20);
});

describe("judged again by late data", () => {
  test("a size replaces those decided at its time and later", () => {
    const changes: [AlarmChange["type"], Verdict][] = [
      ["activated", leak(5, 2)],
      ["revised", leak(50, 24)],
      ["revised", leak(6, 10)],
    ];
    expect(lostM3(30, ...changes)).toBe(5 * 10 + 6 * 20);
  });

  test("another start replaces the finding; none at all costs nothing", () => {
    expect(lostM3(10, ["activated", leak(5, 2)], ["revised", leak(5, 2, null, -4)])).toBe(5 * 14);
    expect(lostM3(10, ["activated", leak(5, 2)], ["cleared", leak(5, 2, 0)])).toBe(0);
  });
});

test("a leak that came back costs both times, not the time between", () => {
  const changes: [AlarmChange["type"], Verdict][] = [
    ["activated", leak(5, 2)],
    ["cleared", leak(5, 12, 10)],
    ["activated", leak(3, 32, null, 30)],
  ];
  expect(lostM3(40, ...changes)).toBe(5 * 10 + 3 * 10);
});
