/** What engineers ask of history over HTTP, in every form it is answered in. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { BAD, GOOD, UNCERTAIN } from "../../src/model/status.ts";
import { RULES, START_MS } from "../alarm/sample-verdicts.ts";
import { sampleDistrict } from "../support/sample-district.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startCentre } from "./centre.ts";

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
const iso = (minutes: number) => new Date(at(minutes)).toISOString();

async function centreWith(...options: Parameters<typeof startCentre>) {
  const centre = await startCentre(...options);
  const ask = (query: string) => fetch(`${centre.address}/api/v1/readings?${query}`);
  return {
    ...centre,
    ask,
    async json(query: string) {
      const answer = await ask(query);
      return { status: answer.status, body: JSON.parse(await answer.text()) };
    },
  };
}

/** Inlet: 0..3 min with one bad and one uncertain; outlet: one sample. */
async function centreWithReadings() {
  const centre = await centreWith();
  await centre.reads([
    seriesOf("inlet", [at(0), at(1), at(2), at(3)], [1, 5, 900, 3], [GOOD, UNCERTAIN, BAD, GOOD]),
    seriesOf("outlet", [at(1)], [7.25]),
  ]);
  return centre;
}

const utilityIn = (timeZone: string) => ({
  ...RULES.utility,
  districts: [sampleDistrict({ id: "north", timeZone, meters: [{ sensor: "inlet", sign: 1 }] })],
});

describe("buckets in JSON", () => {
  test("keep the extremes, say gaps as null and how good their samples were", async () => {
    const centre = await centreWithReadings();
    const { body } = await centre.json(`sensor=inlet,outlet&from=${iso(0)}&to=${at(6)}&points=3`);
    const startsMs = [at(0), at(2), at(4)];
    expect(body).toEqual({
      fromMs: at(0),
      toMs: at(6),
      bucketMs: 120_000,
      series: [
        {
          sensor: "inlet",
          quantity: "flow",
          unit: "m3/h",
          intervalMs: expect.any(Number),
          startsMs,
          minima: [1, 3, null],
          means: [3, 3, null],
          maxima: [5, 3, null],
          counts: [2, 1, 0],
          uncertain: [1, 0, 0],
          bad: [0, 1, 0],
        },
        expect.objectContaining({ sensor: "outlet", means: [7.25, null, null], counts: [1, 0, 0] }),
      ],
    });
  });

  test("may be of any length that is asked for", async () => {
    const centre = await centreWithReadings();
    const { body } = await centre.json(`sensor=inlet&from=${at(0)}&to=${at(4)}&bucket=3m`);
    expect(body).toMatchObject({ bucketMs: 180_000, series: [{ counts: [2, 1], maxima: [5, 3] }] });
  });

  test("of local days are 23 and 25 hours long when the clock is switched", async () => {
    const centre = await centreWith({ utility: utilityIn("Europe/Rome") });
    const hours = (from: string, count: number) => {
      const startMs = Date.parse(from);
      return Array.from({ length: count }, (_, i) => startMs + i * HOUR_MS);
    };
    const spring = hours("2026-03-27T23:00:00Z", 24 + 23 + 24);
    const autumn = hours("2026-10-23T22:00:00Z", 24 + 25 + 24);
    const times = [...spring, ...autumn];
    await centre.reads([
      seriesOf(
        "inlet",
        times,
        times.map((_, i) => i),
      ),
    ]);
    const inSpring = await centre.json("sensor=inlet&from=2026-03-28&to=2026-03-31&bucket=day");
    expect(inSpring.body).toMatchObject({
      bucketMs: null,
      timeZone: "Europe/Rome",
      series: [{ counts: [24, 23, 24], minima: [0, 24, 47] }],
    });
    expect(inSpring.body.series[0].startsMs.map((ms: number) => new Date(ms).toISOString())).toEqual([
      "2026-03-27T23:00:00.000Z",
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
    ]);
    const inAutumn = await centre.json("sensor=inlet&from=2026-10-24&to=2026-10-27&bucket=day");
    expect(inAutumn.body.series[0].counts).toEqual([24, 25, 24]);
    const year = await centre.json("sensor=inlet&from=2026-01-01&to=2027-01-01&bucket=day");
    expect(year.body.series[0].startsMs).toHaveLength(365);
    expect(year.body.series[0].counts.reduce((sum: number, count: number) => sum + count)).toBe(144);
  });

  test("of local days in a zone of half hours, cut by the range", async () => {
    const centre = await centreWithReadings();
    const query = `sensor=inlet&from=${iso(0)}&to=${iso(48 * 60)}&bucket=day&timeZone=Asia/Kolkata`;
    const { body } = await centre.json(query);
    expect(body.series[0].startsMs.map((ms: number) => new Date(ms).toISOString())).toEqual([
      iso(0),
      "2026-03-01T18:30:00.000Z",
      "2026-03-02T18:30:00.000Z",
    ]);
  });
});

describe("the samples themselves", () => {
  test("come with their quality, and every silence is named", async () => {
    const centre = await centreWith({
      utility: {
        ...RULES.utility,
        sensors: RULES.utility.sensors.map((sensor) => ({ ...sensor, intervalMs: MINUTE_MS })),
      },
    });
    await centre.reads([
      seriesOf("inlet", [at(1), at(2), at(5)], [1, Number.NaN, 3], [GOOD, BAD, UNCERTAIN]),
    ]);
    const { body } = await centre.json(`sensor=inlet&from=${at(0)}&to=${at(10)}&bucket=raw`);
    expect(body.series[0]).toMatchObject({
      timesMs: [at(1), at(2), at(5)],
      values: [1, null, 3],
      qualities: ["good", "bad", "uncertain"],
      statuses: [GOOD, BAD, UNCERTAIN],
      gaps: [
        { fromMs: at(2), toMs: at(5) },
        { fromMs: at(5), toMs: at(10) },
      ],
    });
  });

  test("come with the server's time where one was given", async () => {
    const centre = await centreWith();
    await centre.reads([
      seriesOf("inlet", [at(1), at(2)], [1, 2], undefined, [250, Number.NaN]),
      seriesOf("outlet", [at(1)], [3]),
    ]);
    const asked = `sensor=inlet,outlet&from=${at(0)}&to=${at(10)}&bucket=raw`;
    const { body } = await centre.json(asked);
    expect(body.series.map((one: { serverTimesMs?: unknown }) => one.serverTimesMs)).toEqual([
      [at(1) + 250, null],
      undefined,
    ]);
    const lines = (await (await centre.ask(`${asked}&format=csv`)).text()).split("\r\n");
    expect(lines.map((line) => line.split(",").at(-1))).toEqual([
      "server_time",
      new Date(at(1) + 250).toISOString(),
      "",
      "",
      "",
    ]);
  });

  test("as CSV", async () => {
    const centre = await centreWithReadings();
    const answer = await centre.ask(`sensor=inlet,outlet&from=${at(1)}&to=${at(3)}&bucket=raw&format=csv`);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect((await answer.text()).split("\r\n")).toEqual([
      "sensor,time,value,quality,status,server_time",
      `inlet,${iso(1)},5,uncertain,${UNCERTAIN},`,
      `inlet,${iso(2)},900,bad,${BAD},`,
      `outlet,${iso(1)},7.25,good,0,`,
      "",
    ]);
  });
});

describe("tables of buckets", () => {
  test("as CSV, with empty cells for gaps and the local date of a day", async () => {
    const centre = await centreWithReadings();
    const answer = await centre.ask(`sensor=inlet&from=${at(0)}&to=${at(4)}&bucket=2m&format=csv`);
    expect((await answer.text()).split("\r\n")).toEqual([
      "sensor,start,minimum,mean,maximum,count,uncertain,bad",
      `inlet,${iso(0)},1,3,5,2,1,0`,
      `inlet,${iso(2)},3,3,3,1,0,1`,
      "",
    ]);
    const zone = "timeZone=Africa/Nairobi";
    const days = await centre.ask(`sensor=inlet&from=2026-02-28&to=2026-03-02&bucket=day&format=csv&${zone}`);
    expect((await days.text()).split("\r\n").slice(0, 3)).toEqual([
      "sensor,start,date,minimum,mean,maximum,count,uncertain,bad",
      "inlet,2026-02-27T21:00:00.000Z,2026-02-28,,,,0,0,0",
      "inlet,2026-02-28T21:00:00.000Z,2026-03-01,1,3,5,3,1,1",
    ]);
  });

  test("as one JSON object a line", async () => {
    const centre = await centreWithReadings();
    const answer = await centre.ask(`sensor=outlet&from=${at(0)}&to=${at(4)}&bucket=2m&format=ndjson`);
    const lines = (await answer.text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        sensor: "outlet",
        start: iso(0),
        minimum: 7.25,
        mean: 7.25,
        maximum: 7.25,
        count: 1,
        uncertain: 0,
        bad: 0,
      },
      {
        sensor: "outlet",
        start: iso(2),
        minimum: null,
        mean: null,
        maximum: null,
        count: 0,
        uncertain: 0,
        bad: 0,
      },
    ]);
  });
});

describe("Parquet", () => {
  async function rowsOf(answer: Response) {
    const file = join(await temporaryFolder(), "readings.parquet");
    await writeFile(file, new Uint8Array(await answer.arrayBuffer()));
    const tool = await (await DuckDBInstance.create()).connect();
    const asked = await tool.runAndReadAll(`SELECT * REPLACE (epoch_ms(time) AS time) FROM '${file}'`);
    return asked.getRowObjects();
  }

  test("holds what CSV holds, for another tool to read", async () => {
    const centre = await centreWithReadings();
    const answer = await centre.ask(`sensor=inlet&from=${at(0)}&to=${at(2)}&bucket=raw&format=parquet`);
    expect(await rowsOf(answer)).toEqual([
      { sensor: "inlet", time: BigInt(at(0)), value: 1, quality: "good", status: 0n, server_time: null },
      {
        sensor: "inlet",
        time: BigInt(at(1)),
        value: 5,
        quality: "uncertain",
        status: BigInt(UNCERTAIN),
        server_time: null,
      },
    ]);
  });

  test("of more samples than one row group, and of none", async () => {
    const centre = await centreWith();
    const times = Array.from({ length: 65_000 }, (_, i) => START_MS + i * 1000);
    await centre.reads([
      seriesOf(
        "inlet",
        times,
        times.map((_, i) => (i % 7 === 0 ? Number.NaN : i)),
      ),
    ]);
    const range = `from=${START_MS}&to=${START_MS + DAY_MS}`;
    const rows = await rowsOf(await centre.ask(`sensor=inlet&${range}&bucket=raw&format=parquet`));
    expect(rows).toHaveLength(65_000);
    expect(rows[64_999]).toMatchObject({ time: BigInt(START_MS + 64_999_000), value: 64_999 });
    expect(rows[7]?.value).toBeNull();
    expect(await rowsOf(await centre.ask("sensor=inlet&from=1&to=2&bucket=raw&format=parquet"))).toEqual([]);
  });
});

describe("a question that is wrong or too large", () => {
  test.each([
    ["", 400, "sensor: must name sensors"],
    [
      "sensor=inlet&from=yesterday&to=1",
      400,
      "from: must be a time in ms UTC, such as 2026-03-01T02:00:00Z, or a date",
    ],
    ["sensor=inlet&from=2&to=1", 400, "later than from"],
    ["sensor=inlet&from=0&to=900000000000000", 400, "at most 3660 days"],
    ["sensor=inlet&from=1&to=2&points=100000", 400, "points"],
    ["sensor=inlet&from=1&to=2&points=10&bucket=1h", 400, "not both"],
    ["sensor=inlet&from=1&to=2&bucket=fortnight", 400, "bucket"],
    ["sensor=inlet&from=1&to=2&colour=red", 400, "colour"],
    ["sensor=inlet&from=1&to=2&format=xml", 400, "format"],
    ["sensor=inlet&from=1&to=2&bucket=day&timeZone=Mars/North", 400, "Mars/North"],
    ["sensor=inlet,ghost&from=1&to=2", 404, "ghost"],
    ["sensor=inlet&from=2020-01-01&to=2026-01-01&bucket=10s&timeZone=UTC", 400, "longer buckets"],
    ["sensor=inlet&from=2016-01-01&to=2026-01-01&bucket=raw&timeZone=UTC", 400, "csv, ndjson or parquet"],
  ])("%s is refused with %i, naming %s", async (query, status, named) => {
    const centre = await centreWith({
      utility: {
        ...RULES.utility,
        sensors: RULES.utility.sensors.map((sensor) => ({ ...sensor, intervalMs: MINUTE_MS })),
      },
    });
    const answer = await centre.json(query);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(named);
  });

  test("a reader that goes away in the middle leaves room for others", async () => {
    const centre = await centreWith();
    const times = Array.from({ length: 200_000 }, (_, i) => START_MS + i * 100);
    await centre.reads([seriesOf("inlet", times, times)]);
    const query = `sensor=inlet&from=${START_MS}&to=${START_MS + DAY_MS}&bucket=raw&format=ndjson`;
    const whenThereIsRoom = async () => {
      for (;;) {
        const answer = await centre.ask(query);
        if (answer.status !== 503) return answer;
        await answer.text();
      }
    };
    for (let i = 0; i < 12; i += 1) {
      const answer = await whenThereIsRoom();
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
    expect((await (await whenThereIsRoom()).text()).trimEnd().split("\n")).toHaveLength(200_000);
  });
});
