/**
 * The tiles of history a page holds, by sensor and level, bounded; what is missing for a range, and what is there for each bucket. A
 * tile that reached up to the present when it was fetched is known only up to then. No clock: `nowMs` is handed in.
 */
import type { TimeRange } from "../../model/sample.ts";
import { bucketAt, coarserThan, type Level, startOf, TILE_BUCKETS, tileOf, tilesIn } from "./levels.ts";

/** Columns of equal length, a bucket a row; NaN where a bucket is empty. */
export interface BucketColumns {
  readonly minima: Float64Array;
  readonly means: Float64Array;
  readonly maxima: Float64Array;
  readonly counts: Float64Array;
  /** Samples of doubtful or bad quality. */
  readonly doubtful: Float64Array;
}

interface Tile extends BucketColumns {
  /** Buckets before this time are known. */
  knownUntilMs: number;
  usedAt: number;
}

/** What has to be asked for, of several sensors at once. */
export interface MissingRun extends TimeRange {
  readonly sensors: readonly string[];
  readonly level: Level;
}

export interface Bucket {
  readonly minimum: number;
  readonly mean: number;
  readonly maximum: number;
  readonly count: number;
  readonly doubtful: number;
}

export interface TileStore {
  missing(sensors: readonly string[], level: Level, range: TimeRange, nowMs: number): readonly MissingRun[];
  /** Buckets of one sensor from `fromMs` on, as fetched for a run that was missing. */
  put(sensor: string, level: Level, fromMs: number, columns: BucketColumns, knownUntilMs: number): void;
  /** Reads one sensor bucket by bucket; undefined while neither this level nor a coarser one is known there. */
  reader(sensor: string, level: Level): (bucket: number) => Bucket | undefined;
}

const MOST_TILES = 1200;

export function createTileStore(originMs: number): TileStore {
  const tiles = new Map<string, Tile>();
  let uses = 0;
  const keyOf = (sensor: string, { bucket }: Level, tile: number) => `${bucket} ${tile} ${sensor}`;

  function tileFor(key: string): Tile {
    const known = tiles.get(key);
    if (known) return known;
    const column = (fill: number) => new Float64Array(TILE_BUCKETS).fill(fill);
    const made = {
      minima: column(Number.NaN),
      means: column(Number.NaN),
      maxima: column(Number.NaN),
      counts: column(0),
      doubtful: column(0),
      knownUntilMs: Number.NEGATIVE_INFINITY,
      usedAt: uses,
    };
    tiles.set(key, made);
    return made;
  }

  /** Those that were not looked at for longest make room. */
  function forget(): void {
    if (tiles.size <= MOST_TILES) return;
    const oldest = [...tiles].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [key] of oldest.slice(0, MOST_TILES / 4)) tiles.delete(key);
  }

  /** Of one level alone. Buckets are read in order, so the tile of the last one is most often that of the next. */
  function readerOf(sensor: string, level: Level): (bucket: number) => Bucket | undefined {
    let index = Number.NaN;
    let tile: Tile | undefined;
    return (bucket) => {
      const wanted = tileOf(bucket);
      if (wanted !== index) {
        index = wanted;
        tile = tiles.get(keyOf(sensor, level, wanted));
        if (tile) tile.usedAt = uses;
      }
      if (!tile || startOf(level, bucket, originMs) >= tile.knownUntilMs) return undefined;
      const row = bucket - wanted * TILE_BUCKETS;
      return {
        minimum: tile.minima[row]!,
        mean: tile.means[row]!,
        maximum: tile.maxima[row]!,
        count: tile.counts[row]!,
        doubtful: tile.doubtful[row]!,
      };
    };
  }

  return {
    missing(sensors, level, range, nowMs) {
      uses += 1;
      const runs: MissingRun[] = [];
      for (const tile of tilesIn(level, { ...range, toMs: Math.min(range.toMs, nowMs) }, originMs)) {
        const endMs = startOf(level, (tile + 1) * TILE_BUCKETS, originMs);
        const startMs = startOf(level, tile * TILE_BUCKETS, originMs);
        // The present's own bucket fills up still: it is asked for again when it is over.
        const neededMs = Math.min(endMs, startOf(level, bucketAt(level, nowMs, originMs), originMs));
        const needs = sensors.flatMap((sensor) => {
          const untilMs = tiles.get(keyOf(sensor, level, tile))?.knownUntilMs ?? Number.NEGATIVE_INFINITY;
          if (untilMs >= neededMs && untilMs > startMs) return [];
          const from = Math.max(startMs, startOf(level, bucketAt(level, untilMs, originMs), originMs));
          return [{ sensor, fromMs: Number.isFinite(untilMs) ? from : startMs }];
        });
        if (needs.length === 0) continue;
        const untilMs = Math.min(endMs, startOf(level, bucketAt(level, nowMs, originMs) + 1, originMs));
        const fromMs = Math.min(...needs.map((need) => need.fromMs));
        const asked = needs.map(({ sensor }) => sensor);
        const before = runs.at(-1);
        if (before && before.toMs === fromMs && before.sensors.join() === asked.join())
          runs[runs.length - 1] = { ...before, toMs: untilMs };
        else runs.push({ sensors: asked, level, fromMs, toMs: untilMs });
      }
      return runs;
    },
    put(sensor, level, fromMs, columns, knownUntilMs) {
      const first = bucketAt(level, fromMs, originMs);
      for (let row = 0; row < columns.means.length; row += 1) {
        const bucket = first + row;
        const tile = tileFor(keyOf(sensor, level, tileOf(bucket)));
        const at = bucket - tileOf(bucket) * TILE_BUCKETS;
        tile.minima[at] = columns.minima[row]!;
        tile.means[at] = columns.means[row]!;
        tile.maxima[at] = columns.maxima[row]!;
        tile.counts[at] = columns.counts[row]!;
        tile.doubtful[at] = columns.doubtful[row]!;
        const endMs = startOf(level, bucket + 1, originMs);
        tile.knownUntilMs = Math.max(tile.knownUntilMs, Math.min(endMs, knownUntilMs));
      }
      forget();
    },
    reader(sensor, level) {
      const own = readerOf(sensor, level);
      const coarser = coarserThan(level).map((one) => ({ level: one, read: readerOf(sensor, one) }));
      return (bucket) => {
        const found = own(bucket);
        if (found) return found;
        const timeMs = startOf(level, bucket, originMs) + level.bucketMs / 2;
        for (const { level: one, read } of coarser) {
          const rough = read(bucketAt(one, timeMs, originMs));
          if (rough) return rough;
        }
        return undefined;
      };
    },
  };
}
