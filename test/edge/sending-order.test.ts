import { expect, test } from "vitest";
import { laneOrder, needsLane } from "../../edge/lane-order.ts";
import { fullBucket, refilled, spent, waitMsOf } from "../../edge/token-bucket.ts";

test("a second's worth may be sent at once, and a large message makes the next one wait for what it took", () => {
  let bucket = fullBucket(1000, 0);
  expect(waitMsOf(bucket, 1000)).toBe(0);
  bucket = spent(bucket, 3000);
  const waitMs = waitMsOf(bucket, 1000);
  expect(waitMs).toBeGreaterThan(2000);
  expect(waitMsOf(refilled(bucket, 1000, waitMs), 1000)).toBe(0);
});

test("an idle hour saves up no more than a second, and a clock set back pays nothing", () => {
  const bucket = spent(fullBucket(1000, 0), 1000);
  expect(refilled(bucket, 1000, 3_600_000).bytes).toBe(1000);
  expect(refilled(bucket, 1000, -5000).bytes).toBe(0);
});

test("whatever sizes are sent when allowed, the mean stays below the cap", () => {
  const bytesPerS = 1000;
  let bucket = fullBucket(bytesPerS, 0);
  let nowMs = 0;
  let sentBytes = 0;
  for (let index = 0; index < 500; index += 1) {
    nowMs += waitMsOf(bucket, bytesPerS);
    bucket = refilled(bucket, bytesPerS, nowMs);
    const size = (index * 7919) % 2500;
    bucket = spent(bucket, size);
    sentBytes += size;
  }
  // What the last one took is still to be paid off.
  expect(sentBytes).toBeLessThanOrEqual((nowMs / 1000) * bytesPerS + bytesPerS + 2500);
});

test("live first sends the growing lane first and keeps the others' share small; backlog first goes by age", () => {
  const [old, older, live] = [lane("b", 11, 90), lane("a", 1, 10), lane("c", 91, 95)];
  const order = laneOrder([older, old, live], "live", 16);
  expect(order.map(({ lane: { epoch }, windowBatches }) => [epoch, windowBatches])).toEqual([
    ["c", 16],
    ["a", 4],
    ["b", 4],
  ]);
  expect(laneOrder([older, live], "backlog", 16).map((one) => one.lane.epoch)).toEqual(["a", "c"]);
});

test("live data get a lane of their own when much is held, but never more than four", () => {
  expect(needsLane([lane("a", 1, 32)], "live", 16)).toBe(false);
  expect(needsLane([lane("a", 1, 33)], "live", 16)).toBe(true);
  expect(needsLane([lane("a", 1, 33)], "backlog", 16)).toBe(false);
  expect(
    needsLane(
      ["a", "b", "c", "d"].map((epoch) => lane(epoch, 1, 99)),
      "live",
      16,
    ),
  ).toBe(false);
});

function lane(epoch: string, first: number, last: number) {
  return { epoch, first, last };
}
