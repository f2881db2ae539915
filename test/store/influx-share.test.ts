/** Several centres in one real InfluxDB: logs of their own, what is copied between them, and who may write. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NewEvent } from "../../src/model/event.ts";
import { connectInflux } from "../../src/store/influx-connection.ts";
import { createHolders } from "../../src/store/influx-holders.ts";
import { logOf, missingFrom } from "../../src/store/influx-other-logs.ts";
import { makeDatabase, openInfluxStore } from "../../src/store/influx-store.ts";
import { type Influxd, startInfluxd } from "../support/influxd.ts";
import { findProgram } from "../support/programs.ts";

const notice = (site: string, timeMs: number): NewEvent => ({
  timeMs,
  actor: site,
  body: { kind: "notice", site, notice: { timeMs, code: "source-lost", figures: {} } },
});

describe.skipIf(!findProgram("influxd"))("several centres in one InfluxDB", () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd.stop());

  async function database() {
    const options = {
      url: influxd.url,
      version: 1 as const,
      database: randomUUID(),
      setAside: async () => {},
    };
    const connection = connectInflux(options);
    await makeDatabase(connection, options.database);
    return {
      connection,
      open: (log: string | null, fence?: () => Promise<void>) =>
        openInfluxStore({ ...options, log, ...(fence && { fence }) }),
    };
  }
  const commit = (...events: NewEvent[]) => ({ series: [], watermarks: [], events });
  const everything = () => true;

  it("number their events each for itself, and none overwrites another's", async () => {
    const { open } = await database();
    const [whole, north, south] = [await open(null), await open("north"), await open("south")];
    for (const [store, site] of [
      [whole, "all"],
      [north, "n"],
      [south, "s"],
    ] as const)
      await store.append(commit(notice(site, 1), notice(site, 2)));
    for (const [store, site] of [
      [whole, "all"],
      [north, "n"],
      [south, "s"],
    ] as const) {
      const events = await store.events(0, 10);
      expect(events.map(({ cursor, actor }) => [cursor, actor])).toEqual([
        [1, site],
        [2, site],
      ]);
    }
    expect((await (await open("south")).append(commit(notice("s", 3))))[0]?.cursor).toBe(3);
  });

  it("take over each other's events in order of time, each once, and not their own again", async () => {
    const { connection, open } = await database();
    const [whole, north] = [await open(null), await open("north")];
    await whole.append(commit(notice("n", 10), notice("s", 11)));
    await north.append(commit(notice("n", 12)));
    const wanted = ({ actor }: NewEvent) => actor === "n";
    const copies = await missingFrom(connection, "north", wanted);
    expect(copies.map(({ event, origin }) => [event.timeMs, origin])).toEqual([[10, "/1"]]);
    await north.copyIn(copies);
    expect(await missingFrom(connection, "north", wanted)).toEqual([]);
    expect((await north.events(0, 10)).map(({ timeMs }) => timeMs)).toEqual([12, 10]);
    await north.append(commit(notice("n", 13)));
    const south = await open("south");
    await south.copyIn(await missingFrom(connection, "south", everything));
    expect((await south.events(0, 10)).map(({ timeMs }) => timeMs)).toEqual([10, 11, 12, 13]);
    const back = await missingFrom(connection, null, everything);
    expect(back.map(({ event }) => event.timeMs)).toEqual([12, 13]);
  });

  it("have the same log for the same districts, however they are written", () => {
    expect(logOf(["b", "a"])).toBe(logOf(["a", "b"]));
    expect(logOf(["a"])).not.toBe(logOf(["a", "b"]));
  });

  it("write no more once another has taken one of their districts", async () => {
    const { connection, open } = await database();
    const first = createHolders(connection, ["north", "south"], "first");
    expect(await first.take()).toEqual([]);
    const store = await open("both", first.check);
    await store.append(commit(notice("n", 1)));
    const second = createHolders(connection, ["south"], "second");
    expect(await second.take()).toEqual(["first"]);
    await second.check();
    const taken = {
      code: "taken-over",
      retryable: false,
      message: "district south was taken over by centre second",
    };
    await expect(store.append(commit(notice("n", 2)))).rejects.toMatchObject(taken);
    await expect(store.copyIn([])).rejects.toMatchObject(taken);
    expect(await store.events(0, 10)).toHaveLength(1);
    await first.letGo();
    await second.check();
    await second.letGo();
    expect(await createHolders(connection, ["north", "south"], "third").take()).toEqual([]);
  });
});
