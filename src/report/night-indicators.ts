/** The nights of a period in the figures they are reported by. */
import { reportingNightFlow } from "../leakage/night-flow.ts";
import { quantile } from "../leakage/quantile.ts";
import type { Night, NightFlows } from "../model/night.ts";
import type { NightIndicators } from "../model/report.ts";
import { realLossesPerDay, type Supply } from "./supply-figures.ts";

/** The reporting figure is that of seven nights. */
const REPORTING_NIGHTS = 7;

/** `nights` are those of the period, ascending by date; real losses are counted over `days`. */
export function nightIndicators(nights: readonly Night[], supply: Supply, days: number): NightIndicators {
  const assessed = nights.flatMap(({ date, outcome }) =>
    outcome.kind === "assessed" ? [{ date, flows: outcome.flows }] : [],
  );
  const mean = (figure: keyof NightFlows) => meanOf(assessed.map(({ flows }) => Number(flows[figure])));
  const minima = nights.map(({ outcome }) =>
    outcome.kind === "assessed" ? outcome.flows.minimumNightFlowM3h : null,
  );
  const least = assessed.reduce<(typeof assessed)[number] | null>(
    (low, one) => (low && low.flows.minimumNightFlowM3h <= one.flows.minimumNightFlowM3h ? low : one),
    null,
  );
  const [backgroundM3h, excessM3h, pressureM] = [
    mean("backgroundLeakageM3h"),
    mean("excessNightFlowM3h"),
    mean("pressureM"),
  ];
  const losses =
    backgroundM3h === null || excessM3h === null || pressureM === null
      ? null
      : realLossesPerDay(supply, { backgroundM3h, excessM3h, pressureM });
  return {
    leftOut: [],
    judged: nights.length,
    assessed: assessed.length,
    notAssessable: reasonsOf(nights),
    medianMinimumM3h: quantile(
      minima.filter((flow) => flow !== null),
      0.5,
    ),
    leastMinimum: least && { date: least.date, flowM3h: least.flows.minimumNightFlowM3h },
    reportingFirstM3h: reportingNightFlow(minima.slice(0, REPORTING_NIGHTS)),
    reportingLastM3h: reportingNightFlow(minima.slice(-REPORTING_NIGHTS)),
    legitimateUseM3h: mean("legitimateNightUseM3h"),
    backgroundM3h,
    excessM3h,
    bursts: mean("equivalentServicePipeBursts"),
    negativeNights: assessed.filter(({ flows }) => flows.excessNightFlowM3h < 0).length,
    realLossesM3: losses && losses.m3 * days,
    nightDayFactor: losses?.nightDayFactor ?? null,
    nightDayFactorBy: losses?.by ?? null,
  };
}

/**
 * Of several districts together: sums of what each one's nights came to. A district without an assessed night is left out of them and named;
 * real losses are then not known, since they stand for all the water. The least night has no meaning here.
 */
export function summedNights(
  parts: readonly { readonly district: string; readonly nights: NightIndicators }[],
): NightIndicators {
  const known = parts.filter(({ nights }) => nights.assessed > 0).map(({ nights }) => nights);
  const sum = (figure: (part: NightIndicators) => number | null, of = known) => {
    const values = of.map(figure).filter((value) => value !== null);
    return values.length === of.length && of.length > 0 ? values.reduce((a, b) => a + b, 0) : null;
  };
  const all = parts.map(({ nights }) => nights);
  const count = (figure: (part: NightIndicators) => number) => all.reduce((a, part) => a + figure(part), 0);
  const notAssessable: Record<string, number> = {};
  for (const part of all)
    for (const [code, nights] of Object.entries(part.notAssessable))
      notAssessable[code] = (notAssessable[code] ?? 0) + nights;
  return {
    leftOut: parts.filter(({ nights }) => nights.assessed === 0).map(({ district }) => district),
    judged: count(({ judged }) => judged),
    assessed: count(({ assessed }) => assessed),
    notAssessable,
    medianMinimumM3h: sum((part) => part.medianMinimumM3h),
    leastMinimum: null,
    reportingFirstM3h: sum((part) => part.reportingFirstM3h),
    reportingLastM3h: sum((part) => part.reportingLastM3h),
    legitimateUseM3h: sum((part) => part.legitimateUseM3h),
    backgroundM3h: sum((part) => part.backgroundM3h),
    excessM3h: sum((part) => part.excessM3h),
    bursts: sum((part) => part.bursts),
    negativeNights: count(({ negativeNights }) => negativeNights),
    realLossesM3: sum((part) => part.realLossesM3, all),
    nightDayFactor: null,
    nightDayFactorBy: null,
  };
}

function reasonsOf(nights: readonly Night[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of nights) {
    if (outcome.kind === "assessed") continue;
    for (const code of new Set(outcome.because.map((reason) => reason.code)))
      counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
