import { describe, expect, test } from "vitest";
import { historyColumns, withReadings } from "../../src/web/chart/flow-columns.ts";

const meters = [
  { sensor: "in", sign: 1, gapMs: 200 },
  { sensor: "out", sign: -1, gapMs: 200 },
] as const;
const startsMs = [0, 100, 200, 300, 400, 500];
const history = (means: readonly (number | null)[]) => ({ bucketMs: 100, startsMs, means });
const reading = (sensor: string, timeMs: number, value: number, status = 0) => ({
  sensor,
  timeMs,
  value,
  status,
});

describe("columns of a chart", () => {
  test("net inflow is what enters less what leaves, at the middle of each bucket", () => {
    const columns = historyColumns([history([9, 8, 7, 6, 5, 4]), history([1, 1, 2, 2, 3, 3])], meters);
    expect(columns.timesMs).toEqual([50, 150, 250, 350, 450, 550]);
    expect(columns.lines[0]).toEqual([8, 7, 5, 4, 2, 1]);
    expect(columns.lines[2]).toEqual([-1, -1, -2, -2, -3, -3]);
  });

  test("a long silence breaks the line and the sum, a short one does not, and the present is no gap", () => {
    const [inlet] = meters;
    const columns = historyColumns(
      [history([9, null, 8, null, null, 7]), history([1, 1, 1, 1, 1, null])],
      meters,
    );
    expect(columns.lines[1]).toEqual([9, undefined, 8, null, null, 7]);
    expect(columns.lines[0]).toEqual([8, undefined, 7, null, null, null]);
    expect(historyColumns([history([9, 8, null, null, null, null])], [inlet]).timesMs).toEqual([50, 150]);
  });

  test("live readings follow history; the sum needs every meter", () => {
    const start = historyColumns([history([9, 9, 9, 9, 9, 9]), history([1, 1, 1, 1, 1, 1])], meters);
    const first = withReadings(start, [reading("in", 600, 10), reading("out", 610, 2)], meters, 0);
    expect(first.timesMs.slice(-2)).toEqual([600, 610]);
    expect(first.lines.map((line) => line.slice(-2))).toEqual([
      [undefined, 8],
      [10, undefined],
      [undefined, -2],
    ]);
    const silent = withReadings(first, [reading("in", 900, 10), reading("out", 610, 2)], meters, 0);
    expect(silent.lines[0]?.at(-1)).toBeNull();
    const bad = withReadings(first, [reading("in", 700, 10, 0x8000_0000), reading("out", 610, 2)], meters, 0);
    expect(bad.lines.map((line) => line.at(-1))).toEqual([null, null, undefined]);
  });

  test("a reading that is known already changes nothing; rows that are too old are dropped", () => {
    const start = historyColumns([history([9, 9, 9, 9, 9, 9])], [meters[0]]);
    expect(withReadings(start, [reading("in", 400, 1)], [meters[0]], 0)).toBe(start);
    const later = withReadings(start, [reading("in", 700, 1)], [meters[0]], 300);
    expect(later.timesMs).toEqual([350, 450, 550, 700]);
  });
});
