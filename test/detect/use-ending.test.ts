/** How passing use ended, read off slots that scatter. */
import { expect, test } from "vitest";
import { useEnding } from "../../src/detect/use-ending.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";

const SLOT_MS = 15 * MINUTE_MS;
const END_MS = 3 * HOUR_MS;

/** Six hours of 15 minutes; `share` of 100 m3/h at a time, with a scatter of up to 20 m3/h either way. */
function slots(share: (timeMs: number) => number, seed: number) {
  const draw = uniformDraws(seed);
  return Array.from({ length: 24 }, (_, slot) => {
    const timeMs = slot * SLOT_MS;
    return { timeMs, aboveM3h: 100 * share(timeMs) + 40 * (draw() - 0.5) };
  });
}

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed + 1);
const shareTapered = (share: (timeMs: number) => number) =>
  SEEDS.filter((seed) => useEnding(slots(share, seed), SLOT_MS)?.tapered).length / SEEDS.length;

test("a float valve's end is told from one at once, in nearly all of forty draws", () => {
  const atOnce = (timeMs: number) => (timeMs < END_MS ? 1 : 0);
  const tapering = (timeMs: number) => (timeMs < END_MS ? 1 : Math.exp(-(timeMs - END_MS) / (0.8 * HOUR_MS)));
  expect(shareTapered(atOnce)).toBeLessThanOrEqual(0.1);
  expect(shareTapered(tapering)).toBeGreaterThanOrEqual(0.95);
});

test("it says when the use was over, to a slot", () => {
  const found = useEnding(
    slots((timeMs) => (timeMs < END_MS ? 1 : 0), 1),
    SLOT_MS,
  )!;
  expect(Math.abs(found.backMs - END_MS)).toBeLessThanOrEqual(SLOT_MS);
});

test("three slots are too few to say", () => {
  expect(useEnding(slots(() => 1, 1).slice(0, 3), SLOT_MS)).toBeNull();
});
