import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { SpoolConfig } from "../../edge/agent-config.ts";
import { openSqliteSpool } from "../../edge/sqlite-spool.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { contentsOf, counting, droppedCount, noticesHeld, timesHeld } from "./spool-reading.ts";
import { laneOf, spoolSettings } from "./spool-settings.ts";

const START_MS = Date.UTC(2026, 2, 1);

async function freshSpool(over: Partial<SpoolConfig>) {
  const path = join(await temporaryFolder(), "spool.db");
  const now = { ms: START_MS };
  const spool = openSqliteSpool(spoolSettings(path, { batchSamples: 100, ...over }), () => now.ms);
  onTestFinished(() => spool.close());
  return { spool, now };
}

test("what is older than the age cap goes and is told, with from, to, count and why", async () => {
  const { spool, now } = await freshSpool({ maxAgeMs: 60_000 });
  await spool.append(counting(0, 100));
  now.ms += 30_000;
  await spool.append(counting(100, 100));
  now.ms += 40_000;
  await spool.append(counting(200, 100));
  await spool.cut();
  expect(timesHeld(spool)).toEqual(Array.from({ length: 200 }, (_, index) => 100 + index));
  expect(noticesHeld(spool, "samples-dropped")).toMatchObject([
    { sensor: "meter", figures: { fromMs: 0, toMs: 99, count: 100, reason: "too-old" } },
  ]);
});

test("a board that learns the time loses nothing by the age cap", async () => {
  const { spool, now } = await freshSpool({ maxAgeMs: 60_000 });
  now.ms = 5000;
  await spool.append(counting(0, 100));
  now.ms = START_MS;
  await spool.append(counting(100, 100));
  expect([timesHeld(spool).length, droppedCount(spool)]).toEqual([200, 0]);
});

test("with drop-newest a full spool keeps what it has, turns new samples away, and tells it once there is room", async () => {
  const { spool } = await freshSpool({ maxBytes: 10_000, whenFull: "drop-newest" });
  const appended = 40;
  for (let index = 0; index < appended; index += 1) await spool.append(counting(index * 100, 100));
  await spool.cut();
  const kept = timesHeld(spool);
  expect(kept).toEqual(kept.map((_, index) => index));
  expect([kept.length < appended * 100, droppedCount(spool)]).toEqual([true, 0]);
  const { epoch, first } = laneOf(spool);
  spool.trim(epoch, first);
  await spool.append(counting(9000, 1));
  await spool.cut();
  const dropped = noticesHeld(spool, "samples-dropped");
  expect(dropped).toMatchObject([
    { figures: { fromMs: kept.length, toMs: appended * 100 - 1, count: appended * 100 - kept.length } },
  ]);
  expect(timesHeld(spool).at(-1)).toBe(9000);
});

test("limits can be changed while it runs, and what is above them goes at once", async () => {
  const { spool } = await freshSpool({});
  for (let index = 0; index < 20; index += 1) await spool.append(counting(index * 100, 100));
  spool.configure(spoolSettings("elsewhere", { maxBytes: 10_000, batchSamples: 100 }));
  await spool.append(counting(2000, 100));
  await spool.cut();
  expect(spool.level().heldBytes).toBeLessThanOrEqual(10_000);
  expect(timesHeld(spool).length + droppedCount(spool)).toBe(2100);
});

test("what came before a lane was started stays under its own epoch, each is trimmed by itself, and both survive", async () => {
  const path = join(await temporaryFolder(), "spool.db");
  const spool = openSqliteSpool(spoolSettings(path, { batchSamples: 100 }), () => START_MS);
  await spool.append(counting(0, 300));
  const older = laneOf(spool);
  spool.startLane();
  await spool.append(counting(300, 200));
  const newer = laneOf(spool);
  expect(spool.lanes()).toEqual([
    { epoch: older.epoch, first: 1, last: 3 },
    { epoch: newer.epoch, first: 4, last: 5 },
  ]);
  spool.trim(newer.epoch, 4);
  spool.trim(older.epoch, 2);
  await spool.close();
  const again = openSqliteSpool(spoolSettings(path), () => START_MS);
  onTestFinished(() => again.close());
  expect(again.lanes()).toEqual([
    { epoch: older.epoch, first: 3, last: 3 },
    { epoch: newer.epoch, first: 5, last: 5 },
  ]);
  again.trim(older.epoch, 3);
  expect(again.lanes()).toEqual([{ epoch: newer.epoch, first: 5, last: 5 }]);
  expect(contentsOf(again)).toHaveLength(1);
});
