/** What a leak that ended leaves behind: how far a rise right after it is the drop put right, and from where on another leak. */
import { expect, test } from "vitest";
import {
  correctLeak,
  createLeakBook,
  dropLeak,
  isCorrection,
  type Rise,
  riseLeak,
} from "../../src/detect/leak-book.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BURST: Rise = {
  kind: "burst",
  startMs: 0,
  decidedMs: HOUR_MS,
  offsetM3h: 20,
  sigmaM3h: 1,
  sigmas: 9,
  evidence: [],
  ruledOut: [],
};
const REPAIRED_MS = 9 * DAY_MS;

function repaired() {
  const leaks = createLeakBook("north");
  riseLeak(leaks, BURST);
  const closing = dropLeak(leaks, {
    startMs: REPAIRED_MS - HOUR_MS,
    decidedMs: REPAIRED_MS,
    fellM3h: 20,
    sigmaM3h: 1,
  });
  expect(closing.verdicts.map(({ kind }) => kind)).toContain("repair");
  return leaks;
}

test("a small rise right after a repair puts right how much fell", () => {
  expect(isCorrection(repaired(), 4, REPAIRED_MS + DAY_MS)).toBe(true);
  expect(isCorrection(repaired(), -8, REPAIRED_MS + DAY_MS)).toBe(true);
});

test("a rise of two fifths of what a repair saved is another leak, told even on the day after", () => {
  expect(isCorrection(repaired(), 8, REPAIRED_MS + DAY_MS)).toBe(false);
});

test("days after a repair every rise is another leak", () => {
  expect(isCorrection(repaired(), 1, REPAIRED_MS + 4 * DAY_MS)).toBe(false);
});

test("only a leak that grew makes the days since it began prove nothing", () => {
  const leaks = createLeakBook("north");
  riseLeak(leaks, { ...BURST, kind: "leak" });
  riseLeak(leaks, { ...BURST, kind: "leak", decidedMs: 2 * DAY_MS, offsetM3h: 4 });
  const drop = { startMs: REPAIRED_MS - HOUR_MS, decidedMs: REPAIRED_MS, sigmaM3h: 1 };
  expect(dropLeak(leaks, { ...drop, fellM3h: 24 }).grewSinceMs).toBe(0);
  riseLeak(leaks, { ...BURST, decidedMs: 10 * DAY_MS, startMs: 10 * DAY_MS });
  expect(
    dropLeak(leaks, { ...drop, decidedMs: 20 * DAY_MS, startMs: 20 * DAY_MS, fellM3h: 20 }).grewSinceMs,
  ).toBe(null);
});

test("what ended within hours had been taken for all that was added, however much its end is measured to be; what lasted longer was not", () => {
  const leaks = createLeakBook("north");
  riseLeak(leaks, BURST);
  correctLeak(leaks, 2, 1, 3 * HOUR_MS);
  const drop = { startMs: 6 * HOUR_MS, decidedMs: 8 * HOUR_MS, fellM3h: 17, sigmaM3h: 1 };
  expect(dropLeak(leaks, drop).tookForUsualM3h).toBe(22);
  riseLeak(leaks, BURST);
  expect(
    dropLeak(leaks, { ...drop, startMs: 13 * HOUR_MS, decidedMs: 15 * HOUR_MS }).tookForUsualM3h,
  ).toBeNull();
  expect(dropLeak(leaks, drop).tookForUsualM3h).toBeNull();
});

test("a leak that is put right again and again is never taken to lose nothing, or less", () => {
  const leaks = createLeakBook("north");
  riseLeak(leaks, { ...BURST, kind: "leak" });
  for (const day of [1, 2, 3])
    if (isCorrection(leaks, -9, day * DAY_MS)) correctLeak(leaks, -9, 1, day * DAY_MS);
  expect(leaks.open[0]!.sizeM3h).toBe(11);
});
