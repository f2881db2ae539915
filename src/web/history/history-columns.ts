/** The columns a history chart draws of some sensors over a range, the same a while before beside them, and what they come to. Pure. */
import { HOUR_MS } from "../../model/clock.ts";
import type { TimeRange } from "../../model/sample.ts";
import type { Cell } from "../chart/flow-columns.ts";
import { bucketAt, type Level, startOf } from "./levels.ts";
import type { TileStore } from "./tile-store.ts";

export interface DrawnSensor {
  readonly id: string;
  readonly intervalMs: number;
}

export interface SensorColumns {
  readonly means: readonly Cell[];
  readonly minima: readonly Cell[];
  readonly maxima: readonly Cell[];
  /** The means so long before; empty when nothing is compared. */
  readonly before: readonly Cell[];
  /** Where samples were doubtful or bad. */
  readonly doubts: readonly TimeRange[];
  /** Buckets of the range not known yet. */
  readonly pending: number;
}

export interface HistoryColumns {
  /** Middles of the buckets, ms UTC, ascending. */
  readonly timesMs: readonly number[];
  readonly sensors: readonly SensorColumns[];
}

export interface Drawing {
  readonly level: Level;
  readonly range: TimeRange;
  readonly originMs: number;
  /** How long before, to compare with; null for nothing. A multiple of the level's buckets, or it is moved to one. */
  readonly compareMs: number | null;
}

export function historyColumns(
  store: TileStore,
  sensors: readonly DrawnSensor[],
  { level, range, originMs, compareMs }: Drawing,
): HistoryColumns {
  const first = bucketAt(level, range.fromMs, originMs);
  const rows = bucketAt(level, range.toMs, originMs) - first + 1;
  const timesMs = Array.from(
    { length: rows },
    (_, row) => startOf(level, first + row, originMs) + level.bucketMs / 2,
  );
  const back = compareMs === null ? null : Math.round(compareMs / level.bucketMs);
  return {
    timesMs,
    sensors: sensors.map(({ id, intervalMs }) => {
      // Two intervals of silence may be one late value.
      const bridge = (2 * intervalMs) / level.bucketMs;
      const read = store.reader(id, level);
      const buckets = timesMs.map((_, row) => read(first + row));
      const line = (of: (bucket: NonNullable<(typeof buckets)[number]>) => number) =>
        bridged(
          buckets.map((bucket): Cell => (bucket ? cellOf(of(bucket)) : undefined)),
          bridge,
        );
      return {
        means: line(({ mean }) => mean),
        minima: line(({ minimum }) => minimum),
        maxima: line(({ maximum }) => maximum),
        before:
          back === null
            ? []
            : bridged(
                timesMs.map((_, row): Cell => {
                  const bucket = read(first + row - back);
                  return bucket ? cellOf(bucket.mean) : undefined;
                }),
                bridge,
              ),
        doubts: runsOf(
          buckets.map((bucket) => (bucket?.doubtful ?? 0) > 0),
          timesMs,
          level,
        ),
        pending: buckets.filter((bucket) => bucket === undefined).length,
      };
    }),
  };
}

function cellOf(value: number): Cell {
  return Number.isNaN(value) ? null : value;
}

/** Empty buckets between two values are no gap while the silence is short: a slow meter fills only some. */
function bridged(cells: readonly Cell[], gapBuckets: number): readonly Cell[] {
  const line = [...cells];
  let last = -1;
  cells.forEach((cell, row) => {
    if (typeof cell !== "number") return;
    if (last >= 0 && row - last <= gapBuckets) line.fill(undefined, last + 1, row);
    last = row;
  });
  return line;
}

function runsOf(
  marks: readonly boolean[],
  timesMs: readonly number[],
  { bucketMs }: Level,
): readonly TimeRange[] {
  const runs: TimeRange[] = [];
  marks.forEach((marked, row) => {
    if (!marked) return;
    const range = { fromMs: timesMs[row]! - bucketMs / 2, toMs: timesMs[row]! + bucketMs / 2 };
    const last = runs.at(-1);
    if (last?.toMs === range.fromMs) runs[runs.length - 1] = { ...last, toMs: range.toMs };
    else runs.push(range);
  });
  return runs;
}

export interface Statistics {
  readonly minimum: number | null;
  readonly mean: number | null;
  readonly maximum: number | null;
  readonly samples: number;
  readonly doubtful: number;
  /** Share of the samples expected that came, 0..1. */
  readonly completeness: number;
  /** Mean times duration, m3, for flows; the known part of the range alone. */
  readonly volumeM3: number;
}

/** Of the buckets whose middle lies within the range. The mean is one over time: many samples at once count no more than one. */
export function statisticsOf(
  store: TileStore,
  { id, intervalMs }: DrawnSensor,
  { level, range, originMs }: Omit<Drawing, "compareMs">,
): Statistics {
  const read = store.reader(id, level);
  const first = bucketAt(level, range.fromMs + level.bucketMs / 2, originMs);
  const rows = bucketAt(level, range.toMs - level.bucketMs / 2, originMs) - first + 1;
  const buckets = Array.from({ length: Math.max(0, rows) }, (_, row) => read(first + row)).filter(
    (bucket) => bucket !== undefined,
  );
  const known = buckets.filter(({ count }) => count > 0);
  const least = (values: readonly number[]) =>
    values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const samples = sum(known.map(({ count }) => count));
  const mean = known.length > 0 ? sum(known.map((bucket) => bucket.mean)) / known.length : null;
  const expected = (range.toMs - range.fromMs) / intervalMs;
  // A slow meter's sample stands for its whole interval, a fast one's for the bucket.
  const standsMs = Math.min(Math.max(level.bucketMs, intervalMs), range.toMs - range.fromMs);
  return {
    minimum: known.length > 0 ? least(known.map(({ minimum }) => minimum)) : null,
    mean,
    maximum: known.length > 0 ? -least(known.map(({ maximum }) => -maximum)) : null,
    samples,
    doubtful: sum(buckets.map(({ doubtful }) => doubtful)),
    completeness: expected > 0 ? Math.min(1, samples / expected) : 0,
    volumeM3: ((mean ?? 0) * known.length * standsMs) / HOUR_MS,
  };
}
