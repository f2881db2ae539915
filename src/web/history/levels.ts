/**
 * How finely history is drawn: a level is a length of bucket, and a tile a run of buckets that is fetched and kept as one. The finest
 * level whose buckets fit the points there is room for is the one that is drawn; so years cost no more than hours. Pure.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../model/clock.ts";
import type { TimeRange } from "../../model/sample.ts";

export interface Level {
  /** As GET /api/v1/readings takes it. */
  readonly bucket: string;
  readonly bucketMs: number;
}

export const LEVELS: readonly Level[] = [
  { bucket: "10s", bucketMs: 10_000 },
  { bucket: "1m", bucketMs: MINUTE_MS },
  { bucket: "5m", bucketMs: 5 * MINUTE_MS },
  { bucket: "15m", bucketMs: 15 * MINUTE_MS },
  { bucket: "1h", bucketMs: HOUR_MS },
  { bucket: "2h", bucketMs: 2 * HOUR_MS },
  { bucket: "6h", bucketMs: 6 * HOUR_MS },
  { bucket: "1d", bucketMs: DAY_MS },
  { bucket: "7d", bucketMs: 7 * DAY_MS },
];

const COARSEST = LEVELS.at(-1)!;

export const TILE_BUCKETS = 360;

/** The finest level with at most `points` buckets in the range. */
export function levelFor(rangeMs: number, points: number): Level {
  return LEVELS.find(({ bucketMs }) => rangeMs / bucketMs <= points) ?? COARSEST;
}

/** The levels that are coarser, the next one first: what can be drawn until the fine one has come. */
export function coarserThan(level: Level): readonly Level[] {
  return LEVELS.slice(LEVELS.indexOf(level) + 1);
}

/** Buckets count from `originMs` on: a midnight of the wall clock, so that a day is a day. */
export function bucketAt({ bucketMs }: Level, timeMs: number, originMs: number): number {
  return Math.floor((timeMs - originMs) / bucketMs);
}

export function startOf({ bucketMs }: Level, bucket: number, originMs: number): number {
  return originMs + bucket * bucketMs;
}

export function tileOf(bucket: number): number {
  return Math.floor(bucket / TILE_BUCKETS);
}

/** The tiles that a range touches, ascending. */
export function tilesIn(level: Level, { fromMs, toMs }: TimeRange, originMs: number): readonly number[] {
  const first = tileOf(bucketAt(level, fromMs, originMs));
  const last = tileOf(bucketAt(level, toMs, originMs));
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
