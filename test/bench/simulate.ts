/**
 * How long a day of the demo's network takes to live through, readings of all sensors every five minutes included, beside EPANET alone on
 * the same network and day as the limit.
 */
import { ziwani } from "../../src/demo/ziwani.ts";
import { FRESH, openProject } from "../../src/hydraulics/epanet-toolkit.ts";
import { DAY_MS } from "../../src/model/clock.ts";
import { STEP_MS, startSimulation } from "../../src/simulate/simulation.ts";
import { type BenchResult, thisMachine } from "./result.ts";

const DAYS = 35;
const SEED = 1;

export async function run(): Promise<BenchResult> {
  const utility = ziwani();
  const startMs = Date.parse("2026-02-03T00:00:00+03:00");
  const beganMs = performance.now();
  const simulation = await startSimulation({ utility, seed: SEED, startMs, troubles: [] });
  const openedMs = performance.now();
  const endMs = startMs + DAYS * DAY_MS;
  for (let timeMs = startMs; timeMs < endMs; timeMs += STEP_MS)
    for (const sensor of simulation.sensors) simulation.reading(sensor, timeMs);
  const livedMs = performance.now() - openedMs;
  const worst = Math.max(
    ...simulation
      .balances(endMs)
      .map((hour) => Math.abs(hour.sourcedM3 - hour.deliveredM3 - hour.storedM3) / hour.deliveredM3),
  );
  const epanetMs = await epanetDayMs(utility.inp);
  return {
    bench: "simulate",
    figures: {
      dayS: round(livedMs / DAYS / 1000),
      loadS: round((openedMs - beganMs) / 1000),
      worstHourImbalancePercent: round(100 * worst),
    },
    rival: null,
    limit: { name: "EPANET's own run of the same day", dayS: round(epanetMs / 1000) },
    machine: thisMachine(),
  };
}

/** Median of as many days. */
async function epanetDayMs(inp: string): Promise<number> {
  const project = await openProject(inp);
  project.openH();
  const days = Array.from({ length: DAYS }, () => {
    const startMs = performance.now();
    project.initH(FRESH);
    do project.runH();
    while (project.nextH() > 0);
    return performance.now() - startMs;
  });
  return days.sort((a, b) => a - b)[Math.floor(DAYS / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
