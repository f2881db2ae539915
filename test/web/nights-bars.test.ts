import { expect, test } from "vitest";
import { barsOf, scaleOf } from "../../src/web/chart/nights-bars.ts";
import { nightOf } from "./sample-night.ts";

test("a night's flow is what people use, what seeps and what is left; a night that was not assessable has no bar", () => {
  const bars = barsOf([
    nightOf("2026-03-01", { legitimateNightUseM3h: 3, backgroundLeakageM3h: 2, excessNightFlowM3h: 8 }),
    nightOf("2026-03-02", null),
    nightOf("2026-03-03", { legitimateNightUseM3h: 3, backgroundLeakageM3h: 2, excessNightFlowM3h: -1 }),
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
