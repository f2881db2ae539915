/**
 * How often to survey a network for unreported leaks: when the water lost since the last survey is worth the cost of the next. Source:
 * Lambert and Fantozzi 2005. Money in any one currency.
 */
import { requirePositive } from "./input.ts";

export interface SurveyEconomics {
  /** L, km. */
  readonly mainsKm: number;
  /** CI, cost of a survey per km of mains. */
  readonly surveyCostPerKm: number;
  /** CV, value of a m3 lost. */
  readonly waterValuePerM3: number;
  /** RR, rise of unreported leakage, m3/km/day per year. */
  readonly leakageRiseM3PerKmDayYear: number;
}

export interface EconomicIntervention {
  /** EIF = sqrt(0.789 (CI/CV)/RR), months between surveys. */
  readonly intervalMonths: number;
  /** 1200/EIF; over 100 when the network is surveyed more than once a year. */
  readonly surveyedPercentPerYear: number;
  /** L x CI x 12/EIF. */
  readonly budgetPerYear: number;
  /** Unreported losses that it does not pay to prevent: those worth the budget, m3/year. */
  readonly economicLossesM3PerYear: number;
}

/** Throws unless every input is above 0. */
export function economicIntervention(network: SurveyEconomics): EconomicIntervention {
  const { mainsKm, surveyCostPerKm, waterValuePerM3, leakageRiseM3PerKmDayYear } = network;
  requirePositive({ mainsKm, surveyCostPerKm, waterValuePerM3, leakageRiseM3PerKmDayYear });
  const intervalMonths = Math.sqrt((0.789 * (surveyCostPerKm / waterValuePerM3)) / leakageRiseM3PerKmDayYear);
  const budgetPerYear = (mainsKm * surveyCostPerKm * 12) / intervalMonths;
  return {
    intervalMonths,
    surveyedPercentPerYear: 1200 / intervalMonths,
    budgetPerYear,
    economicLossesM3PerYear: budgetPerYear / waterValuePerM3,
  };
}
