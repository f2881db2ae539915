/**
 * How many leaks are found, and how many alarms are false, in years of L-Town whose leaks were drawn by seed (see ltown-years.ts for how, and
 * for what such years prove); beside LeakDB's method on the same years, each with what as many alarms at random times would find. Three
 * families of so many years: --years 20 --seed 1, and --burst-sigmas, --step-sigmas, --ramp-sigmas for the curve. Each year is judged and
 * matched as `nightflow backtest` does it. Reads ../shared/data/ltown.
 */
import { parseArgs } from "node:util";
import { runBacktest, type Score } from "../../src/backtest/run-backtest.ts";
import { scoreSummary } from "../../src/backtest/score-summary.ts";
import { DEFAULT_DETECTION, type DetectionParameters } from "../../src/model/detection-parameters.ts";
import {
  LEAK_FAMILIES,
  type LeakFamily,
  type LeakFreeYear,
  leakFreeYear,
  yearWithLeaks,
} from "./ltown-years.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: {
      years: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      "burst-sigmas": { type: "string", default: String(DEFAULT_DETECTION.burstSigmas) },
      "step-sigmas": { type: "string", default: String(DEFAULT_DETECTION.stepSigmas) },
      "ramp-sigmas": { type: "string", default: String(DEFAULT_DETECTION.rampSigmas) },
    },
  });
  const seeds = Array.from({ length: Number(values.years) }, (_, i) => Number(values.seed) + i);
  const parameters = {
    ...DEFAULT_DETECTION,
    burstSigmas: Number(values["burst-sigmas"]),
    stepSigmas: Number(values["step-sigmas"]),
    rampSigmas: Number(values["ramp-sigmas"]),
  };
  const year = await leakFreeYear();
  const figures: Figures[] = [{ yearsOfEach: seeds.length, seed: Number(values.seed) }];
  const rival: Figures[] = [];
  for (const family of LEAK_FAMILIES) {
    const scores = seeds.flatMap((seed) => scoresOf(family, seed, year, parameters));
    const { own, leakDb } = figuresOf(family.name, scores);
    process.stderr.write(`${JSON.stringify(own)}\n`);
    figures.push(own);
    rival.push(leakDb);
  }
  return {
    bench: "variants",
    figures: Object.assign({}, ...figures),
    rival: { name: "LeakDB's night-flow method on the same years", figures: Object.assign({}, ...rival) },
    limit: null,
    machine: thisMachine(),
  };
}

function scoresOf(
  { leaks }: LeakFamily,
  seed: number,
  year: LeakFreeYear,
  parameters: DetectionParameters,
): readonly Score[] {
  const labels = leaks(year, seed);
  const series = yearWithLeaks(year, labels, seed);
  return runBacktest({ utility: year.utility, parameters, series, labels }).scores ?? [];
}

/** Of all years of a family; what they count begins with its name. */
function figuresOf(
  family: string,
  scores: readonly Score[],
): { readonly own: Figures; readonly leakDb: Figures } {
  const summaries = scores.map(scoreSummary);
  const sum = (of: (score: (typeof summaries)[number]) => number) =>
    Math.round(summaries.reduce((total, score) => total + of(score), 0));
  return {
    own: {
      [`${family}Leaks`]: sum(({ leaks }) => leaks),
      [`${family}Found`]: sum(({ found }) => found),
      [`${family}FalseAlarms`]: sum(({ falseAlarms }) => falseAlarms),
      [`${family}SizedWithinHalf`]: sum(({ sizedWithinHalf }) => sizedWithinHalf),
      [`${family}FoundAtRandomTimes`]: sum(({ asManyRandomAlarmsFind }) => asManyRandomAlarmsFind),
    },
    leakDb: {
      [`${family}Found`]: sum(({ leakDb }) => leakDb.found),
      [`${family}FalseAlarms`]: sum(({ leakDb }) => leakDb.falseAlarms),
      [`${family}FoundAtRandomTimes`]: sum(({ leakDb }) => leakDb.randomlyFound),
    },
  };
}
