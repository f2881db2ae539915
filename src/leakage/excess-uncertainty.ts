/**
 * How far the excess night flow can be trusted when its inputs are known only roughly: a seeded Monte Carlo over triangular inputs.
 * Source: WRC TT 109/99, whose risk analysis draws the same way.
 */
import { mean, sampleStandardDeviation } from "simple-statistics";
import { uniformDraws } from "../model/seeded-random.ts";
import type { NightParameters } from "../model/utility.ts";
import { backgroundLeakage } from "./background-leakage.ts";
import { equivalentServicePipeBursts, excessNightFlow } from "./excess-night-flow.ts";
import { invalid } from "./input.ts";
import { legitimateNightUse } from "./night-use.ts";
import { quantile } from "./quantile.ts";
import { type Triangular, triangularQuantile } from "./triangular-draw.ts";

export interface UncertainNight {
  readonly minimumNightFlowM3h: Triangular;
  readonly parameters: NightParameters;
  /** The parameters that are not known exactly; their modes replace those of `parameters`. Pressure is among them. */
  readonly uncertain: Partial<Readonly<Record<keyof NightParameters, Triangular>>>;
}

interface Spread {
  readonly mean: number;
  readonly standardDeviation: number;
  /** 2.5th and 97.5th percentile: 95 % of the draws lie between. */
  readonly low: number;
  readonly high: number;
}

export interface ExcessUncertainty {
  readonly excessM3h: Spread;
  readonly equivalentServicePipeBursts: Spread;
}

const DRAWS = 10_000;
const TAIL_SHARE = 0.025;

/**
 * Excess in m3/h and ESPB as spreads. The same seed gives the same figures to the last digit. Throws when a drawn input is outside the
 * range of its formula, or with fewer than two draws.
 */
export function excessUncertainty(
  night: UncertainNight,
  seed: number,
  draws: number = DRAWS,
): ExcessUncertainty {
  if (!(Number.isInteger(draws) && draws >= 2)) throw invalid("draws", draws, "a whole number of at least 2");
  const uniform = uniformDraws(seed);
  const uncertain = Object.entries(night.uncertain).sort(([a], [b]) => (a < b ? -1 : 1));
  const excesses: number[] = [];
  const bursts: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const minimumNightFlowM3h = triangularQuantile(night.minimumNightFlowM3h, uniform());
    const drawn = uncertain.map(([name, input]) => [name, triangularQuantile(input, uniform())]);
    const parameters: NightParameters = { ...night.parameters, ...Object.fromEntries(drawn) };
    const excessM3h = excessNightFlow({
      minimumNightFlowM3h,
      legitimateNightUseM3h: legitimateNightUse(parameters),
      backgroundLeakageM3h: backgroundLeakage(parameters, parameters.pressureM),
    });
    excesses.push(excessM3h);
    bursts.push(equivalentServicePipeBursts(excessM3h, parameters.pressureM, parameters.unitBurstM3h));
  }
  return { excessM3h: spreadOf(excesses), equivalentServicePipeBursts: spreadOf(bursts) };
}

function spreadOf(values: number[]): Spread {
  return {
    mean: mean(values),
    standardDeviation: sampleStandardDeviation(values),
    low: quantile(values, TAIL_SHARE) ?? Number.NaN,
    high: quantile(values, 1 - TAIL_SHARE) ?? Number.NaN,
  };
}
