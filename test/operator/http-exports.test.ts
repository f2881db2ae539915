/** What other tools take away: nights, a map, the description of the interface, and figures for Prometheus. */
import { describe, expect, test } from "vitest";
import type { Night } from "../../src/model/night.ts";
import { createMetrics } from "../../src/operator/prometheus-metrics.ts";
import { RULES, START_MS, verdict } from "../alarm/sample-verdicts.ts";
import { sampleDistrict } from "../support/sample-district.ts";
import { startCentre } from "./centre.ts";

const night = (date: string, because: readonly ("meter-silent" | "supply-off")[]): Night => ({
  district: "north",
  date,
  windowStartMs: START_MS,
  windowEndMs: START_MS + 7_200_000,
  completeness: 0.5,
  outcome: { kind: "not-assessable", because: because.map((code) => ({ code, figures: {} })) },
});

const ring = [
  [36.8, -1.3],
  [36.8, -1.2],
  [36.9, -1.2],
].map(([longitudeDeg = 0, latitudeDeg = 0]) => ({ longitudeDeg, latitudeDeg }));

async function centreWith(...options: Parameters<typeof startCentre>) {
  const centre = await startCentre(...options);
  return { ...centre, ask: (path: string) => fetch(centre.address + path) };
}

describe("nights", () => {
  test("of all districts as JSON and as CSV, by date", async () => {
    const centre = await centreWith();
    const bodies = [night("2026-03-01", ["meter-silent", "supply-off"]), night("2026-03-02", [])];
    await centre.append(
      bodies.map((one) => ({
        timeMs: START_MS,
        actor: "nightflow",
        body: { kind: "night", revision: 0, night: one },
      })),
    );
    const json = await (await centre.ask("/api/v1/nights?to=2026-03-01")).json();
    expect(json).toEqual({ total: 1, nights: [bodies[0]] });
    const csv = await (await centre.ask("/api/v1/nights?district=north&format=csv")).text();
    const [head = "", first = ""] = csv.split("\r\n");
    const cells = Object.fromEntries(head.split(",").map((name, i) => [name, first.split(",")[i]]));
    expect(cells).toMatchObject({
      district: "north",
      date: "2026-03-01",
      windowStart: new Date(START_MS).toISOString(),
      completeness: "0.5",
      minimumNightFlowM3h: "",
      notAssessableBecause: "meter-silent supply-off",
    });
    expect((await centre.ask("/api/v1/nights?district=nowhere")).status).toBe(404);
  });
});

describe("GeoJSON", () => {
  test("has a closed ring for a district, a point for a meter, and nothing for what has no place", async () => {
    const [inlet, ...others] = RULES.utility.sensors;
    if (!inlet) throw new Error("the sample utility has sensors");
    const utility = {
      ...RULES.utility,
      sensors: [{ ...inlet, position: { longitudeDeg: 36.81, latitudeDeg: -1.29 } }, ...others],
      districts: [
        sampleDistrict({ id: "north", meters: [{ sensor: inlet.id, sign: 1 }], outline: ring }),
        sampleDistrict({ id: "south" }),
      ],
    };
    const centre = await centreWith({ utility });
    const answer = await centre.ask("/api/v1/features.geojson");
    expect(answer.headers.get("content-type")).toContain("application/geo+json");
    const { features } = JSON.parse(await answer.text());
    const [north, south, meter] = features;
    expect(north).toMatchObject({ id: "district:north", properties: { kind: "district", lastNight: null } });
    // Drawn clockwise, given counterclockwise.
    expect(north.geometry).toEqual({
      type: "Polygon",
      coordinates: [
        [
          [36.9, -1.2],
          [36.8, -1.2],
          [36.8, -1.3],
          [36.9, -1.2],
        ],
      ],
    });
    expect(south.geometry).toBeNull();
    expect(meter).toMatchObject({
      geometry: { type: "Point", coordinates: [36.81, -1.29] },
      properties: { kind: "sensor", sensor: inlet.id, unit: "m3/h", districts: ["north"] },
    });
    const some = JSON.parse(await (await centre.ask("/api/v1/features.geojson?kind=sensor")).text());
    expect(some.features).toHaveLength(utility.sensors.length);
  });
});

describe("OpenAPI", () => {
  test("describes every question with its parameters and what it needs", async () => {
    const centre = await centreWith({ metrics: createMetrics(() => START_MS) });
    const spec = JSON.parse(await (await centre.ask("/api/docs/json")).text());
    expect(spec.openapi).toBe("3.1.0");
    expect(Object.keys(spec.paths)).toEqual(
      expect.arrayContaining([
        "/api/v1/readings",
        "/api/v1/nights",
        "/api/v1/features.geojson",
        "/api/v1/alarms/{id}/actions",
        "/api/v1/districts/{id}/nights",
        "/healthz",
        "/readyz",
        "/metrics",
      ]),
    );
    const readings = spec.paths["/api/v1/readings"].get;
    expect(readings["x-permission"]).toBe("see");
    expect(readings.parameters.map(({ name }: { name: string }) => name)).toEqual([
      "sensor",
      "from",
      "to",
      "points",
      "bucket",
      "timeZone",
      "format",
    ]);
    const { content } = readings.responses[200];
    expect(content["application/json"].schema.properties.series.items.properties).toHaveProperty("maxima");
    expect(Object.keys(content)).toContain("application/vnd.apache.parquet");
  });

  test("comes with a page that loads everything from this server", async () => {
    const centre = await centreWith();
    const page = await (await centre.ask("/api/docs/")).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = ""]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const url = new URL(file, `${centre.address}/api/docs/`);
      expect(url.origin).toBe(centre.address);
      expect((await fetch(url)).status).toBe(200);
    }
  });
});

describe("operation", () => {
  test("is ready only while messages come in and are stored", async () => {
    let broker = false;
    const centre = await centreWith({ readiness: () => ({ broker, history: true }) });
    const waiting = await centre.ask("/readyz");
    expect([waiting.status, await waiting.json()]).toEqual([
      503,
      { ready: false, checks: { broker: false, history: true } },
    ]);
    broker = true;
    expect((await centre.ask("/readyz")).status).toBe(200);
    expect((await centre.ask("/healthz")).status).toBe(200);
  });

  test("tells Prometheus how samples come in and what stands", async () => {
    const metrics = createMetrics(() => START_MS + 9_000);
    const centre = await centreWith({ metrics });
    await centre.finds(verdict("leak"));
    metrics.watch({
      ingest: () => ({
        messages: 12,
        batches: { accepted: 10, duplicate: 2 },
        deviceMessages: {},
        arrivals: { late: 3, repeated: 0, ahead: 0 },
        storedSamples: 5000,
        rejectedSamples: 7,
        rejections: { "future-time": 4 },
        rejectionsNotKept: 0,
        failedCommits: 0,
        isStoring: true,
        pendingSamples: 40,
        pendingSamplesMost: 200_000,
        brokerConnected: true,
      }),
      sites: () => [
        {
          site: "hill",
          online: true,
          lastHeardMs: START_MS,
          oldestUnacknowledgedMs: null,
          version: null,
          agent: null,
          agentSaidMs: null,
        },
      ],
      alarms: () => centre.service.alarms.alarms("standing"),
      unjudgedSinceMs: () => START_MS + 4_000,
      storeBytes: async () => 123_456,
    });
    await metrics.timed(centre.store).append({ series: [], watermarks: [], events: [] });
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const answer = await centre.ask("/metrics");
      expect(answer.headers.get("content-type")).toContain("text/plain");
      const lines = (await answer.text()).split("\n");
      expect(lines).toEqual(
        expect.arrayContaining([
          "# TYPE nightflow_stored_samples_total counter",
          "nightflow_stored_samples_total 5000",
          'nightflow_batches_total{outcome="duplicate"} 2',
          'nightflow_irregular_samples_total{kind="late"} 3',
          'nightflow_rejections_total{reason="future-time"} 4',
          "nightflow_pending_samples 40",
          "nightflow_broker_connected 1",
          "nightflow_oldest_unjudged_seconds 5",
          'nightflow_site_silence_seconds{site="hill"} 9',
          'nightflow_alarms{state="unacknowledged"} 1',
          "nightflow_store_bytes 123456",
          "nightflow_commit_duration_seconds_count 1",
        ]),
      );
      expect(lines.some((line) => line.startsWith("nodejs_eventloop_lag_p99_seconds "))).toBe(true);
    }
  });
});
