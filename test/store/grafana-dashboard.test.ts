/** The Grafana dashboard against a real InfluxDB 1.x that the store has filled: every query of it is understood and finds something. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { EventBody } from "../../src/model/event.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { openInfluxStore } from "../../src/store/influx-store.ts";
import { verdict } from "../alarm/sample-verdicts.ts";
import { type Influxd, startInfluxd } from "../support/influxd.ts";
import { findProgram } from "../support/programs.ts";

const NIGHT_MS = Date.UTC(2026, 2, 2, 23);
const query = z.object({ query: z.string() });
const dashboardSchema = z.object({
  panels: z.array(z.object({ id: z.number(), title: z.string(), targets: z.array(query).min(1) })),
  annotations: z.object({ list: z.array(query.extend({ name: z.string() })) }),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), type: z.string(), query: z.string() })),
  }),
});
const dashboard = dashboardSchema.parse(
  JSON.parse(readFileSync(new URL("../../docs/grafana-dashboard.json", import.meta.url), "utf8")),
);

/** Every query by what shows it. */
const QUERIES: readonly (readonly [string, string])[] = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ query }) => [title, query] as const)),
  ...dashboard.annotations.list.map(({ name, query }) => [name, query] as const),
  ...dashboard.templating.list
    .filter(({ type }) => type === "query")
    .map(({ name, query }) => [`$${name}`, query] as const),
];

/** As Grafana does it, with everything chosen. */
function filledIn(influxQl: string): string {
  return influxQl
    .replaceAll(
      "$timeFilter",
      `time >= ${NIGHT_MS - 24 * HOUR_MS}ms AND time <= ${NIGHT_MS + 48 * HOUR_MS}ms`,
    )
    .replaceAll("$__interval", "5m")
    .replaceAll("$sensor", "(inlet|outlet)")
    .replaceAll("$district", "(north|south)");
}

const flows = {
  minimumNightFlowM3h: 12.5,
  rollingMinimumM3h: 12,
  rollingMinimumStartMs: NIGHT_MS,
  legitimateNightUseM3h: 3,
  backgroundLeakageM3h: 2,
  netNightFlowM3h: 9.5,
  excessNightFlowM3h: 7.5,
  equivalentServicePipeBursts: 4.7,
  pressureM: 48,
  pressureSource: "assumed" as const,
};

const night = (
  district: string,
  outcome: Extract<EventBody, { kind: "night" }>["night"]["outcome"],
): EventBody => ({
  kind: "night",
  revision: 0,
  night: {
    district,
    date: "2026-03-03",
    windowStartMs: NIGHT_MS,
    windowEndMs: NIGHT_MS + 2 * HOUR_MS,
    completeness: 0.98,
    outcome,
  },
});

describe.skipIf(!findProgram("influxd"))("the Grafana dashboard", () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
    const store = await openInfluxStore({
      url: influxd.url,
      version: 1,
      database: "nightflow",
      setAside: async () => {},
    });
    const times = Array.from({ length: 60 }, (_, i) => NIGHT_MS + i * MINUTE_MS);
    const values = times.map((_, i) => 10 + i / 10);
    const leak = verdict("leak", { startMs: NIGHT_MS });
    const bodies: readonly EventBody[] = [
      night("north", { kind: "assessed", flows }),
      night("south", { kind: "not-assessable", because: [{ code: "supply-off", figures: {} }] }),
      { kind: "alarm", alarm: leak.key, change: { type: "activated", verdict: leak } },
      { kind: "alarm", alarm: leak.key, change: { type: "acknowledged" } },
    ];
    await store.append({
      series: [
        seriesOf("inlet", times, values),
        seriesOf(
          "outlet",
          times,
          values,
          times.map((_, i) => (i % 2 ? 0x4000_0000 : 0x8000_0000)),
        ),
      ],
      watermarks: [],
      events: bodies.map((body, i) => ({ timeMs: NIGHT_MS + i, actor: "nightflow", body })),
    });
    await store.close();
    return () => influxd.stop();
  });

  async function ask(influxQl: string) {
    const parameters = new URLSearchParams({ db: "nightflow", epoch: "ms", q: filledIn(influxQl) });
    const { results } = (await (await fetch(`${influxd.url}/query?${parameters}`)).json()) as {
      results: { error?: string; series?: { tags?: object; columns: string[]; values: unknown[][] }[] }[];
    };
    return results;
  }

  it.each(QUERIES)("%s", async (_, influxQl) => {
    const results = await ask(influxQl);
    expect(results).toHaveLength(1);
    expect(results[0]?.error).toBeUndefined();
    const filled = results[0]?.series
      ?.flatMap(({ values }) => values)
      .filter((row) => row.some((cell) => cell !== null));
    expect(filled?.length).toBeGreaterThan(0);
  });

  it("shows the figures of the events", async () => {
    const excess = dashboard.panels.find(({ title }) => title === "Excess night flow");
    expect(await ask(excess!.targets[0]!.query)).toMatchObject([
      { series: [{ tags: { district: "north" }, values: [[NIGHT_MS, 7.5]] }] },
    ]);
    const alarms = dashboard.panels.find(({ title }) => title === "Alarms");
    const [{ series } = {}] = await ask(alarms!.targets[0]!.query);
    expect(series?.[0]?.values.map(([, , change]) => change)).toEqual(["acknowledged", "activated"]);
  });

  it("has panels with numbers of their own", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
