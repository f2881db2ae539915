/** Lives through a scenario as a test: every reading in the order of arrival, judged as history is judged in a replay. */
import { demoHistory } from "../../src/demo/demo-history.ts";
import { readScenario } from "../../src/demo/demo-world.ts";
import { ziwani } from "../../src/demo/ziwani.ts";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { DAY_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Series } from "../../src/model/sample.ts";
import type { Utility } from "../../src/model/utility.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { type Scenario, scenarioStartMs, troublesOf } from "../../src/simulate/scenario.ts";
import { startSimulation } from "../../src/simulate/simulation.ts";

export interface LivedScenario {
  readonly scenario: Scenario;
  /** When the first trouble begins; Infinity without any. */
  readonly troubledMs: number;
  /** Everything said of each finding, in order. */
  readonly tellings: readonly (readonly Verdict[])[];
}

export async function liveScenario(file: string, utility: Utility): Promise<LivedScenario> {
  const scenario = readScenario(file);
  const town = ziwani();
  const { timeZone } = town.calendar;
  const startMs = scenarioStartMs(scenario, Date.parse("2026-03-11T06:00:00Z"), timeZone);
  const troubles = troublesOf(scenario, startMs, timeZone);
  const simulation = await startSimulation({ utility: town, seed: scenario.seed, startMs, troubles });
  const toMs = startMs + scenario.days * DAY_MS;
  const tellings = judgeByDay(utility, demoHistory(simulation, { fromMs: startMs, toMs }), startMs, toMs);
  return { scenario, troubledMs: Math.min(...troubles.map(({ fromMs }) => fromMs)), tellings };
}

/** Streams series through the judge, a day at a time. */
export function judgeByDay(
  utility: Utility,
  series: readonly Series[],
  fromMs: number,
  toMs: number,
): readonly (readonly Verdict[])[] {
  const judge = createUtilityJudge(utility, DEFAULT_DETECTION);
  const tellings = new Map<string, Verdict[]>();
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
    const day = series.map((one) => between(one, dayMs, Math.min(dayMs + DAY_MS, toMs)));
    const found = [judge.take(day), judge.tick(Math.min(dayMs + DAY_MS, toMs))];
    for (const verdict of found.flatMap(({ verdicts }) => verdicts))
      tellings.set(verdict.key, [...(tellings.get(verdict.key) ?? []), verdict]);
  }
  return [...tellings.values()];
}

function between({ sensor, timesMs, values, statuses }: Series, fromMs: number, toMs: number): Series {
  const from = timesMs.findIndex((timeMs) => timeMs >= fromMs);
  const after = timesMs.findIndex((timeMs) => timeMs >= toMs);
  const range: [number, number] = [from < 0 ? timesMs.length : from, after < 0 ? timesMs.length : after];
  return {
    sensor,
    timesMs: timesMs.subarray(...range),
    values: values.subarray(...range),
    statuses: statuses.subarray(...range),
  };
}
