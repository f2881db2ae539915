/** Days that are over, sealed into files: nothing a reader sees may change by it, whenever the process is killed. */
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { DAY_MS } from "../../src/model/clock.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import { BAD } from "../../src/model/status.ts";
import { type DuckdbStore, openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { historyStoreContract } from "../contract/history-store.contract.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startScript } from "./killed-process.ts";

const DAY = Date.UTC(2026, 2, 1);
const ALL = { fromMs: 0, toMs: DAY * 2 };

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A store that seals after every commit; its clock goes on by `stepMs` each time. */
async function openSealing(startMs: number, stepMs: number) {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-"));
  folders.push(folder);
  const store = await openDuckdbStore(folder);
  let beforeMs = startMs;
  const append: DuckdbStore["append"] = async (commit) => {
    const stored = await store.append(commit);
    await store.seal(beforeMs);
    beforeMs += stepMs;
    return stored;
  };
  return { ...store, append };
}

historyStoreContract("a DuckDB store that seals days", () => openSealing(DAY + 3 * DAY_MS, DAY_MS));
historyStoreContract("a DuckDB store that seals months", () => openSealing(DAY + 400 * DAY_MS, DAY_MS));
historyStoreContract("a DuckDB store where late data wait", () => openSealing(DAY + 400 * DAY_MS, 0));

const commitOf = (...series: Series[]) => ({ series, watermarks: [], events: [] });
const filesIn = async (folder: string) => (await readdir(join(folder, "sealed"))).sort();

/** Days of March, one sample each at the same hour. */
function daily(sensor: string, days: readonly number[], value: number): Series {
  return seriesOf(
    sensor,
    days.map((day) => DAY + day * DAY_MS + 5),
    days.map(() => value),
  );
}

describe("sealing", () => {
  it("writes one sorted file a day, which any tool reads, and empties the recent table", async () => {
    const folder = await temporaryFolder();
    const store = await openDuckdbStore(folder);
    await store.append(
      commitOf(
        seriesOf("b", [DAY + 2, DAY + 1], [2.5, Number.NaN], [0, BAD]),
        seriesOf("a", [DAY, DAY + DAY_MS, DAY + 2 * DAY_MS], [1, 2, 3]),
      ),
    );
    expect(await store.seal(DAY + 2 * DAY_MS + 1000)).toEqual({
      sealed: ["2026-03-01", "2026-03-02"],
      samples: 4,
    });
    await store.close();
    expect(await filesIn(folder)).toEqual(["2026-03-01.parquet", "2026-03-02.parquet"]);
    const tool = await (await DuckDBInstance.create()).connect();
    const rows = await tool.runAndReadAll(`FROM '${join(folder, "sealed", "2026-03-01.parquet")}'`);
    expect(rows.columnNames()).toEqual(["sensor", "time_utc", "value", "status"]);
    expect(rows.getRowsJson()).toEqual([
      ["a", "2026-03-01 00:00:00", 1, 0],
      ["b", "2026-03-01 00:00:00.001", null, BAD],
      ["b", "2026-03-01 00:00:00.002", 2.5, 0],
    ]);
    const recent = await (await DuckDBInstance.create(join(folder, "hot.duckdb"))).connect();
    expect((await recent.runAndReadAll("SELECT time_ms FROM sample")).getRows()).toEqual([
      [DAY + 2 * DAY_MS],
    ]);
  });

  it("goes on with a history from before servers' times were kept", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "sealed"));
    const before = await DuckDBInstance.create(join(folder, "hot.duckdb"));
    const tool = await before.connect();
    await tool.run("CREATE TABLE sensor (id INTEGER, name VARCHAR)");
    await tool.run(
      "CREATE TABLE sample (sensor INTEGER, time_ms DOUBLE, value DOUBLE, status UINTEGER, ordinal DOUBLE)",
    );
    await tool.run("INSERT INTO sensor VALUES (0, 'a')");
    await tool.run(`INSERT INTO sample VALUES (0, ${DAY + DAY_MS}, 2, 0, 0)`);
    await tool.run(
      `COPY (SELECT 'a' AS sensor, epoch_ms(${DAY})::TIMESTAMP_MS AS time_utc, 1::DOUBLE AS value, 0::UINTEGER AS status)
       TO '${join(folder, "sealed", "2026-03-01.parquet")}' (FORMAT parquet)`,
    );
    tool.closeSync();
    before.closeSync();
    const store = await openDuckdbStore(folder);
    expect(await store.read("a", ALL)).toEqual(seriesOf("a", [DAY, DAY + DAY_MS], [1, 2]));
    await store.append(commitOf(seriesOf("a", [DAY + 1, DAY + DAY_MS + 1], [3, 4], undefined, [5, 6])));
    const whole = seriesOf("a", [DAY, DAY + 1, DAY + DAY_MS, DAY + DAY_MS + 1], [1, 3, 2, 4], undefined, [
      Number.NaN,
      5,
      Number.NaN,
      6,
    ]);
    expect(await store.read("a", ALL)).toEqual(whole);
    // Sealed days with the column beside those without, then both as one file, and opened anew.
    for (const days of [3, 60]) {
      await store.seal(DAY + days * DAY_MS);
      expect(await store.read("a", ALL)).toEqual(whole);
      expect((await bucketsOf(store, 2)).counts).toEqual([2, 2]);
    }
    expect(await filesIn(folder)).toEqual(["2026-03.parquet"]);
    await store.close();
    const again = await openDuckdbStore(folder);
    expect(await again.read("a", ALL)).toEqual(whole);
    await again.close();
  });

  it("joins the days of a month that has been over for a week", async () => {
    const folder = await temporaryFolder();
    const store = await openDuckdbStore(folder);
    await store.append(commitOf(daily("a", [0, 1, 30, 31], 1)));
    await store.seal(DAY + 33 * DAY_MS);
    expect(await filesIn(folder)).toEqual(
      ["2026-03-01", "2026-03-02", "2026-03-31", "2026-04-01"].map((day) => `${day}.parquet`),
    );
    expect(await store.seal(DAY + 38 * DAY_MS)).toEqual({ sealed: ["2026-03"], samples: 0 });
    expect(await filesIn(folder)).toEqual(["2026-03.parquet", "2026-04-01.parquet"]);
    expect(await store.read("a", ALL)).toEqual(daily("a", [0, 1, 30, 31], 1));
    await store.close();
  });

  it("takes late data for sealed days at once into what is read, and once a day into the files", async () => {
    const folder = await temporaryFolder();
    const store = await openDuckdbStore(folder);
    const now = DAY + 10 * DAY_MS;
    await store.append(commitOf(daily("a", [0, 1, 2], 1)));
    await store.seal(now);
    await store.append(commitOf(daily("a", [1], 2), seriesOf("a", [DAY + 6], [7])));
    const expected = seriesOf("a", [DAY + 5, DAY + 6, DAY + DAY_MS + 5, DAY + 2 * DAY_MS + 5], [1, 7, 2, 1]);
    expect(await store.seal(now)).toEqual({ sealed: [], samples: 0 });
    expect(await store.read("a", ALL)).toEqual(expected);
    expect(await store.seal(now + DAY_MS)).toEqual({ sealed: ["2026-03-01", "2026-03-02"], samples: 2 });
    expect(await store.read("a", ALL)).toEqual(expected);
    const { sums, counts } = await bucketsOf(store, 3);
    expect({ sums, counts }).toEqual({ sums: [8, 2, 1], counts: [2, 1, 1] });
    await store.close();
  });

  it("sums up sealed days, recent ones and those that are both alike", async () => {
    const store = await openDuckdbStore(await temporaryFolder());
    await store.append(commitOf(daily("a", [0, 1, 2, 3], 4), daily("b", [0, 1, 2, 3], 9)));
    await store.seal(DAY + 3 * DAY_MS);
    await store.append(commitOf(daily("a", [1], 5), seriesOf("a", [DAY + 9], [Number.NaN], [BAD])));
    const { sums, counts } = await bucketsOf(store, 5);
    expect({ sums, counts }).toEqual({ sums: [4, 5, 4, 4, 0], counts: [1, 1, 1, 1, 0] });
    await store.close();
  });

  it("remembers newest samples and extent of what is sealed, and reads a file it does not know", async () => {
    const folder = await temporaryFolder();
    const store = await openDuckdbStore(folder);
    await store.append(commitOf(daily("a", [0, 1], 1), seriesOf("b", [DAY + 1], [Number.NaN], [BAD])));
    await store.seal(DAY + 5 * DAY_MS);
    await store.close();
    const expected = {
      extent: { fromMs: DAY + 1, toMs: DAY + DAY_MS + 6 },
      latest: [
        { sensor: "a", timeMs: DAY + DAY_MS + 5, value: 1, status: 0 },
        { sensor: "b", timeMs: DAY + 1, value: Number.NaN, status: BAD },
      ],
    };
    const known = await openDuckdbStore(folder);
    expect({ extent: await known.extent(), latest: await latestOf(known) }).toEqual(expected);
    await known.close();
    await rm(join(folder, "hot.duckdb"));
    const unknown = await openDuckdbStore(folder);
    expect({ extent: await unknown.extent(), latest: await latestOf(unknown) }).toEqual(expected);
    expect(await unknown.read("a", ALL)).toEqual(daily("a", [0, 1], 1));
    await unknown.close();
  });
});

describe("a sealed file", () => {
  it("that cannot be read is named when history is opened", async () => {
    const folder = await temporaryFolder();
    await (await openDuckdbStore(folder)).close();
    const file = join(folder, "sealed", "2026-03-01.parquet");
    await writeFile(file, "not parquet");
    await expect(openDuckdbStore(folder)).rejects.toMatchObject({
      code: "store-unreadable",
      message: expect.stringContaining(file),
    });
    await rm(file);
    await (await openDuckdbStore(folder)).close();
  });
});

describe("a process killed while it seals", () => {
  it("leaves a draft that is swept up", async () => {
    const folder = await temporaryFolder();
    await (await openDuckdbStore(folder)).close();
    await writeFile(join(folder, "sealed", "2026-03-01.draft"), "half of it");
    const store = await openDuckdbStore(folder);
    expect(await filesIn(folder)).toEqual([]);
    await store.close();
  });

  it("between naming the file and emptying the recent table leaves every sample once", async () => {
    const [folder, killed] = [await temporaryFolder(), await temporaryFolder()];
    const store = await openDuckdbStore(folder);
    await store.append(commitOf(daily("a", [0, 1], 1)));
    await store.close();
    await cp(folder, killed, { recursive: true });
    const sealed = await openDuckdbStore(folder);
    await sealed.seal(DAY + 5 * DAY_MS);
    await sealed.close();
    await cp(join(folder, "sealed"), join(killed, "sealed"), { recursive: true });
    const found = await openDuckdbStore(killed);
    expect(await found.read("a", ALL)).toEqual(daily("a", [0, 1], 1));
    expect((await bucketsOf(found, 2)).counts).toEqual([1, 1]);
    expect(await found.seal(DAY + 5 * DAY_MS)).toMatchObject({ samples: 2 });
    expect(await found.read("a", ALL)).toEqual(daily("a", [0, 1], 1));
    await found.close();
  });

  it("between naming a month and deleting its days leaves every sample once", async () => {
    const [folder, days] = [await temporaryFolder(), await temporaryFolder()];
    const store = await openDuckdbStore(folder);
    await store.append(commitOf(daily("a", [0, 1], 1)));
    await store.seal(DAY + 5 * DAY_MS);
    await cp(join(folder, "sealed"), days, { recursive: true });
    await store.seal(DAY + 50 * DAY_MS);
    await store.close();
    await cp(days, join(folder, "sealed"), { recursive: true });
    const found = await openDuckdbStore(folder);
    expect(await filesIn(folder)).toEqual(["2026-03.parquet"]);
    expect((await bucketsOf(found, 2)).counts).toEqual([1, 1]);
    await found.close();
  });

  it("at any moment leaves each commit whole, once, or not at all", async () => {
    const folder = await temporaryFolder();
    for (let progress = 10; progress <= 130; progress += 13 + (progress % 7)) {
      const writer = await startScript("sealing-writer.ts", folder, progress);
      const reported = await writer.kill();
      const store = await openDuckdbStore(folder);
      const stored = (await store.watermarks())[0]?.stored ?? 0;
      expect(stored).toBeGreaterThanOrEqual(reported);
      const growing = await store.read("growing", ALL);
      expect(growing.timesMs).toHaveLength(stored * 40);
      expect(growing.values.every((value, i) => value === growing.timesMs[i]! % DAY_MS)).toBe(true);
      expect([...(await store.read("fixed", ALL)).values]).toEqual(Array(40).fill(stored));
      const [buckets] = await store.downsample(["growing"], { fromMs: 0, toMs: 40 * DAY_MS }, DAY_MS);
      expect([...buckets.counts]).toEqual(Array(40).fill(stored));
      await store.close();
    }
  });
});

async function bucketsOf(store: DuckdbStore, days: number) {
  const [{ means, counts }] = await store.downsample(
    ["a"],
    { fromMs: DAY, toMs: DAY + days * DAY_MS },
    DAY_MS,
  );
  return {
    sums: [...means].map((mean, i) => (counts[i] ? mean * counts[i] : 0)),
    counts: [...counts],
  };
}

async function latestOf(store: DuckdbStore) {
  return [...(await store.latest())].sort((one, other) => one.sensor.localeCompare(other.sensor));
}
