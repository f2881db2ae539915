import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { SpoolConfig } from "../../edge/agent-config.ts";
import { openSqliteSpool } from "../../edge/sqlite-spool.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { BAD } from "../../src/model/status.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { contentOf, contentsOf, counting, timesHeld } from "./spool-reading.ts";
import { laneOf, spoolSettings } from "./spool-settings.ts";

const clock = () => 1000;

async function freshSpool(options: Partial<SpoolConfig> = {}) {
  const path = join(await temporaryFolder(), "deep", "spool.sqlite");
  const open = () => {
    const spool = openSqliteSpool(spoolSettings(path, { batchSamples: 5, ...options }), clock);
    onTestFinished(() => spool.close().catch(() => {}));
    return spool;
  };
  return { path, open, spool: open() };
}

test("a batch is cut at the size asked for, gathers a sensor's samples, and keeps status and missing values", async () => {
  const { spool } = await freshSpool();
  await Promise.all([
    spool.append([seriesOf("a", [1, 2], [1.5, 2.5])]),
    spool.append([seriesOf("b", [3], [3])]),
    spool.append([seriesOf("a", [4, 5, 6], [Number.NaN, 5, 6], [BAD, 0, 0])]),
  ]);
  expect(laneOf(spool).last).toBe(1);
  expect(contentOf(spool, 1)).toEqual({
    series: [
      { sensor: "a", t: [1, 2, 4, 5], v: [1.5, 2.5, null, 5], q: [0, 0, BAD, 0] },
      { sensor: "b", t: [3], v: [3] },
    ],
    notices: [],
  });
  expect(spool.oldestUnacknowledgedMs()).toBe(1);
  await spool.cut();
  expect(contentOf(spool, 2).series).toEqual([{ sensor: "a", t: [6], v: [6] }]);
});

test("server times go along, from the first one of a sensor on, and into each piece of what is more than a batch", async () => {
  const { spool } = await freshSpool();
  await Promise.all([
    spool.append([seriesOf("a", [1, 2], [1, 2])]),
    spool.append([seriesOf("b", [3], [3])]),
    spool.append([seriesOf("a", [4, 5, 6, 7], [4, 5, 6, 7], undefined, [40, Number.NaN, -60, 70])]),
  ]);
  await spool.cut();
  expect(contentOf(spool, 1).series).toEqual([
    { sensor: "a", t: [1, 2, 4, 5], v: [1, 2, 4, 5], d: [null, null, 40, null] },
    { sensor: "b", t: [3], v: [3] },
  ]);
  expect(contentOf(spool, 2).series).toEqual([{ sensor: "a", t: [6, 7], v: [6, 7], d: [-60, 70] }]);
});

test("an open batch is numbered when it is old enough", async () => {
  const { spool } = await freshSpool({ batchAgeMs: 10 });
  const numbered = new Promise<void>((resolve) => spool.onChange(resolve));
  await spool.append(counting(0, 1));
  await numbered;
  expect(contentOf(spool, 1).series).toEqual([{ sensor: "meter", t: [0], v: [0] }]);
});

test("only an acknowledgement trims, and numbers go on after a restart with an empty spool", async () => {
  const { spool, open } = await freshSpool();
  await spool.append(counting(0, 25));
  expect([laneOf(spool).first, laneOf(spool).last]).toEqual([1, 5]);
  spool.trim(laneOf(spool).epoch, 3);
  expect([laneOf(spool).first, spool.heldBatches(), spool.read(3)]).toEqual([4, 2, undefined]);
  spool.trim(laneOf(spool).epoch, 2);
  expect(laneOf(spool).first).toBe(4);
  spool.trim(laneOf(spool).epoch, 5);
  expect([spool.heldBatches(), spool.oldestUnacknowledgedMs()]).toEqual([0, null]);
  const { epoch } = laneOf(spool);
  await spool.close();
  const again = open();
  expect([laneOf(again).epoch, laneOf(again).first, laneOf(again).last]).toEqual([epoch, 6, 5]);
  await again.append(counting(25, 5));
  expect(contentOf(again, 6).series[0]?.t).toEqual([25, 26, 27, 28, 29]);
});

test("above the byte cap the oldest go, and each sensor is told once what it lost", async () => {
  const { spool } = await freshSpool({ batchSamples: 100, maxBytes: 10_000 });
  for (let from = 0; from < 2000; from += 100) await spool.append(counting(from, 100));
  await spool.cut();
  const held = timesHeld(spool);
  const notices = contentsOf(spool).flatMap((content) => content.notices);
  const count = notices.reduce((sum, { figures }) => sum + Number(figures.count), 0);
  expect(held.at(-1)).toBe(1999);
  expect(held.length).toBeLessThan(2000);
  expect(held.length + count).toBe(2000);
  expect(notices.every(({ code, sensor }) => code === "samples-dropped" && sensor === "meter")).toBe(true);
  expect(Math.min(...notices.map(({ figures }) => Number(figures.fromMs)))).toBe(0);
  expect(Math.max(...notices.map(({ figures }) => Number(figures.toMs)))).toBe((held[0] ?? 0) - 1);
});

test("kill -9 loses nothing that append() resolved for", async () => {
  const { path, spool, open } = await freshSpool();
  const { epoch } = laneOf(spool);
  await spool.close();
  const script = fileURLToPath(new URL("spool-appender.ts", import.meta.url));
  let confirmed = 0;
  for (const atLeast of [100, 333]) {
    const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      confirmed = Number(line);
      if (confirmed >= atLeast) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  const survivor = open();
  await survivor.cut();
  const held = timesHeld(survivor);
  const second = held.slice(held.lastIndexOf(0));
  expect(laneOf(survivor).epoch).toBe(epoch);
  expect(second.length).toBeGreaterThanOrEqual(confirmed);
  expect(second).toEqual(second.map((_, index) => index));
});

test("a second agent on the same spool is refused in words", async () => {
  const { open } = await freshSpool();
  expect(open).toThrow(/cannot open the spool .*another agent is using it/);
});
