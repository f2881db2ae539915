/** What every history store must do. Run over each implementation by test/store/*.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NewEvent } from "../../src/model/event.ts";
import type { Commit, HistoryStore } from "../../src/model/history-store.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { BAD, GOOD, UNCERTAIN } from "../../src/model/status.ts";

const DAY = Date.UTC(2026, 2, 1);
const ALL = { fromMs: DAY - 1e9, toMs: DAY + 1e10 };

function notice(code: string): NewEvent {
  const body = {
    kind: "notice",
    site: "north",
    notice: { timeMs: DAY, code, figures: { dropped: 3 } },
  } as const;
  return { timeMs: DAY, actor: "north", body };
}

function commitOf(part: Partial<Commit>): Commit {
  return { series: [], watermarks: [], events: [], ...part };
}

export function historyStoreContract(name: string, open: () => Promise<HistoryStore>): void {
  describe(`${name} as history`, () => {
    let store: HistoryStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const append = (part: Partial<Commit>) => store.append(commitOf(part));

    it("knows nothing at first", async () => {
      expect((await store.read("flow", ALL)).timesMs).toHaveLength(0);
      expect(await store.latest()).toEqual([]);
      expect(await store.watermarks()).toEqual([]);
      expect(await store.events(0, 10)).toEqual([]);
    });

    it("reads a range half open, ascending, with values and statuses as they came", async () => {
      await append({
        series: [
          seriesOf(
            "flow",
            [DAY + 2, DAY, DAY + 1, DAY + 3],
            [2, 0.1, Number.NaN, 3],
            [UNCERTAIN, GOOD, BAD, 0x400480],
          ),
          seriesOf("level", [DAY + 1], [7]),
        ],
      });
      expect(await store.read("flow", { fromMs: DAY, toMs: DAY + 3 })).toEqual(
        seriesOf("flow", [DAY, DAY + 1, DAY + 2], [0.1, Number.NaN, 2], [GOOD, BAD, UNCERTAIN]),
      );
      expect((await store.read("flow", { fromMs: DAY + 3, toMs: DAY + 3 })).timesMs).toHaveLength(0);
      expect((await store.read("flow", ALL)).statuses[3]).toBe(0x400480);
    });

    it("lets the later value win, across commits, within one commit and within one series", async () => {
      await append({ series: [seriesOf("flow", [DAY, DAY + 1, DAY + 2, DAY + 2], [1, 1, 1, 2])] });
      await append({ series: [seriesOf("flow", [DAY + 1], [5]), seriesOf("flow", [DAY + 1], [6])] });
      expect(await store.read("flow", ALL)).toEqual(seriesOf("flow", [DAY, DAY + 1, DAY + 2], [1, 6, 2]));
    });

    it("keeps the server's time beside the source's, where one was given", async () => {
      const [before, later, none] = [-1.2e12, 40, Number.NaN];
      const timed = seriesOf("flow", [DAY, DAY + 1, DAY + 2, DAY + 3], [1, 2, 3, 4], undefined, [
        later,
        none,
        before,
        0,
      ]);
      await append({ series: [seriesOf("level", [DAY], [7]), timed] });
      expect(await store.read("flow", ALL)).toEqual(timed);
      expect(await store.read("level", ALL)).toEqual(seriesOf("level", [DAY], [7]));
      const untimed = await store.read("flow", { fromMs: DAY + 1, toMs: DAY + 2 });
      expect(untimed).toEqual(seriesOf("flow", [DAY + 1], [2]));
      expect(untimed.serverDelaysMs).toBeUndefined();
    });

    it("lets the later value win together with its server's time, or without one", async () => {
      const at = (timeMs: number, value: number, delayMs?: number) =>
        seriesOf("flow", [timeMs], [value], undefined, delayMs === undefined ? undefined : [delayMs]);
      await append({ series: [at(DAY, 1, 5), at(DAY + 1, 1), at(DAY + 2, 1, 5), at(DAY + 2, 2)] });
      await append({ series: [at(DAY, 3)] });
      await append({ series: [at(DAY + 1, 4, 7)] });
      expect(await store.read("flow", ALL)).toEqual(
        seriesOf("flow", [DAY, DAY + 1, DAY + 2], [3, 4, 2], undefined, [Number.NaN, 7, Number.NaN]),
      );
      await append({ series: [at(DAY + 1, 5)] });
      expect((await store.read("flow", ALL)).serverDelaysMs).toBeUndefined();
    });

    it("is not changed by a replay", async () => {
      const series = [seriesOf("flow", [DAY, DAY + 1, DAY + 2], [1, 2, 3])];
      await append({ series });
      const before = await store.downsample(["flow"], ALL, 1e9);
      await append({ series });
      expect(await store.downsample(["flow"], ALL, 1e9)).toEqual(before);
    });

    it("takes late data of any age into its place", async () => {
      await append({ series: [seriesOf("flow", [DAY + 1000], [2])] });
      await append({ series: [seriesOf("flow", [DAY - 1000], [1])] });
      expect(await store.read("flow", ALL)).toEqual(seriesOf("flow", [DAY - 1000, DAY + 1000], [1, 2]));
      expect(await store.latest()).toEqual([{ sensor: "flow", timeMs: DAY + 1000, value: 2, status: GOOD }]);
    });

    it("refuses times that are not whole milliseconds, and stores nothing of the commit", async () => {
      const series = [seriesOf("flow", [DAY], [1]), seriesOf("level", [DAY, DAY + 0.5], [1, 2])];
      await expect(append({ series, events: [notice("one")] })).rejects.toMatchObject({
        code: "time-not-whole-ms",
        retryable: false,
      });
      expect((await store.read("flow", ALL)).timesMs).toHaveLength(0);
      expect(await store.events(0, 10)).toEqual([]);
    });

    it("keeps more samples than fit one chunk, every one", async () => {
      const times = Array.from({ length: 10_000 }, (_, i) => DAY + i);
      const values = times.map((_, i) => i / 7);
      await append({ series: [seriesOf("flow", times, values), seriesOf("other", times, values)] });
      expect(await store.read("flow", ALL)).toEqual(seriesOf("flow", times, values));
    });

    it("answers buckets with extremes, explicit gaps, and neither bad nor missing values", async () => {
      await append({
        series: [
          seriesOf(
            "flow",
            [DAY, DAY + 1, DAY + 2, DAY + 3, DAY + 20, DAY + 21, DAY + 25],
            [1, 5, 99, 3, Number.NaN, 7, 1000],
            [GOOD, UNCERTAIN, BAD, GOOD, BAD, GOOD, GOOD],
          ),
        ],
      });
      const [buckets] = await store.downsample(["flow"], { fromMs: DAY, toMs: DAY + 25 }, 10);
      expect(buckets).toEqual({
        sensor: "flow",
        bucketMs: 10,
        startsMs: Float64Array.of(DAY, DAY + 10, DAY + 20),
        minima: Float64Array.of(1, Number.NaN, 7),
        means: Float64Array.of(3, Number.NaN, 7),
        maxima: Float64Array.of(5, Number.NaN, 7),
        counts: Uint32Array.of(3, 0, 1),
        uncertain: Uint32Array.of(1, 0, 0),
        bad: Uint32Array.of(1, 0, 1),
      });
    });

    it("answers buckets of several sensors in the order asked, those it does not know too", async () => {
      await append({
        series: [
          seriesOf("a", [DAY, DAY + 10, DAY + 11], [1, 2, 4], [GOOD, GOOD, UNCERTAIN]),
          seriesOf("b", [DAY + 1], [5]),
          seriesOf("c", [DAY + 2], [9], [BAD]),
        ],
      });
      const all = await store.downsample(["c", "nobody", "a", "b"], { fromMs: DAY, toMs: DAY + 20 }, 10);
      expect(all.map(({ sensor }) => sensor)).toEqual(["c", "nobody", "a", "b"]);
      expect(all.map(({ means }) => [...means])).toEqual([
        [Number.NaN, Number.NaN],
        [Number.NaN, Number.NaN],
        [1, 3],
        [5, Number.NaN],
      ]);
      expect(all.map(({ bad }) => bad[0])).toEqual([1, 0, 0, 0]);
      expect(all.map(({ uncertain }) => uncertain[1])).toEqual([0, 0, 1, 0]);
    });

    it("answers empty buckets for a sensor it does not know, and refuses buckets of no length", async () => {
      const [buckets] = await store.downsample(["nobody"], { fromMs: DAY, toMs: DAY + 20 }, 10);
      expect([...buckets.counts]).toEqual([0, 0]);
      await expect(store.downsample(["flow"], ALL, 0)).rejects.toMatchObject({ code: "bad-buckets" });
    });

    it("remembers one watermark for each site and epoch, the highest", async () => {
      await append({ watermarks: [{ site: "north", epoch: "a", stored: 1 }] });
      await append({
        watermarks: [
          { site: "north", epoch: "a", stored: 4 },
          { site: "north", epoch: "b", stored: 1 },
          { site: "south", epoch: "a", stored: 2 },
        ],
      });
      const found = [...(await store.watermarks())].sort((a, b) =>
        `${a.site}${a.epoch}`.localeCompare(`${b.site}${b.epoch}`),
      );
      expect(found).toEqual([
        { site: "north", epoch: "a", stored: 4 },
        { site: "north", epoch: "b", stored: 1 },
        { site: "south", epoch: "a", stored: 2 },
      ]);
    });

    it("numbers events without a gap and gives them back after a cursor", async () => {
      const first = await append({ events: [notice("one"), notice("two")] });
      const second = await append({ events: [notice("three")] });
      expect([...first, ...second].map((event) => event.cursor)).toEqual([1, 2, 3]);
      expect(await store.events(0, 10)).toEqual([...first, ...second]);
      expect(await store.events(1, 1)).toEqual([first[1]]);
      expect(await store.events(3, 10)).toEqual([]);
    });

    it("gives appends made at once cursors in the order they were made", async () => {
      const made = await Promise.all(["a", "b", "c"].map((code) => append({ events: [notice(code)] })));
      expect(made.flat().map((event) => event.cursor)).toEqual([1, 2, 3]);
      const codes = (await store.events(0, 10)).map(
        (event) => event.body.kind === "notice" && event.body.notice.code,
      );
      expect(codes).toEqual(["a", "b", "c"]);
    });

    it("knows from when to when it has samples", async () => {
      expect(await store.extent()).toBeNull();
      await append({
        series: [seriesOf("flow", [DAY + 5, DAY + 2], [1, 2]), seriesOf("level", [DAY + 9], [3])],
      });
      expect(await store.extent()).toEqual({ fromMs: DAY + 2, toMs: DAY + 10 });
    });

    it("does not change when the caller reuses its arrays", async () => {
      const series = seriesOf("flow", [DAY], [1]);
      await append({ series: [series] });
      series.values[0] = 2;
      expect((await store.read("flow", ALL)).values[0]).toBe(1);
    });
  });
}
