import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { historyColumns, statisticsOf } from "../../src/web/history/history-columns.ts";
import { LEVELS, type Level, levelFor } from "../../src/web/history/levels.ts";
import { type BucketColumns, createTileStore } from "../../src/web/history/tile-store.ts";

const level = (bucket: string): Level => LEVELS.find((one) => one.bucket === bucket)!;
const HOUR = level("1h");
const SENSORS = ["a", "b"];
const NOW_MS = 1000 * DAY_MS;
const MIDNIGHT_MS = -3 * HOUR_MS;

function columns(means: readonly number[], change: Partial<BucketColumns> = {}): BucketColumns {
  const known = means.map((mean) => (Number.isNaN(mean) ? 0 : 2));
  return {
    means: Float64Array.from(means),
    minima: Float64Array.from(means, (mean) => mean - 1),
    maxima: Float64Array.from(means, (mean) => mean + 1),
    counts: Float64Array.from(known),
    doubtful: new Float64Array(means.length),
    ...change,
  };
}

test("years cost no more points than hours", () => {
  for (const rangeMs of [HOUR_MS, DAY_MS, 30 * DAY_MS, 365 * DAY_MS, 3650 * DAY_MS]) {
    const { bucketMs } = levelFor(rangeMs, 1500);
    expect(rangeMs / bucketMs).toBeLessThanOrEqual(1500);
  }
  expect(levelFor(365 * DAY_MS, 1500).bucket).toBe("6h");
  expect(levelFor(6 * HOUR_MS, 1500).bucket).toBe("1m");
});

describe("tiles", () => {
  test("are asked for once; several sensors and neighbouring tiles in one question", () => {
    const store = createTileStore(MIDNIGHT_MS);
    const range = { fromMs: 100 * DAY_MS, toMs: 140 * DAY_MS };
    const [run, ...others] = store.missing(SENSORS, HOUR, range, NOW_MS);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ sensors: SENSORS });
    expect(run!.fromMs).toBeLessThanOrEqual(range.fromMs);
    expect(run!.toMs).toBeGreaterThan(range.toMs);
    // Tiles start with a midnight of the wall clock.
    expect((run!.fromMs - MIDNIGHT_MS) % DAY_MS).toBe(0);
    const means = Array.from({ length: (run!.toMs - run!.fromMs) / HOUR_MS }, () => 5);
    for (const sensor of SENSORS) store.put(sensor, HOUR, run!.fromMs, columns(means), NOW_MS);
    expect(store.missing(SENSORS, HOUR, range, NOW_MS)).toEqual([]);
    expect(store.missing(["a", "c"], HOUR, range, NOW_MS)[0]?.sensors).toEqual(["c"]);
  });

  test("at the present are asked for again from where they end, and nothing of the future is", () => {
    const store = createTileStore(0);
    const range = { fromMs: NOW_MS - 10 * HOUR_MS, toMs: NOW_MS + 10 * HOUR_MS };
    const [run] = store.missing(["a"], HOUR, range, NOW_MS);
    expect(run!.toMs).toBe(NOW_MS + HOUR_MS);
    const means = Array.from({ length: (run!.toMs - run!.fromMs) / HOUR_MS }, () => 5);
    store.put("a", HOUR, run!.fromMs, columns(means), NOW_MS);
    expect(store.missing(["a"], HOUR, range, NOW_MS + 30 * MINUTE_MS)).toEqual([]);
    const [later] = store.missing(["a"], HOUR, range, NOW_MS + 90 * MINUTE_MS);
    expect(later).toMatchObject({ fromMs: NOW_MS, toMs: NOW_MS + 2 * HOUR_MS });
  });

  test("of a coarser level stand in until the fine ones have come", () => {
    const store = createTileStore(0);
    store.put("a", level("1d"), 100 * DAY_MS, columns([7]), NOW_MS);
    const read = () => store.reader("a", HOUR)(100 * 24 + 5);
    expect(read()?.mean).toBe(7);
    store.put("a", HOUR, 100 * DAY_MS, columns([1, 2, 3, 4, 5, 6]), NOW_MS);
    expect(read()?.mean).toBe(6);
    expect(store.reader("a", HOUR)(150 * 24)).toBeUndefined();
  });

  test("whatever is looked at in whatever order, a missing range is missing until it was put, and then is not", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 990 }), fc.integer({ min: 1, max: 60 })), {
          maxLength: 12,
        }),
        (views) => {
          const store = createTileStore(MIDNIGHT_MS);
          for (const [day, days] of views) {
            const range = { fromMs: day * DAY_MS, toMs: (day + days) * DAY_MS };
            for (const { sensors, fromMs, toMs } of store.missing(SENSORS, HOUR, range, NOW_MS)) {
              const means = Array.from({ length: (toMs - fromMs) / HOUR_MS }, (_, row) => fromMs + row);
              for (const sensor of sensors) store.put(sensor, HOUR, fromMs, columns(means), NOW_MS);
            }
            expect(store.missing(SENSORS, HOUR, range, NOW_MS)).toEqual([]);
          }
        },
      ),
    );
  });
});

describe("what is drawn", () => {
  const store = createTileStore(0);
  const gap = [1, 2, Number.NaN, Number.NaN, Number.NaN, 6, Number.NaN, 8];
  store.put("a", HOUR, 0, columns(gap, { doubtful: Float64Array.from([0, 1, 3, 0, 0, 0, 0, 0]) }), NOW_MS);
  const drawing = { level: HOUR, range: { fromMs: 0, toMs: 8 * HOUR_MS - 1 }, originMs: 0, compareMs: null };

  test("breaks where nothing came, bridges one late value, and marks what was doubtful", () => {
    const { timesMs, sensors } = historyColumns(store, [{ id: "a", intervalMs: HOUR_MS }], drawing);
    expect(timesMs[0]).toBe(HOUR_MS / 2);
    expect(sensors[0]?.means).toEqual([1, 2, null, null, null, 6, undefined, 8]);
    expect(sensors[0]?.maxima[1]).toBe(3);
    expect(sensors[0]?.doubts).toEqual([{ fromMs: HOUR_MS, toMs: 3 * HOUR_MS }]);
  });

  test("beside it stands the same so long before", () => {
    const later = {
      ...drawing,
      range: { fromMs: 5 * HOUR_MS, toMs: 8 * HOUR_MS - 1 },
      compareMs: 5 * HOUR_MS,
    };
    const { sensors } = historyColumns(store, [{ id: "a", intervalMs: HOUR_MS }], later);
    expect(sensors[0]?.before).toEqual([1, 2, null]);
  });

  test("comes to least, mean over time, greatest, volume and completeness", () => {
    const figures = statisticsOf(
      store,
      { id: "a", intervalMs: HOUR_MS / 2 },
      { ...drawing, range: { fromMs: 0, toMs: 8 * HOUR_MS } },
    );
    expect(figures).toMatchObject({ minimum: 0, mean: 17 / 4, maximum: 9, samples: 8, doubtful: 4 });
    expect(figures.completeness).toBe(0.5);
    expect(figures.volumeM3).toBe(17);
  });
});
