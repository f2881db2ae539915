import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SpoolConfig } from "../../edge/agent-config.ts";
import { openSqliteSpool, type Spool } from "../../edge/sqlite-spool.ts";
import { canMount, smallDisk } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { counting, droppedCount, noticesHeld, timesHeld } from "./spool-reading.ts";
import { laneOf, spoolSettings } from "./spool-settings.ts";

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30, 15);
const BATCHES = 200;
const SAMPLES = 100;
const PAGE = 4096;

function open(path: string, over: Partial<SpoolConfig> = {}): Spool {
  const spool = openSqliteSpool(spoolSettings(path, { batchSamples: SAMPLES, ...over }), () => NOW_MS);
  onTestFinished(() => spool.close());
  return spool;
}

/** A spool of 200 batches on disk, closed. */
async function filledSpool() {
  const path = join(await temporaryFolder(), "spool.db");
  const spool = open(path);
  for (let index = 0; index < BATCHES; index += 1) await spool.append(counting(index * SAMPLES, SAMPLES));
  const { epoch } = laneOf(spool);
  await spool.close();
  return { path, epoch };
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

async function expectGoesOn(spool: Spool): Promise<void> {
  await spool.append(counting(1e6, SAMPLES));
  await spool.cut();
  expect(timesHeld(spool).slice(-SAMPLES)).toEqual(
    Array.from({ length: SAMPLES }, (_, index) => 1e6 + index),
  );
}

function setAsideIn(path: string): string[] {
  return readdirSync(dirname(path)).filter((name) => /^spool\.db\.unreadable-20260301T123015Z$/.test(name));
}

describe("a spool's file that is broken is set aside under the time, and the agent goes on", () => {
  test("nothing of it is a database any more", async () => {
    const { path } = await filledSpool();
    overwrite(path, 0, Buffer.alloc(PAGE, "?"));
    const spool = open(path);
    await expectGoesOn(spool);
    expect(noticesHeld(spool, "spool-set-aside")).toEqual([
      { t: NOW_MS, code: "spool-set-aside", figures: { file: expect.any(String), keptBatches: 0 } },
    ]);
    expect(setAsideIn(path)).toHaveLength(1);
  });

  test("torn pages in the middle: what stood elsewhere is sent under a new epoch, what is lost is counted", async () => {
    const { path, epoch } = await filledSpool();
    const pages = statSync(path).size / PAGE;
    overwrite(path, Math.floor(pages / 2) * PAGE, Buffer.alloc(2 * PAGE, 0xa5));
    const spool = open(path);
    timesHeld(spool);
    await until("the broken page was found", () => laneOf(spool).epoch !== epoch);
    await expectGoesOn(spool);
    const [told] = noticesHeld(spool, "spool-set-aside");
    const { keptBatches = 0, lostBatches = 0 } = told?.figures ?? {};
    expect(Number(keptBatches) + Number(lostBatches)).toBe(BATCHES);
    expect(Number(lostBatches)).toBeLessThan(12);
    expect(timesHeld(spool)).toHaveLength((Number(keptBatches) + 1) * SAMPLES);
  });

  test("one changed digit, which SQLite itself would not notice", async () => {
    const { path, epoch } = await filledSpool();
    const at = readFileSync(path).indexOf("15337");
    expect(at).toBeGreaterThan(0);
    overwrite(path, at, Buffer.from("9"));
    const spool = open(path);
    timesHeld(spool);
    await until("the changed batch was found", () => laneOf(spool).epoch !== epoch);
    await expectGoesOn(spool);
    expect(noticesHeld(spool, "spool-set-aside")).toMatchObject([
      { figures: { keptBatches: BATCHES - 1, lostBatches: 1 } },
    ]);
    expect(timesHeld(spool)).not.toContain(95337);
  });

  test("cut off in the middle", async () => {
    const { path } = await filledSpool();
    truncateSync(path, Math.floor(statSync(path).size / 2 / PAGE) * PAGE);
    const spool = open(path);
    timesHeld(spool);
    await expectGoesOn(spool);
    const [told] = noticesHeld(spool, "spool-set-aside");
    const { keptBatches, lostBatches } = told?.figures ?? {};
    expect([Number(keptBatches) > BATCHES / 4, Number(lostBatches) > 0]).toEqual([true, true]);
  });

  test("a log beside it that is noise is passed over, as after a power cut in the middle of a write", async () => {
    const { path, epoch } = await filledSpool();
    writeFileSync(`${path}-wal`, Buffer.alloc(3 * PAGE, 0x5a));
    const spool = open(path);
    await expectGoesOn(spool);
    expect([laneOf(spool).epoch, timesHeld(spool).length]).toEqual([epoch, (BATCHES + 1) * SAMPLES]);
  });
});

describe.skipIf(!canMount())("on a disk of 2 MB", () => {
  const inOrder = (times: readonly number[]) =>
    times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0));

  test("a spool whose cap is above the disk drops its oldest, tells it, and can still be acknowledged", async () => {
    const disk = await smallDisk(2_000_000);
    const spool = open(join(disk.folder, "spool.db"));
    for (let index = 0; index < 3000; index += 1) await spool.append(counting(index * SAMPLES, SAMPLES));
    await spool.cut();
    const held = timesHeld(spool);
    expect([inOrder(held), held.at(-1), spool.level().diskFull]).toEqual([true, 3000 * SAMPLES - 1, true]);
    expect(held.length).toBeGreaterThan(30_000);
    expect(held.length + droppedCount(spool)).toBe(3000 * SAMPLES);
    expect(noticesHeld(spool, "samples-dropped").every(({ figures }) => figures.reason === "disk-full")).toBe(
      true,
    );
    const { epoch, last } = laneOf(spool);
    spool.trim(epoch, last);
    expect(spool.heldBatches()).toBe(0);
  });

  test("a disk that something else fills to the last byte: the spool lives on its own room, and grows again after", async () => {
    const disk = await smallDisk(2_000_000);
    const now = { ms: NOW_MS };
    const path = join(disk.folder, "spool.db");
    const spool = openSqliteSpool(spoolSettings(path, { batchSamples: SAMPLES }), () => now.ms);
    onTestFinished(() => spool.close());
    for (let index = 0; index < 200; index += 1) await spool.append(counting(index * SAMPLES, SAMPLES));
    disk.fill();
    for (let index = 200; index < 1000; index += 1) {
      await spool.append(counting(index * SAMPLES, SAMPLES));
      disk.fill();
    }
    const { epoch, first, last } = laneOf(spool);
    spool.trim(epoch, first + 10);
    expect([laneOf(spool).first, laneOf(spool).last]).toEqual([first + 11, last]);
    disk.empty();
    now.ms += 60_000;
    for (let index = 1000; index < 1100; index += 1) await spool.append(counting(index * SAMPLES, SAMPLES));
    await spool.cut();
    expect(spool.level()).toMatchObject({ diskFull: false, refused: undefined });
    expect([inOrder(timesHeld(spool)), timesHeld(spool).at(-1)]).toEqual([true, 1100 * SAMPLES - 1]);
    expect(noticesHeld(spool, "disk-room")).toHaveLength(1);
  });

  test("a full disk at the start of an agent", async () => {
    const disk = await smallDisk(2_000_000);
    const path = join(disk.folder, "spool.db");
    const before = open(path);
    await before.append(counting(0, 50 * SAMPLES));
    await before.close();
    disk.fill();
    const spool = open(path);
    const { epoch } = laneOf(spool);
    spool.trim(epoch, 20);
    await spool.append(counting(5000, SAMPLES));
    expect(timesHeld(spool)).toEqual(Array.from({ length: 3100 }, (_, index) => 2000 + index));
  });

  test("with drop-newest the sample that finds no room is refused to its source, and taken when there is room", async () => {
    const disk = await smallDisk(2_000_000);
    const spool = open(join(disk.folder, "spool.db"), { whenFull: "drop-newest" });
    let taken = 0;
    const append = () => spool.append(counting(taken * SAMPLES, SAMPLES)).then(() => (taken += 1));
    await expect(
      (async () => {
        for (;;) await append();
      })(),
    ).rejects.toMatchObject({ code: "spool-write-failed", retryable: true });
    expect(spool.level().refused).toContain("full");
    const { epoch } = laneOf(spool);
    spool.trim(epoch, 100);
    const before = taken;
    await append();
    await spool.cut();
    expect([taken, timesHeld(spool).at(-1), droppedCount(spool)]).toEqual([
      before + 1,
      taken * SAMPLES - 1,
      0,
    ]);
  });
});
