import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { seriesOf } from "../../src/model/sample.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { historyStoreContract } from "../contract/history-store.contract.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startScript } from "./killed-process.ts";

const folders: string[] = [];
historyStoreContract("the DuckDB store", async () => {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-"));
  folders.push(folder);
  return openDuckdbStore(folder);
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const ALL = { fromMs: 0, toMs: 1e15 };

describe("a DuckDB history folder", () => {
  it("holds everything after it was closed and opened again", async () => {
    const folder = await temporaryFolder();
    const first = await openDuckdbStore(folder);
    const notice = { timeMs: 1, code: "x", figures: {} };
    await first.append({
      series: [seriesOf("flow", [1000, 2000, 2000], [1, 2, 3])],
      watermarks: [{ site: "north", epoch: "e", stored: 7 }],
      events: [{ timeMs: 1, actor: "north", body: { kind: "notice", site: "north", notice } }],
    });
    await first.close();
    const second = await openDuckdbStore(folder);
    await second.append({ series: [seriesOf("flow", [1000], [9])], watermarks: [], events: [] });
    expect(await second.read("flow", ALL)).toEqual(seriesOf("flow", [1000, 2000], [9, 3]));
    expect(await second.latest()).toEqual([{ sensor: "flow", timeMs: 2000, value: 3, status: 0 }]);
    expect(await second.extent()).toEqual({ fromMs: 1000, toMs: 2001 });
    expect(await second.watermarks()).toEqual([{ site: "north", epoch: "e", stored: 7 }]);
    const [event] = await second.append({
      series: [],
      watermarks: [],
      events: [{ timeMs: 2, actor: "north", body: { kind: "notice", site: "north", notice } }],
    });
    expect(event?.cursor).toBe(2);
    await second.close();
  });

  it("killed in the middle of commits, opens without repair and holds each commit whole or not at all", async () => {
    const folder = await temporaryFolder();
    for (const commits of [3, 20]) {
      const writer = await startScript("committing-writer.ts", folder, commits);
      const reported = await writer.kill();
      const store = await openDuckdbStore(folder);
      const stored = (await store.watermarks())[0]?.stored ?? 0;
      expect(stored).toBeGreaterThanOrEqual(reported);
      expect((await store.read("a", ALL)).timesMs).toHaveLength(stored * 500);
      expect((await store.read("b", ALL)).timesMs).toHaveLength(stored * 500);
      const events = await store.events(0, 1_000_000);
      const last = events.at(-1)?.body;
      expect(last?.kind === "notice" && last.notice.figures.n).toBe(stored);
      expect(events.at(-1)?.cursor).toBe(events.length);
      await store.close();
    }
  });

  it("is refused to a second process and to a second opening, in words", async () => {
    const folder = await temporaryFolder();
    const writer = await startScript("committing-writer.ts", folder, 1);
    await expect(openDuckdbStore(folder)).rejects.toMatchObject({
      code: "store-in-use",
      message: `history in ${folder} is open in another Nightflow process`,
    });
    await writer.kill();
    const store = await openDuckdbStore(folder);
    await expect(openDuckdbStore(folder)).rejects.toMatchObject({ code: "store-in-use" });
    await store.close();
    await (await openDuckdbStore(folder)).close();
  });

  it("says what is wrong with a folder that is not one, or holds something else", async () => {
    const folder = await temporaryFolder();
    await expect(openDuckdbStore("/dev/null/history")).rejects.toMatchObject({ code: "store-unreadable" });
    await writeFile(join(folder, "hot.duckdb"), "not a database");
    await expect(openDuckdbStore(folder)).rejects.toMatchObject({ code: "store-unreadable" });
  });
});
