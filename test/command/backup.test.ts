/** A history copied and put back by the commands a person runs. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { seriesOf } from "../../src/model/sample.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("backup copies history, and restore puts it where there is none, and only there", async () => {
  const folder = await temporaryFolder();
  const config = join(folder, "config");
  cpSync(join(root, "config/example"), config, { recursive: true });
  const useData = (name: string) =>
    writeFileSync(
      join(config, "server.yaml"),
      `dataFolder: ${join(folder, name)}\nbroker: { kind: embedded }\n`,
    );
  const nightflow = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "src/main.ts"), ...args, "--config", config], {
      encoding: "utf8",
    });
  useData("data");
  mkdirSync(join(folder, "data"));
  const store = await openDuckdbStore(join(folder, "data", "history"));
  await store.append({ series: [seriesOf("a", [1000], [5])], watermarks: [], events: [] });
  await store.close();

  const backup = nightflow("backup", "--to", join(folder, "backup"));
  expect(backup.stderr).toBe("");
  expect(backup.stdout).toMatch(/backup: 1 files, [\d.]+ MB/);
  expect(nightflow("restore", "--from", join(folder, "backup"))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("exists already"),
  });
  useData("restored");
  expect(nightflow("restore", "--from", join(folder, "backup"))).toMatchObject({ status: 0, stderr: "" });
  const restored = await openDuckdbStore(join(folder, "restored", "history"));
  expect((await restored.read("a", { fromMs: 0, toMs: 2000 })).values).toEqual(Float64Array.of(5));
  await restored.close();
});
