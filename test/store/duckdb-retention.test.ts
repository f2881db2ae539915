/** History that may not grow for ever: what goes, what stays, and what is still answered about it. */
import { cp, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { BAD } from "../../src/model/status.ts";
import { type DuckdbStore, openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MARCH = Date.UTC(2026, 2, 1);
const MAY = Date.UTC(2026, 4, 1);
const NOW = MAY + 20 * DAY_MS;
const ALL = { fromMs: 0, toMs: NOW };

const filesIn = async (folder: string, kind: string) => (await readdir(join(folder, kind))).sort();

/** A sample every 20 minutes in two hours of each of three days in March and three in May, sealed. */
async function openSealed(folder: string): Promise<DuckdbStore> {
  const store = await openDuckdbStore(folder);
  const times = [0, 1, 2, 61, 62, 63].flatMap((day) =>
    Array.from({ length: 6 }, (_, i) => MARCH + day * DAY_MS + i * 20 * 60_000),
  );
  await store.append({
    series: [
      seriesOf(
        "a",
        times,
        times.map((_, i) => i % 6),
      ),
      seriesOf("b", [MARCH, MARCH + 1], [Number.NaN, 7], [BAD, BAD]),
    ],
    watermarks: [],
    events: [],
  });
  await store.seal(NOW);
  return store;
}

async function hoursOf(store: DuckdbStore, fromMs: number) {
  const range = { fromMs, toMs: fromMs + 3 * HOUR_MS };
  const [{ minima, means, maxima, counts }] = await store.downsample(["a"], range, HOUR_MS);
  return [minima, means, maxima, counts].map((column) => [...column]);
}

const TWO_HOURS = [
  [0, 3, Number.NaN],
  [1, 4, Number.NaN],
  [2, 5, Number.NaN],
  [3, 3, 0],
];

describe("retention", () => {
  it("turns old samples into hours, which go on answering", async () => {
    const folder = await temporaryFolder();
    const store = await openSealed(folder);
    expect(await store.retain({ samplesDays: 30 }, NOW)).toMatchObject({ summed: ["2026-03"], deleted: [] });
    expect(await filesIn(folder, "sealed")).toHaveLength(3);
    expect(await filesIn(folder, "hourly")).toEqual(["2026-03.parquet"]);
    expect(await hoursOf(store, MARCH)).toEqual(TWO_HOURS);
    expect(await hoursOf(store, MAY)).toEqual(TWO_HOURS);
    expect((await store.read("a", ALL)).timesMs).toHaveLength(18);
    expect((await store.extent())?.fromMs).toBe(MAY);
    const [day] = await store.downsample(["a"], { fromMs: MARCH, toMs: MARCH + DAY_MS }, DAY_MS);
    expect([day.minima[0], day.means[0], day.maxima[0], day.counts[0]]).toEqual([0, 2.5, 5, 6]);
    await store.close();
    const tool = await (await DuckDBInstance.create()).connect();
    const rows = await tool.runAndReadAll(`FROM '${join(folder, "hourly", "2026-03.parquet")}' LIMIT 2`);
    const quality = { samples: 3, uncertain: 0, bad: 0 };
    expect(rows.getRowObjectsJson()).toEqual([
      { sensor: "a", hour_utc: "2026-03-01 00:00:00", minimum: 0, mean: 1, maximum: 2, ...quality },
      { sensor: "a", hour_utc: "2026-03-01 01:00:00", minimum: 3, mean: 4, maximum: 5, ...quality },
    ]);
    const again = await openDuckdbStore(folder);
    expect(await hoursOf(again, MARCH)).toEqual(TWO_HOURS);
    expect((await again.extent())?.fromMs).toBe(MAY);
    await again.close();
  });

  it("deletes hours when they are old too", async () => {
    const folder = await temporaryFolder();
    const store = await openSealed(folder);
    const report = await store.retain({ samplesDays: 20, hoursDays: 30 }, NOW);
    expect(report).toMatchObject({ summed: ["2026-03"], deleted: ["2026-03"] });
    expect(await filesIn(folder, "hourly")).toEqual([]);
    expect((await hoursOf(store, MARCH))[3]).toEqual([0, 0, 0]);
    await store.close();
  });

  it("lets the oldest go above a size, but never the last six weeks, and says when that is too much", async () => {
    const folder = await temporaryFolder();
    const store = await openSealed(folder);
    const before = await store.retain({}, NOW);
    expect(before).toMatchObject({ summed: [], deleted: [], isOverMaximum: false });
    expect(before.bytes).toBeGreaterThan((await stat(join(folder, "sealed", "2026-03.parquet"))).size);
    expect(await store.retain({ maxBytes: before.bytes }, NOW)).toMatchObject({ summed: [] });
    const report = await store.retain({ maxBytes: 1 }, NOW);
    expect(report).toMatchObject({ summed: ["2026-03"], deleted: ["2026-03"], isOverMaximum: true });
    expect(await hoursOf(store, MAY)).toEqual(TWO_HOURS);
    await store.close();
  });

  it("never counts an hour twice: what is sent again, or late, counts where it knows more", async () => {
    const folder = await temporaryFolder();
    const store = await openSealed(folder);
    await store.retain({ samplesDays: 30 }, NOW);
    const late = {
      series: [
        seriesOf(
          "a",
          [MARCH, MARCH + HOUR_MS, MARCH + HOUR_MS + 1, MARCH + HOUR_MS + 2, MARCH + 2 * HOUR_MS],
          [100, 8, 8, 8, 9],
        ),
      ],
      watermarks: [],
      events: [],
    };
    const expected = [
      [0, 8, 9],
      [1, 8, 9],
      [2, 8, 9],
      [3, 3, 1],
    ];
    await store.append(late);
    expect(await hoursOf(store, MARCH)).toEqual(expected);
    await store.seal(NOW);
    expect(await hoursOf(store, MARCH)).toEqual(expected);
    expect(await store.retain({ samplesDays: 30 }, NOW)).toMatchObject({ summed: ["2026-03"] });
    expect((await store.read("a", { fromMs: 0, toMs: MAY })).timesMs).toHaveLength(0);
    expect(await hoursOf(store, MARCH)).toEqual(expected);
    await store.close();
  });

  it("killed between writing the hours and deleting the samples, answers the same and goes on", async () => {
    const [folder, killed] = [await temporaryFolder(), await temporaryFolder()];
    await (await openSealed(folder)).close();
    await cp(folder, killed, { recursive: true });
    const whole = await openDuckdbStore(folder);
    await whole.retain({ samplesDays: 30 }, NOW);
    await whole.close();
    await cp(join(folder, "hourly"), join(killed, "hourly"), { recursive: true });
    const store = await openDuckdbStore(killed);
    expect(await hoursOf(store, MARCH)).toEqual(TWO_HOURS);
    expect(await store.retain({ samplesDays: 30 }, NOW)).toMatchObject({ summed: ["2026-03"] });
    expect(await hoursOf(store, MARCH)).toEqual(TWO_HOURS);
    await store.close();
  });
});
