import { expect, test } from "vitest";
import type { Night } from "../../src/model/night.ts";
import { barsOf, scaleOf } from "../../src/web/chart/nights-bars.ts";

const night = (date: string, flows: object | null): Night =>
  ({
    date,
    outcome: flows === null ? { kind: "not-assessable", because: [] } : { kind: "assessed", flows },
  }) as unknown as Night;

test("a night's flow is what people use, what seeps and what is left; a night that was not assessable has no bar", () => {
  const bars = barsOf([
    night("2026-03-01", { legitimateNightUseM3h: 3, backgroundLeakageM3h: 2, excessNightFlowM3h: 8 }),
    night("2026-03-02", null),
    night("2026-03-03", { legitimateNightUseM3h: 3, backgroundLeakageM3h: 2, excessNightFlowM3h: -1 }),
  ]);
  expect(bars.map(({ parts }) => parts)).toEqual([
    { legitimateM3h: 3, backgroundM3h: 2, excessM3h: 8 },
    null,
    { legitimateM3h: 3, backgroundM3h: 2, excessM3h: -1 },
  ]);
  // Round lines, the topmost not below the highest bar.
  expect(scaleOf(bars)).toEqual({ mostM3h: 15, ticksM3h: [0, 5, 10, 15] });
  expect(scaleOf([])).toEqual({ mostM3h: 1, ticksM3h: [0, 0.5, 1] });
});
