/** Backups of a history that goes on being written, and putting them back. */
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DAY_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { requestBackup } from "../../src/store/backup-socket.ts";
import { restore } from "../../src/store/duckdb-backup.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startScript } from "./killed-process.ts";

const MARCH = Date.UTC(2026, 2, 1);
const ALL = { fromMs: 0, toMs: MARCH * 2 };
const notice = { timeMs: 1, code: "x", figures: {} };

it("a backup holds everything, sealed, summed and recent, and opens in its place", async () => {
  const folder = await temporaryFolder();
  const store = await openDuckdbStore(join(folder, "history"));
  const days = [0, 70, 71].map((day) => MARCH + day * DAY_MS);
  await store.append({
    series: [seriesOf("a", days, [1, 2, 3])],
    watermarks: [{ site: "north", epoch: "e", stored: 7 }],
    events: [{ timeMs: 1, actor: "north", body: { kind: "notice", site: "north", notice } }],
  });
  await store.seal(MARCH + 71 * DAY_MS);
  await store.retain({ samplesDays: 30 }, MARCH + 71 * DAY_MS);
  const report = await store.backUp(join(folder, "backup"));
  expect(report).toMatchObject({ folder: join(folder, "backup"), files: 3 });
  await store.append({ series: [seriesOf("a", [MARCH + 1], [9])], watermarks: [], events: [] });
  await store.close();
  expect(await restore(join(folder, "backup"), join(folder, "restored"))).toMatchObject({ files: 3 });
  const restored = await openDuckdbStore(join(folder, "restored"));
  expect(await restored.read("a", ALL)).toEqual(seriesOf("a", days.slice(1), [2, 3]));
  const [buckets] = await restored.downsample(["a"], { fromMs: MARCH, toMs: MARCH + DAY_MS }, DAY_MS);
  expect([...buckets.means]).toEqual([1]);
  expect(await restored.watermarks()).toEqual([{ site: "north", epoch: "e", stored: 7 }]);
  expect(await restored.events(0, 10)).toHaveLength(1);
  await restored.close();
});

it("a backup of a process that commits and seals without end is of one moment", async () => {
  const folder = await temporaryFolder();
  const history = join(folder, "history");
  const writer = await startScript("sealing-writer.ts", history, 20);
  const asked = await Promise.all([1, 2].map((n) => requestBackup(history, join(folder, `backup-${n}`))));
  expect(asked.map((report) => report?.folder)).toEqual(
    ["backup-1", "backup-2"].map((name) => join(folder, name)),
  );
  await writer.kill();
  for (const name of ["backup-1", "backup-2"]) {
    const store = await openDuckdbStore(join(folder, name));
    const stored = (await store.watermarks())[0]?.stored ?? 0;
    expect(stored).toBeGreaterThan(0);
    expect((await store.read("growing", ALL)).timesMs).toHaveLength(stored * 40);
    expect([...(await store.read("fixed", ALL)).values]).toEqual(Array(40).fill(stored));
    await store.close();
  }
  expect(await requestBackup(history, join(folder, "backup-3"))).toBeUndefined();
});

it("nothing that exists is overwritten, and a failed backup leaves nothing behind", async () => {
  const folder = await temporaryFolder();
  const history = join(folder, "history");
  const store = await openDuckdbStore(history);
  await expect(store.backUp(folder)).rejects.toMatchObject({ code: "folder-in-the-way" });
  await expect(requestBackup(history, folder)).rejects.toMatchObject({
    code: "folder-in-the-way",
    message: `${folder} exists already and is not empty`,
  });
  await writeFile(join(folder, "file"), "");
  await expect(store.backUp(join(folder, "file"))).rejects.toMatchObject({ code: "folder-in-the-way" });
  await expect(store.backUp("/dev/null/backup")).rejects.toMatchObject({ code: expect.any(String) });
  await store.backUp(join(folder, "backup"));
  await store.close();
  await expect(restore(join(folder, "backup"), history)).rejects.toMatchObject({ code: "folder-in-the-way" });
  await expect(restore(folder, join(folder, "new"))).rejects.toMatchObject({ code: "no-backup" });
  await mkdir(join(folder, "torn"));
  await cp(join(folder, "backup", "hot.duckdb"), join(folder, "torn", "hot.duckdb"));
  await expect(restore(join(folder, "torn"), join(folder, "new"))).rejects.toMatchObject({
    code: "backup-failed",
  });
  expect((await readdir(folder)).sort()).toEqual(["backup", "file", "history", "torn"]);
});
