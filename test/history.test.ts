/** History as the configuration names it, opened the way the centre does. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { type ServerSettings, serverSchema } from "../src/config/server-file.ts";
import { openHistory } from "../src/history.ts";
import { openRejectedLog } from "../src/ingest/jsonl-rejected-log.ts";
import { DAY_MS } from "../src/model/clock.ts";
import { seriesOf } from "../src/model/sample.ts";
import { startInfluxd } from "./support/influxd.ts";
import { findProgram } from "./support/programs.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const NOW = Date.UTC(2026, 5, 20, 13);
const commitOf = (times: number[], values: number[]) => ({
  series: [seriesOf("flow", times, values)],
  watermarks: [],
  events: [],
});

function settings(store: unknown): ServerSettings["store"] {
  return serverSchema.parse({ store }).store;
}

async function open(store: unknown, folder: string) {
  const server = serverSchema.parse({ store, dataFolder: folder });
  const history = await openHistory(
    { server },
    { rejected: await openRejectedLog(folder), clock: () => NOW },
  );
  onTestFinished(() => history.store.close());
  return history;
}

test("the embedded store is tidied as its settings say: days sealed half a day after their end, old ones summed", async () => {
  const folder = await temporaryFolder();
  const { store, tidy } = await open({ kind: "duckdb", retention: { samplesDays: 60 } }, folder);
  const [old, yesterday, today] = [100, 1, 0].map((days) => NOW - days * DAY_MS);
  await store.append(commitOf([old!, yesterday!, today!], [1, 2, 3]));
  await tidy(NOW);
  const sealed = (name: string) => readFile(join(folder, "history", name));
  await expect(sealed("sealed/2026-06-19.parquet")).resolves.toBeDefined();
  await expect(sealed("hourly/2026-03.parquet")).resolves.toBeDefined();
  expect((await store.read("flow", { fromMs: 0, toMs: NOW + 1 })).values).toEqual(Float64Array.of(2, 3));
});

test("a store in memory needs no tidying", async () => {
  const { store, tidy } = await open({ kind: "memory" }, await temporaryFolder());
  await store.append(commitOf([NOW], [1]));
  await tidy(NOW);
  expect((await store.latest())[0]?.value).toBe(1);
});

describe.skipIf(!findProgram("influxd"))("history in InfluxDB", () => {
  it("is a few lines of configuration, and what it refuses is kept with what is rejected", async () => {
    const influxd = await startInfluxd();
    onTestFinished(() => influxd.stop());
    const folder = await temporaryFolder();
    const { store } = await open({ kind: "influx", url: influxd.url, version: 1 }, folder);
    await store.append(commitOf([NOW - 1, NOW], [1, Number.POSITIVE_INFINITY]));
    expect((await store.read("flow", { fromMs: 0, toMs: NOW + 1 })).values).toEqual(Float64Array.of(1));
    const [entry] = (await readFile(join(folder, "rejected.jsonl"), "utf8")).split("\n");
    expect(JSON.parse(entry ?? "")).toMatchObject({
      reason: "refused-by-store",
      detail: expect.stringMatching(/^sensor flow: 400 .*unable to parse/),
      series: { sensor: "flow", t: [NOW] },
    });
  });
});

test("a token file that is not there is named", async () => {
  const store = { kind: "influx", url: "http://127.0.0.1:1", version: 3, tokenFile: "/nowhere/token" };
  await expect(open(store, await temporaryFolder())).rejects.toMatchObject({
    code: "unreadable-file",
    message: expect.stringContaining("/nowhere/token"),
  });
});

test("settings of the store that do not fit its kind are refused", () => {
  expect(settings({ kind: "influx", url: "http://x", version: 2, organisation: "o" })).toMatchObject({
    database: "nightflow",
  });
  const wrong = (store: unknown) => serverSchema.safeParse({ store }).error?.issues[0]?.path.join(".");
  expect(wrong({ kind: "influx", url: "http://x", version: 2 })).toBe("store.organisation");
  expect(wrong({ kind: "influx", url: "x", version: 1 })).toBe("store.url");
  expect(wrong({ kind: "duckdb", retention: { samplesDays: 10 } })).toBe("store.retention.samplesDays");
  expect(serverSchema.parse({}).store.kind).toBe("duckdb");
});
