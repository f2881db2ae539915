/** nightflow backtest: the judgement run over a recording in memory, printed against what is known to have leaked. */
import { readCsvRecording } from "../backtest/csv-recording.ts";
import { formatReport } from "../backtest/format-report.ts";
import { parseLabels } from "../backtest/labels.ts";
import { runBacktest } from "../backtest/run-backtest.ts";
import { Failure } from "../model/failure.ts";
import type { RecordingFault } from "../model/recording.ts";
import type { Command, FlagValues } from "./arguments.ts";
import { configurationIn, recordingOf } from "./configuration.ts";
import { readText, SCORECARD, type ScoreTrial, scoresOf } from "./score.ts";
import { formatSimulated, type SimulatedScore, simulatedScore, TRIAL_NETWORKS } from "./simulated-score.ts";

const FAULTS_SHOWN = 10;

export const backtest: Command = {
  summary: "judges a recording in memory and prints what it finds, beside known leaks and random alarms",
  flags: {
    config: { value: "DIR" },
    csv: { value: "FILE" },
    labels: { value: "FILE" },
    nights: {},
    score: {},
    simulated: { value: "DIR" },
    runs: { value: "COUNT" },
    seed: { value: "NUMBER" },
    scorecard: { value: "FILE" },
    draws: { value: "COUNT" },
    "step-sigmas": { value: "NUMBER" },
    "ramp-sigmas": { value: "NUMBER" },
    json: {},
  },
  run(values) {
    if (values.has("score")) return score(values);
    return values.has("simulated") ? scoreSimulated(values) : backtestOf(values);
  },
};

async function backtestOf(values: FlagValues): Promise<number> {
  const folder = values.must("config");
  const csv = values.must("csv");
  const config = configurationIn(folder);
  const { utility, detection } = config;
  const labelsFile = values.text("labels");
  const labels = labelsFile === undefined ? null : parseLabels(readText(labelsFile), utility.districts);
  const { series, faults } = await readCsvRecording(csv, recordingOf(config, folder));
  tellFaults(faults);
  const report = runBacktest({ utility, parameters: detection, series, labels });
  if (values.has("nights")) for (const night of report.nights) console.log(JSON.stringify(night));
  console.log(formatReport(report));
  return 0;
}

async function score(values: FlagValues): Promise<number> {
  const scores: unknown[] = [];
  for await (const { score, text } of scoresOf(values.text("scorecard") ?? SCORECARD, trialOf(values))) {
    scores.push(score);
    if (!values.has("json")) console.log(`${text}\n`);
  }
  if (values.has("simulated")) {
    const simulated = await simulatedOf(values);
    scores.push(simulated);
    if (!values.has("json")) console.log(formatSimulated(simulated));
  }
  if (values.has("json")) console.log(JSON.stringify(scores, null, 2));
  return 0;
}

/** The judgement with other thresholds, or more leaks added: for the curve of leaks found against false alarms. */
function trialOf(values: FlagValues): ScoreTrial {
  const draws = values.text("draws");
  const stepSigmas = positive(values.text("step-sigmas"), "--step-sigmas");
  const rampSigmas = positive(values.text("ramp-sigmas"), "--ramp-sigmas");
  return {
    ...(draws === undefined ? {} : { injectedPerDistrict: wholeNumber(draws, 1, "--draws") }),
    detection: {
      ...(stepSigmas === undefined ? {} : { stepSigmas }),
      ...(rampSigmas === undefined ? {} : { rampSigmas }),
    },
  };
}

function positive(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  if (!(Number(text) > 0))
    throw new Failure("wrong-arguments", `${flag} must be a number above 0, not "${text}"`);
  return Number(text);
}

/** Runs of each cause on each network. */
const SIMULATED_RUNS = 4;

async function scoreSimulated(values: FlagValues): Promise<number> {
  const score = await simulatedOf(values);
  console.log(values.has("json") ? JSON.stringify(score, null, 2) : formatSimulated(score));
  return 0;
}

/** On the EPANET networks of a folder. */
function simulatedOf(values: FlagValues): Promise<SimulatedScore> {
  return simulatedScore({
    folder: values.must("simulated"),
    networks: TRIAL_NETWORKS,
    runs: wholeNumber(values.text("runs"), SIMULATED_RUNS, "--runs"),
    seed: wholeNumber(values.text("seed"), 1, "--seed"),
    onRun: ({ network, seed, cause, said }) => {
      if (!values.has("json")) console.log(`${network} seed ${seed}: ${cause} was called ${said}`);
    },
  });
}

function wholeNumber(text: string | undefined, otherwise: number, flag: string): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Failure("wrong-arguments", `${flag} must be a whole number from 1 on, not "${text}"`);
  return value;
}

function tellFaults(faults: readonly RecordingFault[]): void {
  for (const { line, message } of faults.slice(0, FAULTS_SHOWN)) console.error(`line ${line}: ${message}`);
  if (faults.length > FAULTS_SHOWN) console.error(`and ${faults.length - FAULTS_SHOWN} more faulty lines`);
}
