/**
 * What is said to InfluxDB 2 and 3 over the wire, pinned by fixtures: each names a request in full and what such a server answers. And what
 * is done when a server is busy, by answers of servers made for the case.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { seriesOf } from "../../src/model/sample.ts";
import { type InfluxStoreOptions, openInfluxStore } from "../../src/store/influx-store.ts";

const DAY = Date.UTC(2026, 2, 1);

interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    /** Those that matter. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly json?: unknown;
  };
}

const TOLD_HEADERS = ["authorization", "content-encoding", "content-type"];

async function toldBy(incoming: IncomingMessage): Promise<Exchange["request"]> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const headers = Object.fromEntries(
    TOLD_HEADERS.flatMap((name) => {
      const value = incoming.headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
  const body = incoming.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
  const path = decodeURIComponent((incoming.url ?? "").replaceAll("+", " "));
  return { method: incoming.method ?? "", path, headers, body: body.toString() };
}

/** A server that answers as it is told, one request after the other. */
async function startServer(answer: (request: Exchange["request"], n: number) => Exchange["response"]) {
  const requests: Exchange["request"][] = [];
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = await toldBy(incoming);
    requests.push(request);
    const { status, headers, json } = answer(request, requests.length - 1);
    outgoing.writeHead(status, { "content-type": "application/json", ...headers });
    outgoing.end(json === undefined ? "" : JSON.stringify(json));
  };
  const server = createServer((incoming, outgoing) => void respond(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { requests, url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}` };
}

const store = (options: Partial<InfluxStoreOptions> & { url: string }) =>
  openInfluxStore({ version: 2, database: "town", setAside: async () => {}, ...options });

const commit = {
  series: [
    seriesOf("north-inlet", [DAY, DAY + 60_000], [41.5, Number.NaN], [0, 0x8000_0000]),
    seriesOf("north-pressure", [DAY], [32.25], [0x4000_0000]),
  ],
  watermarks: [{ site: "hill-station", epoch: "e1", stored: 12 }],
  events: [
    {
      timeMs: DAY,
      actor: "hill-station",
      body: {
        kind: "notice",
        site: "hill-station",
        notice: { timeMs: DAY, code: "source-lost", figures: {} },
      },
    },
  ],
} as const;

describe.each([
  { version: 2 as const, options: { organisation: "water board", token: "secret" } },
  { version: 3 as const, options: { token: "secret" } },
])("InfluxDB $version", ({ version, options }) => {
  it("is asked and told exactly what the fixture says", async () => {
    const file = new URL(`./fixtures/influx-${version}.json`, import.meta.url);
    const exchanges: readonly Exchange[] = JSON.parse(readFileSync(file, "utf8"));
    const { url, requests } = await startServer((_, n) => exchanges[n]?.response ?? { status: 500 });
    const opened = await store({ url, version, ...options });
    await opened.append(commit);
    const range = { fromMs: DAY, toMs: DAY + 120_000 };
    expect(await opened.read("north-inlet", range)).toEqual(commit.series[0]);
    const [buckets] = await opened.downsample(["north-inlet"], range, 60_000);
    expect([[...buckets.means], [...buckets.counts]]).toEqual([
      [41.5, Number.NaN],
      [1, 0],
    ]);
    expect(await opened.events(0, 10)).toEqual([{ ...commit.events[0], cursor: 1 }]);
    await opened.close();
    expect(requests).toEqual(exchanges.map(({ request }) => request));
  });
});

const EMPTY = { status: 200, json: { results: [{ statement_id: 0 }] } };
const isWrite = ({ path }: Exchange["request"]) => path.includes("write");

describe("a server in trouble", () => {
  it("that asks for seconds gets them, before the same is sent again", async () => {
    let nowMs = DAY;
    const pauses: number[] = [];
    const busy = [
      {
        status: 429,
        headers: { "retry-after": "7" },
        json: { code: "too many requests", message: "slow down" },
      },
      { status: 503, headers: { "retry-after": "3600" }, json: { message: "busy" } },
      { status: 503, headers: { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" } },
    ];
    const { url, requests } = await startServer((request) =>
      isWrite(request) ? (busy.shift() ?? { status: 204 }) : EMPTY,
    );
    const opened = await store({
      url,
      clock: () => nowMs,
      async pause(ms) {
        pauses.push(ms);
        nowMs += ms;
      },
    });
    await expect(opened.append(commit)).rejects.toMatchObject({
      code: "store-write",
      retryable: true,
      message: "InfluxDB did not take samples: 429 slow down",
    });
    nowMs += 2000;
    await expect(opened.append(commit)).rejects.toMatchObject({
      message: expect.stringContaining("503 busy"),
    });
    await expect(opened.append(commit)).rejects.toMatchObject({ retryable: true });
    nowMs += 3_600_000;
    await opened.append(commit);
    // 5 of the 7 seconds were left; an hour is more than anybody is made to wait at once; a date is no number of seconds.
    expect(pauses).toEqual([5000, 60_000]);
    const writes = requests.filter(isWrite);
    expect(writes.slice(1, 4).every(({ body }) => body === writes[0]?.body)).toBe(true);
    await opened.close();
  });

  it("is not waited for when the centre stops", async () => {
    const { url } = await startServer((request) =>
      isWrite(request) ? { status: 503, headers: { "retry-after": "3600" } } : EMPTY,
    );
    const opened = await store({ url });
    await expect(opened.append(commit)).rejects.toMatchObject({ retryable: true });
    const waiting = opened.append(commit);
    await Promise.all([opened.close(), expect(waiting).rejects.toMatchObject({ code: "store-write" })]);
  });

  it.each([401, 404, 500, 200])("that answers %i has stored nothing", async (status) => {
    const { url } = await startServer((request) => (isWrite(request) ? { status } : EMPTY));
    const opened = await store({ url });
    await expect(opened.append(commit)).rejects.toMatchObject({ code: "store-write", retryable: true });
    expect(await opened.watermarks()).toEqual([]);
    await opened.close();
  });

  it("that stores a part and says so, as version 3 may, gets the rest without the wrong line", async () => {
    const refused: string[] = [];
    const partial = {
      error: "partial write of line protocol occurred",
      data: [{ line_number: 2, error_message: "invalid column type" }],
    };
    const { url } = await startServer((request) => {
      if (!isWrite(request)) return EMPTY;
      const isWrong = request.body.includes("north-pressure");
      return isWrong ? { status: request.body.includes("\n") ? 201 : 400, json: partial } : { status: 204 };
    });
    const opened = await store({
      url,
      version: 3,
      async setAside(samples) {
        refused.push(...samples.map(({ sensor, why }) => `${sensor}: ${why}`));
      },
    });
    await opened.append(commit);
    expect(refused).toEqual(["north-pressure: 400 partial write of line protocol occurred"]);
    expect((await opened.latest()).map(({ sensor }) => sensor)).toEqual(["north-inlet"]);
    await opened.close();
  });

  it("that takes only small requests gets small ones", async () => {
    const { url, requests } = await startServer((request) => {
      if (!isWrite(request)) return EMPTY;
      return { status: request.body.length > 2000 ? 413 : 204 };
    });
    const opened = await store({ url });
    const times = Array.from({ length: 200 }, (_, i) => DAY + i);
    await opened.append({ series: [seriesOf("flow", times, times)], watermarks: [], events: [] });
    expect(requests.find(isWrite)?.headers["content-encoding"]).toBe("gzip");
    const stored = requests.filter((request) => isWrite(request) && request.body.length <= 2000);
    expect(stored.flatMap(({ body }) => body.split("\n"))).toHaveLength(200);
    await opened.close();
  });
});
