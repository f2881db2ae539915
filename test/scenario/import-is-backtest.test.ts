/**
 * A year of L-Town sent the way live data come (agent process, spool, MQTT, ingest, store, judgement) ends in the same nights, to the last
 * digit, as the judgement run in memory over the file. Reads ../shared/data/ltown.
 */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCsvRecording } from "../../src/backtest/csv-recording.ts";
import { runBacktest } from "../../src/backtest/run-backtest.ts";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import type { StoredEvent } from "../../src/model/event.ts";
import type { Night } from "../../src/model/night.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { sharedData } from "../support/shared-data.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const csv = sharedData("ltown/ltown_2018_flows.csv.gz");

describe.skipIf(!csv)("nightflow import of a year of L-Town", () => {
  test("ends in the nights of the backtest, and in alarms", { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    const config = join(folder, "config");
    cpSync(join(root, "config/ltown"), config, { recursive: true });
    const data = join(folder, "data");
    writeFileSync(
      join(config, "server.yaml"),
      `{ dataFolder: ${data}, http: { port: 0 }, broker: { kind: embedded, port: 0 }, logLevel: warn }`,
    );

    const args = ["src/main.ts", "import", "--config", config, "--csv", csv ?? "", "--exit"];
    const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/[1-9]\d* alarms: http/);

    const read = readCentreConfig(config);
    if (!read.ok || !read.config.recording) throw new Error("config/ltown is wrong");
    const { utility, detection, recording } = read.config;
    const { series } = await readCsvRecording(csv ?? "", recording);
    const backtest = runBacktest({ utility, parameters: detection, series, labels: null });

    const store = await openDuckdbStore(join(data, "history"));
    for (const expected of series) {
      const stored = await store.read(expected.sensor, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
      expect(stored.timesMs).toEqual(expected.timesMs);
      expect(stored.values).toEqual(expected.values);
    }
    const nights = lastNights(await store.events(0, 1_000_000));
    await store.close();
    expect(nights.size).toBeGreaterThan(700);
    for (const night of backtest.nights) {
      expect(nights.get(`${night.district} ${night.date}`)).toEqual(night);
    }
    expect(readFileSync(join(data, "import/agent.yaml"), "utf8")).toContain("site: import");
  });
});

/** What stands of each night after all revisions. */
function lastNights(events: readonly StoredEvent[]): ReadonlyMap<string, Night> {
  return new Map(
    events.flatMap(({ body }) =>
      body.kind === "night" ? [[`${body.night.district} ${body.night.date}`, body.night]] : [],
    ),
  );
}
