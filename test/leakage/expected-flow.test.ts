import fc from "fast-check";
import { expect, test } from "vitest";
import { expectedHours } from "../../src/leakage/expected-flow.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";

const ZONE = "Africa/Nairobi";
/** A Monday, midnight in Nairobi. */
const MONDAY_MS = Date.UTC(2026, 1, 1, 21);
const atHour = (day: number, hour: number) => MONDAY_MS + day * DAY_MS + hour * HOUR_MS;

/** `flowOf` by the day since that Monday and the hour. */
function hoursOf(days: number, flowOf: (day: number, hour: number) => number) {
  const rows = Array.from({ length: days * 24 }, (_, row) => [Math.floor(row / 24), row % 24] as const);
  return {
    startsMs: rows.map(([day, hour]) => atHour(day, hour)),
    flowsM3h: rows.map(([day, hour]) => flowOf(day, hour)),
  };
}

const isWeekend = (day: number) => day % 7 >= 5;

test("an hour is expected to be as the same hour of days of its kind", () => {
  const flows = hoursOf(22, (day, hour) => 10 + hour + (isWeekend(day) ? 5 : 0) + (day % 2));
  const [first] = expectedHours(flows, ZONE, { fromMs: atHour(21, 3), learnBeforeMs: atHour(22, 0) });
  // Fifteen Mondays to Fridays before: 13 or 14.
  expect(first).toMatchObject({ startMs: atHour(21, 3), flowM3h: 14, pastHours: 15 });
  expect(first?.expected?.medianM3h).toBe(13);
  expect(first?.expected?.lowM3h).toBeLessThan(13);
});

test("what flows since a leak began is not taken for usual", () => {
  const flows = hoursOf(28, (day) => (day >= 20 ? 30 : 10));
  const from = { fromMs: atHour(27, 0) };
  const [learnt] = expectedHours(flows, ZONE, { ...from, learnBeforeMs: atHour(28, 0) });
  const [before] = expectedHours(flows, ZONE, { ...from, learnBeforeMs: atHour(20, 0) });
  expect(before?.expected?.medianM3h).toBe(10);
  // A Sunday with three before it; the last of them is in the leak, and a median does not mind.
  expect(learnt?.pastHours).toBe(3);
  // Two hundredths of the flow at least, three of them to either side: a meter tells no finer.
  expect(before?.expected?.highM3h).toBeCloseTo(10.6);
});

test("with too little of the past nothing is said, and gaps are no past", () => {
  const flows = hoursOf(8, (day) => (day === 2 ? Number.NaN : 10));
  const told = expectedHours(flows, ZONE, { fromMs: atHour(0, 0), learnBeforeMs: atHour(8, 0) });
  expect(told[4 * 24]).toMatchObject({ pastHours: 3, expected: null });
  expect(told[7 * 24]).toMatchObject({ pastHours: 4, expected: { medianM3h: 10 } });
  expect(told).toHaveLength(8 * 24);
});

test("nothing that comes later changes what was expected", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -50, max: 500, noNaN: true }), { minLength: 24, maxLength: 24 }),
      (later) => {
        const known = hoursOf(15, (day, hour) => 10 + hour + day);
        const changed = { ...known, flowsM3h: [...known.flowsM3h.slice(0, -24), ...later] };
        const from = { fromMs: atHour(14, 0), learnBeforeMs: atHour(15, 0) };
        const expectations = (flows: typeof known) =>
          expectedHours(flows, ZONE, from).map(({ expected }) => expected);
        expect(expectations(changed)).toEqual(expectations(known));
      },
    ),
  );
});
