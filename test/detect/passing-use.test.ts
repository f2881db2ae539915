/** Use that came and went from a busy evening into a quiet night: each of its hours counts by what that hour varies by. */
import { expect, test } from "vitest";
import { createPassingUse, notePassingSlot, passingUseOver } from "../../src/detect/passing-use.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";

const SLOT_MS = 15 * MINUTE_MS;
const isNight = (hour: number) => hour >= 16;

/** Drawn from hour 14 of the second day on, for five hours. */
function passed(drawnM3h: number) {
  const use = createPassingUse("a", SLOT_MS);
  const found = [];
  for (let at = 0; at < 48; at += 1) {
    const hour = at % 24;
    const usualM3h = isNight(hour) ? 40 : 200;
    const flowM3h = usualM3h + (at >= 38 && at < 43 ? drawnM3h : 0);
    for (let slot = 0; slot < 4; slot += 1) notePassingSlot(use, at * HOUR_MS + slot * SLOT_MS, flowM3h);
    const over = passingUseOver(use, {
      day: 1 + Math.floor(at / 24),
      hour,
      startMs: at * HOUR_MS,
      endMs: (at + 1) * HOUR_MS,
      flowM3h,
      usualM3h,
      sigmaM3h: isNight(hour) ? 4 : 16,
    });
    if (over) found.push(over);
  }
  return found;
}

test("is clear where its evening hours stand out little, and its night hours by far", () => {
  const [found, ...others] = passed(60);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ isClear: true, verdict: { kind: "large-user", startMs: 38 * HOUR_MS } });
  expect(found!.verdict.size!.estimate).toBeCloseTo(60, 5);
});
