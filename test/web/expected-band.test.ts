import { expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/clock.ts";
import { bandAt, deviationOf } from "../../src/web/chart/expected-band.ts";

const expected = {
  startsMs: [0, HOUR_MS, 2 * HOUR_MS],
  lowM3h: [1, 3, null],
  highM3h: [5, 9, null],
};

test("between the middles of two hours the band goes straight; where nothing was expected there is none", () => {
  const at = (hours: number) => bandAt([hours * HOUR_MS], expected);
  expect(at(0.5)).toEqual({ low: [1], high: [5] });
  expect(at(1)).toEqual({ low: [2], high: [7] });
  expect(at(0.1)).toEqual({ low: [1], high: [5] });
  expect([at(2.6), at(-1), at(9)].map(({ low }) => low)).toEqual([[null], [null], [null]]);
});

test("the deviation is what of the line is beyond the band; a gap is no deviation", () => {
  const { above, below } = deviationOf([12, 4, 0, null, undefined], [1, 1, 1, 1, 1], [9, 9, 9, 9, 9]);
  expect(above).toEqual([12, 9, 9, null, undefined]);
  expect(below).toEqual([1, 1, 0, null, undefined]);
});
