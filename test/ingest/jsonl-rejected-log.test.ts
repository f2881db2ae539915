import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRejectedLog } from "../../src/ingest/jsonl-rejected-log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const rejection = { reason: "not-json", detail: "x", samples: 0 } as const;

const messageOf = (bytes: number) => ({ topic: "a/b", payload: new Uint8Array(bytes), retained: false });

describe("the rejected log", () => {
  it("stays under its size, keeps the newest and counts all", async () => {
    const folder = await temporaryFolder();
    const log = await openRejectedLog(folder, 20_000);
    for (let i = 0; i < 100; i += 1) {
      log.keep({ ...rejection, detail: `entry ${i}` }, messageOf(1000), 5);
      await log.settled();
    }
    let size = 0;
    for (const file of await readdir(folder)) size += (await stat(join(folder, file))).size;
    expect(size).toBeLessThan(25_000);
    expect(await readFile(join(folder, "rejected.jsonl"), "utf8")).toContain("entry 99");
    expect(log.counts()).toEqual({ "not-json": 100 });
  });

  it("does not let one huge payload or a flood fill the memory, and says how many it did not keep", async () => {
    const log = await openRejectedLog(await temporaryFolder());
    log.keep(rejection, messageOf(3_000_000), 5);
    expect(log.notKept()).toBe(1);
    for (let i = 0; i < 20; i += 1) log.keep(rejection, messageOf(1_000_000), 5);
    expect(log.notKept()).toBeGreaterThan(10);
    await log.settled();
  });

  it("is written at once, whether anything is stored or not", async () => {
    const folder = await temporaryFolder();
    const log = await openRejectedLog(folder);
    log.keep(rejection, messageOf(1), 5);
    const written = () => readFile(join(folder, "rejected.jsonl"), "utf8").catch(() => "");
    await until("it is there", async () => (await written()).endsWith("\n"));
  });

  it("says when it cannot write, and writes what it has once it can", async () => {
    const folder = await temporaryFolder();
    const log = await openRejectedLog(folder);
    await mkdir(join(folder, "rejected.jsonl"));
    log.keep(rejection, messageOf(1), 5);
    await expect(log.settled()).rejects.toMatchObject({ code: "rejected-log", retryable: true });
    await rm(join(folder, "rejected.jsonl"), { recursive: true });
    await log.settled();
    const entry = JSON.parse(await readFile(join(folder, "rejected.jsonl"), "utf8"));
    expect(entry).toMatchObject({ reason: "not-json", topic: "a/b", timeMs: 5, payload: "AA==" });
  });
});
