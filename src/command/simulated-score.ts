/**
 * The judgement measured where everything is known: published networks lived through by EPANET, one trouble a run, the confusion of what
 * happened and what was said. Simulation and judgement meet here alone.
 */
import { join } from "node:path";
import { median } from "simple-statistics";
import {
  answerOf,
  type ConfusionRow,
  confusionOf,
  formatConfusion,
  wasCalledLeak,
} from "../backtest/confusion.ts";
import { nightlyNoiseM3h } from "../backtest/nightly-noise.ts";
import { utilityOf, utilitySchema } from "../config/utility-file.ts";
import { createUtilityJudge } from "../detect/utility-judge.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { DEFAULT_DETECTION } from "../model/detection-parameters.ts";
import type { Night } from "../model/night.ts";
import { type Series, seriesOf } from "../model/sample.ts";
import type { Utility } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import type { DividedDistrict } from "../simulate/divided-network.ts";
import {
  CAUSES,
  CAUSES_BY_SUPPLY,
  type Cause,
  startTrial,
  type Trial,
  trialWeeks,
} from "../simulate/trial.ts";
import {
  boundaryOf,
  exchangesEnough,
  pressureGauge,
  type TrialNetwork,
  type TrialSupply,
  tankAreaM2,
  tankLevel,
  trialNetwork,
} from "../simulate/trial-network.ts";
import { TRIAL_STEP_MS } from "../simulate/trial-use.ts";
import { readText } from "./score.ts";

export interface ScoredNetwork {
  /** The INP's name without its ending. */
  readonly name: string;
  readonly supply: TrialSupply;
}

const steady = (name: string): ScoredNetwork => ({ name, supply: "steady" });
const intermittent = (name: string): ScoredNetwork => ({ name, supply: "intermittent" });

export const TRIAL_NETWORKS: readonly ScoredNetwork[] = [
  ...["Hanoi", "Net1", "Net3", "Modena", "ky2", "C-Town_BWCN"].map(steady),
  ...["Hanoi", "Net1", "Modena"].map(intermittent),
];

export interface SimulatedRun {
  readonly network: string;
  readonly cause: Cause;
  readonly seed: number;
  readonly said: string;
  readonly calledLeak: boolean;
  /** At its full size, m3/h, and in times the district's nightly noise; NaN for what has no size. */
  readonly sizeM3h: number;
  readonly sizeInNoise: number;
  /** From its beginning until it was told for what it is; null when it was not. */
  readonly rightAfterH: number | null;
  /** Everything told from then on, in order of time. */
  readonly told: readonly string[];
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
  readonly networks: readonly ScoredNetwork[];
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
  for (const [at, { name, supply }] of networks.entries()) {
    const network = await trialNetwork(name, readText(join(folder, `${name}.inp`), "latin1"), supply);
    const utility = trialUtility(network);
    for (let draw = 0; draw < each; draw += 1) {
      const trialSeed = seed + 1000 * at + draw;
      const weeks = await trialWeeks(network, trialSeed);
      for (const cause of causes) {
        if (!CAUSES_BY_SUPPLY[supply].includes(cause)) continue;
        if (cause === "boundary-valve" && !exchangesEnough(network)) continue;
        const trial = await startTrial(weeks, cause);
        const run = runOf(trial, judge(utility, trial));
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

function runOf(
  { network, cause, seed, district, sizeM3h, troubledMs }: Trial,
  { tellings, nights }: Judged,
): SimulatedRun {
  const before = nights.filter((night) => night.district === district && night.windowEndMs <= troubledMs);
  const since = tellings
    .flat()
    .filter(({ decidedMs, kind }) => decidedMs >= troubledMs && kind !== "not-assessable");
  const afterH = (timeMs: number) => (timeMs - troubledMs) / HOUR_MS;
  const right = since.find(({ kind }) => kind === cause);
  return {
    network: network.supply === "steady" ? network.name : `${network.name} (${network.supply})`,
    cause,
    seed,
    said: answerOf(tellings, troubledMs),
    calledLeak: wasCalledLeak(tellings, troubledMs),
    sizeM3h,
    sizeInNoise: sizeM3h / nightlyNoiseM3h(before),
    rightAfterH: right ? afterH(right.decidedMs) : null,
    told: since
      .sort((a, b) => a.decidedMs - b.decidedMs)
      .map(
        ({ kind, subject, decidedMs, startMs: fromMs, endMs, size, evidence }) =>
          `after ${afterH(decidedMs).toFixed(0)} h: ${kind} of ${subject.id}, from ${afterH(fromMs).toFixed(0)} h` +
          `${endMs === null ? "" : ` to ${afterH(endMs).toFixed(0)} h`}${size ? `, ${size.estimate.toFixed(1)} m3/h` : ""}` +
          ` (${evidence.map(({ code }) => code).join(", ")})`,
      ),
  };
}

export function formatSimulated({ name, runs, confusion, seeds, ...score }: SimulatedScore): string {
  const wrong = runs.filter(({ cause, said }) => cause !== said);
  return [
    `${name}: ${runs.length} runs on ${[...new Set(runs.map(({ network }) => network))].join(", ")}, seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}`,
    formatConfusion(confusion),
    `on the diagonal ${score.rightPercent.toFixed(1)} %; sensor faults ever called a leak: ${score.sensorFaultsCalledLeak} of ${score.sensorFaults}`,
    ...confusion.flatMap(({ cause }) => sizesOf(cause, runs)),
    ...wrong.flatMap(({ network, cause, seed, said, told }) => [
      `${network}, seed ${seed}: ${cause} was called ${said}`,
      ...told.map((one) => `  ${one}`),
    ]),
  ].join("\n");
}

/** How large what happened was, and how soon it was told for what it is. */
function sizesOf(cause: string, runs: readonly SimulatedRun[]): readonly string[] {
  const mine = runs.filter((run) => run.cause === cause);
  const delaysH = mine.flatMap(({ rightAfterH }) => rightAfterH ?? []);
  if (delaysH.length === 0) return [];
  const delay = `told after ${median(delaysH).toFixed(1)} h (median), at the latest ${Math.max(...delaysH).toFixed(0)} h`;
  const sizes = mine.map(({ sizeInNoise }) => sizeInNoise).filter((size) => Number.isFinite(size));
  if (sizes.length === 0) return [`${cause}: ${delay}`];
  const range = [Math.min(...sizes), median(sizes), Math.max(...sizes)].map((size) => size.toFixed(0));
  return [`${cause}: ${range[0]} to ${range[2]} times the nightly noise, median ${range[1]}; ${delay}`];
}

interface Judged {
  /** Everything said of each finding, in order. */
  readonly tellings: readonly (readonly Verdict[])[];
  readonly nights: readonly Night[];
}

/** Streamed a day at a time. */
function judge(utility: Utility, { simulation, startMs, endMs }: Trial): Judged {
  const judge = createUtilityJudge(utility, DEFAULT_DETECTION);
  const tellings = new Map<string, Verdict[]>();
  const nights: Night[] = [];
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
    for (const findings of [judge.take(series), judge.tick(untilMs)]) {
      nights.push(...findings.nights);
      for (const verdict of findings.verdicts)
        tellings.set(verdict.key, [...(tellings.get(verdict.key) ?? []), verdict]);
    }
  }
  return { tellings: [...tellings.values()], nights };
}

function trialUtility({ name, divided, meters, utility: { sensors } }: TrialNetwork): Utility {
  const district = (id: DividedDistrict) => ({
    id,
    meters: boundaryOf(meters, id),
    tanks: divided.tanks
      .filter((tank) => tank.district === id)
      .map((tank) => ({ levelSensor: tankLevel(tank.id), areaM2: tankAreaM2(tank) })),
    pressureSensor: pressureGauge(id),
    night: { mainsKm: 20, connections: 1000, population: 5000 },
  });
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
    districts: [{ ...district("upper"), neighbours: ["lower"] }, district("lower")],
  });
  return utilityOf(file);
}
