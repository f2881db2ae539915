/**
 * How long the judgement takes over a year of L-Town's two districts at 5 minutes, beside LeakDB's method on the same columns and, as
 * the limit, one bare pass over them. Reads ../shared/data/ltown.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCsvRecording } from "../../src/backtest/csv-recording.ts";
import { leakDbAlarms } from "../../src/backtest/leakdb-baseline.ts";
import { runBacktest } from "../../src/backtest/run-backtest.ts";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { type Series, sampleCount } from "../../src/model/sample.ts";
import { type BenchResult, thisMachine } from "./result.ts";

const RUNS = 5;
const root = fileURLToPath(new URL("../..", import.meta.url));

export async function run(): Promise<BenchResult> {
  const read = readCentreConfig(join(root, "config/ltown"));
  if (!read.ok || !read.config.recording) throw new Error("config/ltown is wrong");
  const { utility, detection, recording } = read.config;
  const csv = join(root, "../shared/data/ltown/ltown_2018_flows.csv.gz");
  const startMs = performance.now();
  const { series } = await readCsvRecording(csv, recording);
  const csvReadS = (performance.now() - startMs) / 1000;

  const judgedS = medianS(() => runBacktest({ utility, parameters: detection, series, labels: null }));
  const leakDbS = medianS(() => leakDbAlarms(utility, series));
  const barePassS = medianS(() => passOver(series));
  const perDistrictYear = (seconds: number) => round(seconds / utility.districts.length);
  return {
    bench: "backtest",
    figures: {
      districtYearS: perDistrictYear(judgedS),
      samplesPerS: Math.round(sampleCount(series) / judgedS),
      csvReadS: round(csvReadS),
    },
    rival: {
      name: "LeakDB's night-flow method alone, on columns in memory",
      figures: { districtYearS: perDistrictYear(leakDbS) },
    },
    limit: { name: "one bare pass over the columns", districtYearS: perDistrictYear(barePassS) },
    machine: thisMachine(),
  };
}

function medianS(work: () => unknown): number {
  const seconds = Array.from({ length: RUNS }, () => {
    const startMs = performance.now();
    work();
    return (performance.now() - startMs) / 1000;
  });
  return seconds.sort((a, b) => a - b)[(RUNS - 1) / 2] ?? Number.NaN;
}

/** What no judgement can do without: looking at every time and value once. */
function passOver(series: readonly Series[]): number {
  let sum = 0;
  for (const { timesMs, values } of series) {
    for (let row = 0; row < values.length; row += 1) sum += (timesMs[row] ?? 0) * (values[row] ?? 0);
  }
  return sum;
}

function round(seconds: number): number {
  return Number(seconds.toPrecision(4));
}
