/** What as many alarms at random times would find: the score that knowing nothing gets, by seeded draws. */
import type { TimeRange } from "../model/sample.ts";
import { uniformDraws } from "../model/seeded-random.ts";
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
  const random = uniformDraws(seed);
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
