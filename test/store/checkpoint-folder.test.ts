/** Checkpoints on a real disk: what is there is whole, what is spoilt says so, and what goes in comes back. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { serialize } from "node:v8";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { superfluousHorizons } from "../../src/model/checkpoint.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { Failure } from "../../src/model/failure.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import { openCheckpointFolder } from "../../src/store/checkpoint-folder.ts";
import { canMount, smallDisk } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { PARTS, partOf } from "./checkpoint-writer.ts";
import { startScript } from "./killed-process.ts";

const UNREADABLE = expect.objectContaining({ code: "checkpoint-unreadable" });

async function write(folder: string, horizonMs: number, [head, ...parts]: readonly unknown[]): Promise<void> {
  const checkpoints = await openCheckpointFolder(folder);
  await (await checkpoints.pack(parts)).write(horizonMs, head);
}

/** Quicker than to look at each number. */
function isSame(one: unknown, other: unknown): boolean {
  return serialize(one).equals(serialize(other));
}

describe("a folder of checkpoints", () => {
  test("hands back what it was given, the newest first", async () => {
    const folder = join(await temporaryFolder(), "not", "there", "yet");
    const claim = {
      key: "leak",
      figures: [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0],
    };
    const parts = [
      { verdicts: [claim], again: claim, none: null, told: true, words: "Übergabe \u{1f4a7}" },
      { byKey: new Map([["a", claim]]), pending: new Set([claim]), empty: [] },
      Float64Array.of(1, Number.NaN, 3).subarray(1),
      Uint32Array.of(7, 2 ** 32 - 1),
      null,
    ];
    for (const horizonMs of [5, -20, 1_790_000_000_000, 900]) await write(folder, horizonMs, parts);
    const checkpoints = await openCheckpointFolder(folder);
    expect(await checkpoints.horizons()).toEqual([1_790_000_000_000, 900, 5, -20]);
    expect(await checkpoints.read(-20)).toEqual(parts);
    await checkpoints.remove(900);
    await checkpoints.remove(900);
    expect(await checkpoints.horizons()).toEqual([1_790_000_000_000, 5, -20]);
  });

  test("keeps apart what is mentioned twice in one part and in another", async () => {
    const folder = await temporaryFolder();
    const parts = Array.from({ length: 5 }, (_, n) => {
      const claim = { n };
      return { claims: new Map([["one", claim]]), pending: new Set([claim]), first: claim };
    });
    await write(folder, 1, parts);
    const read = (await (await openCheckpointFolder(folder)).read(1)) as typeof parts;
    expect(read).toEqual(parts);
    for (const { claims, pending, first } of read) {
      expect(claims.get("one")).toBe(first);
      expect(pending.has(first)).toBe(true);
    }
  });

  test("hands back numbers that hold no other memory", async () => {
    const folder = await temporaryFolder();
    await write(folder, 1, [{ few: new Float64Array(4), many: "x".repeat(100_000) }]);
    const [part] = (await (await openCheckpointFolder(folder)).read(1)) as [{ few: Float64Array }];
    expect(part.few.buffer.byteLength).toBe(32);
  });

  test("holds what was packed even if it changes before it is written", async () => {
    const folder = await temporaryFolder();
    const state = { count: 1, sums: Float64Array.of(1) };
    const checkpoints = await openCheckpointFolder(folder);
    const packed = await checkpoints.pack([state]);
    state.count = 2;
    state.sums[0] = 2;
    await packed.write(1, "head");
    expect(await checkpoints.read(1)).toEqual(["head", { count: 1, sums: Float64Array.of(1) }]);
  });

  test("lets other work go on between the parts", async () => {
    const checkpoints = await openCheckpointFolder(await temporaryFolder());
    let others = 0;
    const ticking = setInterval(() => {
      others += 1;
    }, 0);
    const slow = function* () {
      for (let part = 0; part < 20; part += 1) {
        const startMs = performance.now();
        while (performance.now() - startMs < 3);
        yield part;
      }
    };
    await checkpoints.pack(slow());
    clearInterval(ticking);
    expect(others).toBeGreaterThan(9);
  });

  const whole = gzipSync(serialize([1, 2, 3]));
  test.each([
    ["cut off", async (path: string) => writeFile(path, (await readFile(path)).subarray(0, -9))],
    ["empty", (path: string) => writeFile(path, "")],
    [
      "spoilt by the disk",
      async (path: string) => {
        const bytes = await readFile(path);
        bytes[bytes.length >> 1]! ^= 4;
        await writeFile(path, bytes);
      },
    ],
    ["something else", (path: string) => writeFile(path, "<html>")],
    ["something else that is gzipped", (path: string) => writeFile(path, whole)],
    ["gone", (path: string) => rm(path)],
    ["a folder", (path: string) => rm(path).then(() => mkdir(path))],
  ])("says so when a file is %s", async (_, spoil) => {
    const folder = await temporaryFolder();
    await write(folder, 7, [{ values: new Float64Array(1000).map(Math.random) }, "end"]);
    await spoil(join(folder, "7.checkpoint"));
    const checkpoints = await openCheckpointFolder(folder);
    await expect(checkpoints.read(7)).rejects.toEqual(UNREADABLE);
    await expect(checkpoints.read(7)).rejects.toBeInstanceOf(Failure);
    await checkpoints.remove(7);
    expect(await checkpoints.horizons()).toEqual([]);
  });

  test("leaves alone what is none of its own, and sweeps up drafts", async () => {
    const folder = await temporaryFolder();
    const others = [".checkpoint", "NaN.checkpoint", "1e3.checkpoint", "notes.txt", "12.checkpoint.copy"];
    for (const name of others) await writeFile(join(folder, name), "?");
    await mkdir(join(folder, "5.checkpoint.draft"));
    await writeFile(join(folder, "6.checkpoint.draft"), "half");
    expect(await (await openCheckpointFolder(folder)).horizons()).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(others.toSorted());
  });

  test("is made again when it was thrown away", async () => {
    const folder = join(await temporaryFolder(), "judged");
    const checkpoints = await openCheckpointFolder(folder);
    await rm(folder, { recursive: true });
    expect(await checkpoints.horizons()).toEqual([]);
    await (await checkpoints.pack([1])).write(3, 0);
    expect(await checkpoints.horizons()).toEqual([3]);
  });

  test("never has a file that is not whole, whenever its process is killed", async () => {
    const folder = await temporaryFolder();
    const draw = uniformDraws(5);
    let drafts = 0;
    let last = 0;
    for (let life = 0; life < 4; life += 1) {
      const running = await startScript("checkpoint-writer.ts", folder, last + 2);
      await until("it writes", async () => (await readdir(folder)).some((name) => name.endsWith(".draft")));
      await pause(draw() * 20);
      last = await running.kill();
      drafts += (await readdir(folder)).filter((name) => name.endsWith(".draft")).length;
      const checkpoints = await openCheckpointFolder(folder);
      expect((await readdir(folder)).filter((name) => name.endsWith(".draft"))).toEqual([]);
      const horizons = await checkpoints.horizons();
      expect(horizons[0]).toBeGreaterThanOrEqual(last);
      for (const n of horizons.slice(0, 3)) {
        const expected = [n, ...Array.from({ length: PARTS }, (_, part) => partOf(n, part))];
        expect(isSame(await checkpoints.read(n), expected), `${n} is whole`).toBe(true);
      }
    }
    expect(drafts, "it was killed in the middle of writing").toBeGreaterThan(0);
  });

  test.skipIf(!canMount())(
    "leaves no draft on a disk that is full, and writes when there is room",
    async () => {
      const disk = await smallDisk(4_000_000);
      const folder = join(disk.folder, "judged");
      const checkpoints = await openCheckpointFolder(folder);
      const packed = await checkpoints.pack([partOf(1, 0)]);
      disk.fill();
      for (const horizonMs of [1, 2])
        await expect(packed.write(horizonMs, horizonMs)).rejects.toThrow(/ENOSPC/);
      expect(await readdir(folder)).toEqual([]);
      disk.empty();
      await packed.write(3, 3);
      expect(isSame(await checkpoints.read(3), [3, partOf(1, 0)])).toBe(true);
    },
  );
});

/** Those that are left when one is written every ten minutes, and all that are superfluous are removed each time. */
function leftAfter(times: readonly number[]): readonly number[] {
  let horizons: readonly number[] = [];
  for (const one of times) {
    const all = [one, ...horizons];
    const superfluous = new Set(superfluousHorizons(all));
    horizons = all.filter((horizon) => !superfluous.has(horizon));
  }
  return horizons;
}

describe("checkpoints that are kept", () => {
  const START_MS = Date.UTC(2026, 0, 1);
  const EVERY_MS = 10 * MINUTE_MS;

  test.each([1, 2, 3])("are at most a day, later a week, older than what comes late, seed %i", (seed) => {
    const draw = uniformDraws(seed);
    const length = Math.floor(((50 + draw() * 40) * DAY_MS) / EVERY_MS);
    const trembling = () => Math.floor(draw() * 3 * MINUTE_MS);
    const times = Array.from({ length }, (_, at) => START_MS + at * EVERY_MS + trembling());
    const kept = leftAfter(times);
    expect(kept.slice(0, 2)).toEqual(times.slice(-2).reverse());
    expect(kept.length).toBeLessThanOrEqual(2 + 9 + 7);
    const nowMs = times.at(-1)!;
    for (let tried = 0; tried < 2000; tried += 1) {
      const lateMs = draw() * 35 * DAY_MS;
      const usable = kept.find((horizon) => horizon <= nowMs - lateMs);
      const allowedMs = (lateMs <= 7 * DAY_MS ? DAY_MS : 7 * DAY_MS) + EVERY_MS + 3 * MINUTE_MS;
      const story = `${lateMs / HOUR_MS} h late`;
      expect(usable, story).toBeDefined();
      expect(nowMs - lateMs - usable!, story).toBeLessThanOrEqual(allowedMs);
    }
  });

  test("are all of a few", () => {
    expect(superfluousHorizons([])).toEqual([]);
    expect(superfluousHorizons([5])).toEqual([]);
    expect(superfluousHorizons([40 * DAY_MS, DAY_MS])).toEqual([]);
  });
});
