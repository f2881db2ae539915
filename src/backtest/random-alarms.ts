/** What as many alarms at random times would find: the score that knowing nothing gets, by seeded draws. */
import type { TimeRange } from "../model/sample.ts";
import type { Label } from "./labels.ts";
import { type Alarm, matchAlarms } from "./match-alarms.ts";

const DRAWS = 1000;

/** Expected number of leaks found by moving every alarm to a uniformly random time of the range. */
export function randomlyFound(
  alarms: readonly Alarm[],
  labels: readonly Label[],
  range: TimeRange,
  seed: number,
): number {
  const random = createRandom(seed);
  let found = 0;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const moved = alarms.map(({ district }) => ({
      district,
      raisedMs: range.fromMs + random() * (range.toMs - range.fromMs),
    }));
    found += matchAlarms(moved, labels).found.length;
  }
  return found / DRAWS;
}

/** Uniform in 0..1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
