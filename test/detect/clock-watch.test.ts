/** A meter whose clock was moved: when that is told, and when it is over. */
import { expect, test } from "vitest";
import { createMeterHealth, watchMeter } from "../../src/detect/meter-health.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { aloneInTown, DAY_MS, INTERVAL_MS, inletFlow, START_MS } from "./synthetic-district.ts";

const FROM_DAY = 30;

/** Of a meter that reads what flowed three hours before, from one day to others. */
function found(days: number, isMoved: (day: number) => boolean): readonly Verdict[] {
  const { timesMs, values } = inletFlow("inlet", days, 5);
  const meter = createMeterHealth("inlet", "Africa/Nairobi");
  const surroundings = aloneInTown();
  return Array.from(timesMs).flatMap((startMs, at) => {
    const flowM3h = values[isMoved((startMs - START_MS) / DAY_MS) ? at - (3 * HOUR_MS) / INTERVAL_MS : at]!;
    return watchMeter(meter, startMs, startMs + INTERVAL_MS, flowM3h, surroundings);
  });
}

test.each([3, 20, 60])("a clock that was wrong for %d days and was put right is right", (wrongDays) => {
  const rightDay = FROM_DAY + wrongDays;
  const [opened, ended, ...others] = found(rightDay + 30, (day) => day >= FROM_DAY && day < rightDay);
  expect(opened).toMatchObject({ kind: "clock-shift", endMs: null });
  expect(ended).toMatchObject({ key: opened!.key, kind: "clock-shift" });
  expect(Math.abs(ended!.endMs! - START_MS - rightDay * DAY_MS)).toBeLessThan(DAY_MS);
  expect(others).toEqual([]);
});

test("a clock that was put right and is moved again is told again", () => {
  const isMoved = (day: number) => (day >= FROM_DAY && day < FROM_DAY + 20) || day >= FROM_DAY + 40;
  const told = found(FROM_DAY + 45, isMoved);
  expect(told.map(({ endMs }) => endMs === null)).toEqual([true, false, true]);
});
