/** What the demo promises to show is what the judgement finds in it, first started on different days and hours, and while it runs on. */
import { expect, test } from "vitest";
import { demoHistory } from "../../src/demo/demo-history.ts";
import { EVERYDAY_SCENARIO, liveWorld, newWorld } from "../../src/demo/demo-world.ts";
import { livePeriodMs } from "../../src/demo/live-rhythm.ts";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Night } from "../../src/model/night.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import type { District } from "../../src/model/utility.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import type { Simulation } from "../../src/simulate/simulation.ts";
import { demoUtility } from "./demo-utility.ts";

const utility = demoUtility();
const dayMs = Date.parse("2026-03-11T00:00:00Z");

/** Judges the weeks before the first start and the minutes after it; the last word on each finding counts. */
function judgeDemo(simulation: Simulation, firstStartMs: number, liveMs: number) {
  const judge = createUtilityJudge(utility, DEFAULT_DETECTION);
  const verdicts = new Map<string, Verdict>();
  const nights: Night[] = [];
  const take = (series: readonly Series[]): void => {
    const found = judge.take(series);
    for (const verdict of found.verdicts) verdicts.set(verdict.key, verdict);
    nights.push(...found.nights);
  };
  take(demoHistory(simulation, { fromMs: simulation.startMs, toMs: firstStartMs }));
  const firstMs = Math.ceil(firstStartMs / livePeriodMs(1)) * livePeriodMs(1);
  for (let timeMs = firstMs; timeMs < firstMs + liveMs; timeMs += livePeriodMs(1)) {
    take(
      simulation.sensors.flatMap((sensor) => {
        const reading = simulation.reading(sensor, timeMs);
        return reading ? [seriesOf(sensor, [reading.timeMs], [reading.value])] : [];
      }),
    );
  }
  return { standing: [...verdicts.values()].filter(({ endMs }) => endMs === null), nights };
}

test.each([
  "2026-03-11T02:00Z",
  "2026-11-28T08:00Z",
  "2026-11-30T14:00Z",
  "2026-12-03T20:00Z",
  "2026-12-08T05:00Z",
])("first started at %s: one leak, one stuck meter, nothing else wrong", async (firstStart) => {
  const firstStartMs = Date.parse(firstStart);
  const simulation = await liveWorld(newWorld(EVERYDAY_SCENARIO, firstStartMs));
  const { standing, nights } = judgeDemo(simulation, firstStartMs, 11 * MINUTE_MS);
  const wrong = standing.filter(({ kind }) => kind !== "not-assessable");
  // Whether a leak was found within hours (a burst) or by its days depends on the hour of the first start.
  const told = wrong.map(({ subject, kind }) => `${subject.id}: ${kind === "burst" ? "leak" : kind}`);
  expect(told.sort()).toEqual(["reli-inflow: sensor-stuck", "sokoni: leak"]);
  const leak = standing.find(({ kind }) => kind === "leak" || kind === "burst");
  const trueM3h = simulation.leakM3h(0, firstStartMs - HOUR_MS);
  expect(trueM3h).toBeGreaterThan(10);
  expect(leak?.size?.estimate).toBeGreaterThan(0.7 * trueM3h);
  expect(leak?.size?.estimate).toBeLessThan(1.4 * trueM3h);
  const reasons = (id: string) => {
    const outcome = nights.findLast(({ district }) => district === id)?.outcome;
    return outcome?.kind === "not-assessable" ? outcome.because.map(({ code }) => code) : outcome?.kind;
  };
  expect(["sokoni", "mlimani", "reli", "pwani", "majengo"].map(reasons)).toEqual([
    "assessed",
    "assessed",
    ["meter-withdrawn"],
    ["supply-off"],
    "assessed",
  ]);
});

test("districts that are well lose at night what their configuration expects", async () => {
  const firstStartMs = dayMs + 8 * HOUR_MS;
  const simulation = await liveWorld(newWorld(EVERYDAY_SCENARIO, firstStartMs));
  const { nights } = judgeDemo(simulation, firstStartMs - 8 * 24 * HOUR_MS, 0);
  for (const district of utility.districts.filter(({ id }) => id !== "pwani")) {
    const flows = nights.flatMap(({ outcome, ...night }) =>
      night.district === district.id && outcome.kind === "assessed"
        ? [outcome.flows.minimumNightFlowM3h]
        : [],
    );
    const mean = flows.reduce((sum, flow) => sum + flow, 0) / flows.length;
    expect(Math.abs(mean - expectedNightFlowM3h(district)), district.id).toBeLessThan(1.5);
  }
});

/** Legitimate use and background leakage by leakage-methods section 1, WRC TT 109/99. */
function expectedNightFlowM3h({ night }: District): number {
  const use = (night.population * night.activePercent * night.useLPerActivePersonH) / 100 / 1000;
  const background =
    ((night.mainsLPerKmH * night.mainsKm +
      night.connectionLPerH * night.connections +
      night.propertyLPerH * night.properties) /
      1000) *
    (night.pressureM / 50) ** 1.5;
  return use + night.smallUsersM3h + night.largeUsersM3h + background;
}
