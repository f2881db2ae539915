/**
 * The judgement measured where everything is known: published networks lived through by EPANET, one trouble a run, the confusion of what
 * happened and what was said. Simulation and judgement meet here alone.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  answerOf,
  type ConfusionRow,
  confusionOf,
  formatConfusion,
  wasCalledLeak,
} from "../backtest/confusion.ts";
import { utilityOf, utilitySchema } from "../config/utility-file.ts";
import { createUtilityJudge } from "../detect/utility-judge.ts";
import { DAY_MS } from "../model/clock.ts";
import { DEFAULT_DETECTION } from "../model/detection-parameters.ts";
import { Failure, messageOf } from "../model/failure.ts";
import { type Series, seriesOf } from "../model/sample.ts";
import type { Utility } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import {
  CAUSES,
  type Cause,
  inletMeter,
  LOWER_METER,
  pressureGauge,
  startTrial,
  TRIAL_STEP_MS,
  type Trial,
  type TrialNetwork,
  tankLevel,
  trialNetwork,
} from "../simulate/trial.ts";

/** C-Town and Net3 are left out: no part of them can be metered by one main and keep its pressure, for their pumps and tanks. */
export const TRIAL_NETWORKS = ["Hanoi", "Net1", "Modena", "ky2"] as const;

export interface SimulatedRun {
  readonly network: string;
  readonly cause: Cause;
  readonly seed: number;
  readonly said: string;
  readonly calledLeak: boolean;
}

export interface SimulatedScore {
  readonly name: string;
  readonly seeds: readonly number[];
  readonly runs: readonly SimulatedRun[];
  readonly confusion: readonly ConfusionRow[];
  /** Of all runs but those in which nothing happened. */
  readonly rightPercent: number;
  readonly sensorFaults: number;
  readonly sensorFaultsCalledLeak: number;
}

export interface SimulatedScoreOptions {
  /** Of the INP files. */
  readonly folder: string;
  readonly networks: readonly string[];
  readonly causes?: readonly Cause[];
  /** Of each cause on each network. */
  readonly runs: number;
  readonly seed: number;
  readonly onRun?: (run: SimulatedRun) => void;
}

const SENSOR_FAULTS: readonly Cause[] = ["meter-drift", "sensor-stuck", "data-gap"];

/** Throws Failure "unreadable-file" without the networks. */
export async function simulatedScore(options: SimulatedScoreOptions): Promise<SimulatedScore> {
  const { folder, networks, causes = CAUSES, runs: each, seed, onRun } = options;
  const runs: SimulatedRun[] = [];
  for (const [at, name] of networks.entries()) {
    const network = await trialNetwork(name, readNetwork(join(folder, `${name}.inp`)));
    const utility = trialUtility(network);
    for (let draw = 0; draw < each; draw += 1) {
      for (const cause of causes) {
        if (cause === "boundary-valve" && !exchangesEnough(network)) continue;
        const trialSeed = seed + 1000 * at + 100 * CAUSES.indexOf(cause) + draw;
        const trial = await startTrial(network, cause, trialSeed);
        const tellings = judge(utility, trial);
        const run: SimulatedRun = {
          network: name,
          cause,
          seed: trialSeed,
          said: answerOf(tellings, trial.troubledMs),
          calledLeak: wasCalledLeak(tellings, trial.troubledMs),
        };
        runs.push(run);
        onRun?.(run);
      }
    }
  }
  const happened = runs.filter(({ cause }) => cause !== "nothing");
  const faults = runs.filter(({ cause }) => SENSOR_FAULTS.includes(cause));
  return {
    name: "Simulated with EPANET",
    seeds: runs.map((run) => run.seed),
    runs,
    confusion: confusionOf(causes, runs),
    rightPercent: (100 * happened.filter(({ cause, said }) => cause === said).length) / happened.length,
    sensorFaults: faults.length,
    sensorFaultsCalledLeak: faults.filter(({ calledLeak }) => calledLeak).length,
  };
}

export function formatSimulated({ name, runs, confusion, seeds, ...score }: SimulatedScore): string {
  const wrong = runs.filter(({ cause, said }) => cause !== said);
  return [
    `${name}: ${runs.length} runs on ${[...new Set(runs.map(({ network }) => network))].join(", ")}`,
    formatConfusion(confusion),
    `on the diagonal ${score.rightPercent.toFixed(1)} %; sensor faults ever called a leak: ${score.sensorFaultsCalledLeak} of ${score.sensorFaults}`,
    ...wrong.map(
      ({ network, cause, seed, said }) => `  ${network}, seed ${seed}: ${cause} was called ${said}`,
    ),
    `seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}`,
  ].join("\n");
}

/** A valve that moves less than this share of the smaller district's inflow is no event. */
const LEAST_EXCHANGED_SHARE = 0.05;

function exchangesEnough({ valve, meanM3h }: TrialNetwork): boolean {
  return valve.exchangedM3h >= LEAST_EXCHANGED_SHARE * Math.min(meanM3h.upper, meanM3h.lower);
}

function readNetwork(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (thrown) {
    throw new Failure("unreadable-file", `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Everything said of each finding, in order; streamed a day at a time. */
function judge(utility: Utility, { simulation, startMs, endMs }: Trial): readonly (readonly Verdict[])[] {
  const judge = createUtilityJudge(utility, DEFAULT_DETECTION);
  const tellings = new Map<string, Verdict[]>();
  for (let dayMs = startMs; dayMs < endMs; dayMs += DAY_MS) {
    const untilMs = Math.min(dayMs + DAY_MS, endMs);
    const series = simulation.sensors.flatMap((sensor): Series[] => {
      const timesMs: number[] = [];
      const values: number[] = [];
      for (let timeMs = dayMs; timeMs < untilMs; timeMs += TRIAL_STEP_MS) {
        const reading = simulation.reading(sensor, timeMs);
        if (!reading) continue;
        timesMs.push(reading.timeMs);
        values.push(reading.value);
      }
      return timesMs.length > 0 ? [seriesOf(sensor, timesMs, values)] : [];
    });
    for (const verdict of [...judge.take(series).verdicts, ...judge.tick(untilMs).verdicts])
      tellings.set(verdict.key, [...(tellings.get(verdict.key) ?? []), verdict]);
  }
  return [...tellings.values()];
}

function trialUtility({ name, divided, utility: { sensors } }: TrialNetwork): Utility {
  const { inlets, entrance, tanks } = divided;
  const night = { mainsKm: 20, connections: 1000, population: 5000 };
  const meters = inlets.map(({ sign }, at) => ({ sensor: inletMeter(at), sign }));
  const file = utilitySchema.parse({
    id: "trial",
    name,
    currency: "USD",
    timeZone: "Africa/Nairobi",
    waterValuePerM3: 1,
    sensors: sensors.map(({ id, at }) => ({
      id,
      site: "trial",
      quantity: at.kind,
      intervalS: TRIAL_STEP_MS / 1000,
    })),
    districts: [
      {
        id: "upper",
        meters: [...meters, { sensor: LOWER_METER, sign: entrance.sign === 1 ? -1 : 1 }],
        tanks: tanks.map(({ id, diameterM }) => ({
          levelSensor: tankLevel(id),
          areaM2: (Math.PI * diameterM ** 2) / 4,
        })),
        pressureSensor: pressureGauge("upper"),
        night,
        neighbours: ["lower"],
      },
      {
        id: "lower",
        meters: [{ sensor: LOWER_METER, sign: entrance.sign }],
        pressureSensor: pressureGauge("lower"),
        night,
      },
    ],
  });
  return utilityOf(file);
}
