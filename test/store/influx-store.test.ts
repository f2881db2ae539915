/** History in a real InfluxDB 1.x: the contract, kills, and lines it refuses. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriesOf } from "../../src/model/sample.ts";
import { openInfluxStore, type RefusedSample } from "../../src/store/influx-store.ts";
import { historyStoreContract } from "../contract/history-store.contract.ts";
import { type Influxd, startInfluxd } from "../support/influxd.ts";
import { findProgram } from "../support/programs.ts";

const DAY = Date.UTC(2026, 2, 1);
const ALL = { fromMs: 0, toMs: DAY * 2 };

describe.skipIf(!findProgram("influxd"))("InfluxDB 1.x", () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd.stop());

  const refused: RefusedSample[] = [];
  const open = (database: string = randomUUID()) =>
    openInfluxStore({
      url: influxd.url,
      version: 1,
      database,
      async setAside(samples) {
        refused.push(...samples);
      },
    });

  historyStoreContract("the InfluxDB store", () => open());

  it("remembers everything when it is opened again", async () => {
    const database = randomUUID();
    const first = await open(database);
    const notice = { timeMs: 1, code: "x", figures: { text: 'a "quoted" \\ line\nand another' } };
    const event = {
      timeMs: 1.5,
      actor: 'north "one"',
      body: { kind: "notice", site: "north", notice },
    } as const;
    await first.append({
      series: [seriesOf("flow", [DAY, DAY + 5], [1, Number.NaN], [0, 0x8000_0000])],
      watermarks: [{ site: "north", epoch: "e 1,2=3", stored: 7 }],
      events: [event],
    });
    await first.close();
    const second = await open(database);
    expect(await second.extent()).toEqual({ fromMs: DAY, toMs: DAY + 6 });
    expect(await second.latest()).toEqual([
      { sensor: "flow", timeMs: DAY + 5, value: Number.NaN, status: 0x8000_0000 },
    ]);
    expect(await second.watermarks()).toEqual([{ site: "north", epoch: "e 1,2=3", stored: 7 }]);
    const [next] = await second.append({ series: [], watermarks: [], events: [event] });
    expect(await second.events(0, 5)).toEqual([{ ...event, cursor: 1 }, next]);
    await second.close();
  });

  it("lets a missing value take a number's place, and a number a missing value's", async () => {
    const store = await open();
    const commit = (value: number, status: number) =>
      store.append({ series: [seriesOf("flow", [DAY], [value], [status])], watermarks: [], events: [] });
    await commit(5, 0);
    await commit(Number.NaN, 0x8000_0001);
    expect(await store.read("flow", ALL)).toEqual(seriesOf("flow", [DAY], [Number.NaN], [0x8000_0001]));
    const [gap] = await store.downsample(["flow"], { fromMs: DAY, toMs: DAY + 10 }, 10);
    expect(gap).toMatchObject({ counts: Uint32Array.of(0), bad: Uint32Array.of(1) });
    await commit(6, 0);
    expect(await store.read("flow", ALL)).toEqual(seriesOf("flow", [DAY], [6], [0]));
    await store.close();
  });

  it("writes over a server's time of before it was opened", async () => {
    const database = randomUUID();
    const first = await open(database);
    const timed = seriesOf("flow", [DAY, DAY + 1], [1, 2], undefined, [3, 4]);
    await first.append({ series: [timed], watermarks: [], events: [] });
    await first.close();
    const second = await open(database);
    expect(await second.read("flow", ALL)).toEqual(timed);
    await second.append({ series: [seriesOf("flow", [DAY], [5])], watermarks: [], events: [] });
    const left = seriesOf("flow", [DAY, DAY + 1], [5, 2], undefined, [Number.NaN, 4]);
    expect(await second.read("flow", ALL)).toEqual(left);
    await second.close();
  });

  it("reads and sums up more than fits one answer", async () => {
    const store = await open();
    const times = Array.from({ length: 25_001 }, (_, i) => DAY + i * 1000);
    const values = times.map((_, i) => (i % 100) / 4);
    await store.append({ series: [seriesOf("flow", times, values)], watermarks: [], events: [] });
    expect(await store.read("flow", ALL)).toEqual(seriesOf("flow", times, values));
    const range = { fromMs: DAY - 500, toMs: DAY + 25_001_000 };
    const [buckets] = await store.downsample(["flow"], range, 2000);
    expect(buckets.counts.reduce((sum, count) => sum + count)).toBe(25_001);
    expect([buckets.minima[0], buckets.means[0], buckets.maxima[0]]).toEqual([0, 0.125, 0.25]);
    expect(await store.downsample(["flow"], range, 2000.5)).toMatchObject([{ bucketMs: 2000.5 }]);
    await store.close();
  });

  it("sets aside the samples it refuses, with the server's words, and stores all others", async () => {
    const store = await open();
    refused.length = 0;
    const times = Array.from({ length: 6000 }, (_, i) => DAY + i);
    const values = times.map((_, i) => (i === 17 || i === 5500 ? Number.POSITIVE_INFINITY : i));
    await store.append({
      series: [seriesOf("flow", times, values), seriesOf("level", [DAY], [1])],
      watermarks: [{ site: "north", epoch: "e", stored: 1 }],
      events: [],
    });
    expect(refused.map(({ sensor, timeMs, value }) => ({ sensor, timeMs, value }))).toEqual([
      { sensor: "flow", timeMs: DAY + 17, value: Number.POSITIVE_INFINITY },
      { sensor: "flow", timeMs: DAY + 5500, value: Number.POSITIVE_INFINITY },
    ]);
    expect(refused[0]?.why).toMatch(/^400 .*unable to parse/);
    expect((await store.read("flow", ALL)).timesMs).toHaveLength(5998);
    expect((await store.read("level", ALL)).timesMs).toHaveLength(1);
    expect(await store.watermarks()).toHaveLength(1);
    await store.close();
  });

  it("sets nothing aside when it refuses everything: the fault is the server's", async () => {
    const store = await open();
    refused.length = 0;
    const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const commit = { series: [seriesOf("flow", [DAY, DAY + 1], values)], watermarks: [], events: [] };
    await expect(store.append(commit)).rejects.toMatchObject({ code: "store-write", retryable: true });
    expect(refused).toEqual([]);
    await store.close();
  });

  it("fails while the server is gone, and goes on with the same commit when it is back", async () => {
    const store = await open();
    const commit = {
      series: [seriesOf("flow", [DAY], [1])],
      watermarks: [{ site: "north", epoch: "e", stored: 1 }],
      events: [],
    };
    await store.append(commit);
    await influxd.kill();
    const next = { ...commit, watermarks: [{ site: "north", epoch: "e", stored: 2 }] };
    await expect(store.append(next)).rejects.toMatchObject({ code: "store-write", retryable: true });
    await expect(store.read("flow", ALL)).rejects.toMatchObject({ code: "store-read", retryable: true });
    await expect(open()).rejects.toMatchObject({ code: "store-unreadable" });
    expect(await store.watermarks()).toEqual(commit.watermarks);
    await influxd.startAgain();
    await store.append(next);
    expect(await store.watermarks()).toEqual(next.watermarks);
    expect((await store.read("flow", ALL)).timesMs).toHaveLength(1);
    await store.close();
  });
});
