/** Moving a history: DuckDB to a real InfluxDB and back is the same history; what was broken off goes on. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { NewEvent } from "../../src/model/event.ts";
import { Failure } from "../../src/model/failure.ts";
import type { HistoryStore } from "../../src/model/history-store.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { importHistory } from "../../src/store/archive-reading.ts";
import { exportHistory } from "../../src/store/archive-writing.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { openInfluxStore } from "../../src/store/influx-store.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { startInfluxd } from "../support/influxd.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FIRST = Date.UTC(2026, 0, 30);
const ALL = { fromMs: 0, toMs: FIRST * 2 };
const WATERMARKS = [
  { site: "hill", epoch: "e1", stored: 41 },
  { site: "hill", epoch: "e2", stored: 7 },
];

const notice = (n: number): NewEvent => ({
  timeMs: FIRST + n,
  actor: 'station "hill"',
  body: {
    kind: "notice",
    site: "hill",
    notice: { timeMs: FIRST, code: `n${n}`, figures: { n, text: "a,b\n" } },
  },
});

/** Two months, values of every kind, more events than one commit takes. */
async function fill(store: HistoryStore): Promise<void> {
  const times = Array.from({ length: 5000 }, (_, i) => FIRST + i * MINUTE_MS);
  const values = times.map((_, i) => (i % 97 === 0 ? Number.NaN : i / 7));
  const statuses = times.map((_, i) => (i % 97 === 0 ? 0x8034_0000 : i % 5 === 0 ? 0x4000_0000 : 0));
  const delays = times.map((_, i) => (i % 3 === 0 ? Number.NaN : (i % 11) - 5));
  await store.append({
    series: [
      seriesOf("inlet", times, values, statuses, delays),
      seriesOf("outlet", [FIRST - 40 * DAY_MS], [-0.1]),
    ],
    watermarks: WATERMARKS,
    events: Array.from({ length: 1500 }, (_, n) => notice(n)),
  });
}

async function contentOf(store: HistoryStore) {
  const watermarks = [...(await store.watermarks())].sort((a, b) => a.epoch.localeCompare(b.epoch));
  return {
    inlet: await store.read("inlet", ALL),
    outlet: await store.read("outlet", ALL),
    events: await store.events(0, 10_000),
    watermarks,
    extent: await store.extent(),
  };
}

const into = (target: string) => ({ target, onMonth: async () => {} });

async function openDuckdb(folder: string) {
  const store = await openDuckdbStore(folder);
  onTestFinished(() => store.close());
  return store;
}

describe("an exported history", () => {
  it.skipIf(!findProgram("influxd"))("is the same in InfluxDB, and the same again in DuckDB", async () => {
    const folder = await temporaryFolder();
    const influxd = await startInfluxd();
    onTestFinished(() => influxd.stop());
    const first = await openDuckdb(join(folder, "first"));
    await fill(first);
    await first.seal(FIRST + DAY_MS);
    const content = await contentOf(first);
    const moved = { samples: 5001, events: 1500, watermarks: 2 };
    expect(await exportHistory(first, join(folder, "out"))).toEqual(moved);

    const setAside = async () => {
      throw new Error("InfluxDB refused samples");
    };
    const influx = await openInfluxStore({ url: influxd.url, version: 1, database: randomUUID(), setAside });
    expect(await importHistory(influx, join(folder, "out"), into("influx"))).toEqual(moved);
    expect(await contentOf(influx)).toEqual(content);

    await exportHistory(influx, join(folder, "back"));
    await influx.close();
    const last = await openDuckdb(join(folder, "last"));
    await importHistory(last, join(folder, "back"), into("last"));
    expect(await contentOf(last)).toEqual(content);
  });

  it("goes on where its import was broken off, at whatever commit", async () => {
    const folder = join(await temporaryFolder(), "out");
    const source = createMemoryStore();
    await fill(source);
    await exportHistory(source, folder);
    const target = createMemoryStore();
    let commits = 0;
    const breaking: HistoryStore = {
      ...target,
      async append(commit) {
        commits += 1;
        if (commits % 2 === 0) throw new Failure("store-write", "broken off", { retryable: true });
        return target.append(commit);
      },
    };
    let tries = 0;
    for (let done = false; !done && tries < 20; tries += 1) {
      done = await importHistory(breaking, folder, into("memory")).then(
        () => true,
        () => false,
      );
    }
    expect(tries).toBeGreaterThan(2);
    expect(await contentOf(target)).toEqual(await contentOf(source));
    // And once more changes nothing.
    await importHistory(target, folder, into("memory"));
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  it("is put into an empty history alone, and never over another one", async () => {
    const folder = join(await temporaryFolder(), "out");
    const source = createMemoryStore();
    await fill(source);
    await exportHistory(source, folder);
    const used = createMemoryStore();
    await used.append({ series: [seriesOf("other", [FIRST], [1])], watermarks: [], events: [] });
    const refused = importHistory(used, folder, into("used"));
    await expect(refused).rejects.toMatchObject({ code: "history-not-empty" });
    const foreign = createMemoryStore();
    await foreign.append({ series: [], watermarks: [], events: [notice(77)] });
    const differing = importHistory(foreign, folder, into("foreign"));
    await expect(differing).rejects.toMatchObject({ code: "history-differs" });
    expect(await foreign.events(0, 10)).toHaveLength(1);
  });

  it("has its name only when it is whole, and takes no other's place", async () => {
    const folder = await temporaryFolder();
    const source = createMemoryStore();
    await fill(source);
    const breaking = { ...source, events: () => Promise.reject(new Error("gone")) };
    await expect(exportHistory(breaking, join(folder, "out"))).rejects.toThrow("gone");
    expect(existsSync(join(folder, "out"))).toBe(false);
    const unfinished = importHistory(createMemoryStore(), join(folder, "out.part"), into("memory"));
    await expect(unfinished).rejects.toMatchObject({ code: "no-archive" });
    await mkdir(join(folder, "out", "something"), { recursive: true });
    await expect(exportHistory(source, join(folder, "out"))).rejects.toMatchObject({
      code: "folder-in-the-way",
    });
  });
});
