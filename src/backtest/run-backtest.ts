/**
 * A recording judged as if it were live: streamed once through the judge, day by day, with no look ahead; then matched to what is
 * known to have leaked, beside LeakDB's method and as many random alarms.
 */
import { createUtilityJudge } from "../detect/utility-judge.ts";
import { DAY_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Night } from "../model/night.ts";
import type { Series, TimeRange } from "../model/sample.ts";
import type { Utility } from "../model/utility.ts";
import { isLeak, type Verdict } from "../model/verdict.ts";
import { type Label, leakFlowM3h } from "./labels.ts";
import { leakDbAlarms } from "./leakdb-baseline.ts";
import { type Alarm, type Match, matchAlarms } from "./match-alarms.ts";
import { randomlyFound } from "./random-alarms.ts";
import { between, rangeOf } from "./series-range.ts";

/** Fixed, so that a score is the same whenever it is computed. */
const SEED = 20180101;

/** A leak or burst as it was first raised, and as it was last told while it stood. */
export interface Episode extends Alarm {
  readonly first: Verdict;
  readonly last: Verdict;
}

export interface FoundLeak extends Match<Episode> {
  /** What the leak truly lost when the size was last told, m3/h, and that size over it, less one. */
  readonly trueFlowM3h: number;
  readonly sizeError: number;
}

/** Of one district. */
export interface Score {
  readonly district: string;
  readonly found: readonly FoundLeak[];
  readonly missed: readonly Label[];
  readonly falseAlarms: readonly Episode[];
  /** Leaks that as many alarms at random times would find. */
  readonly randomlyFound: number;
  readonly leakDb: { readonly found: number; readonly falseAlarms: number; readonly randomlyFound: number };
}

export interface BacktestReport {
  readonly range: TimeRange;
  readonly samples: number;
  readonly nights: readonly Night[];
  /** The last word on every finding, in the order of their start. */
  readonly verdicts: readonly Verdict[];
  readonly episodes: readonly Episode[];
  /** Of each district; null without labels. */
  readonly scores: readonly Score[] | null;
}

export interface BacktestInput {
  readonly utility: Utility;
  readonly parameters: DetectionParameters;
  /** Ascending by time. */
  readonly series: readonly Series[];
  readonly labels: readonly Label[] | null;
}

export function runBacktest({ utility, parameters, series, labels }: BacktestInput): BacktestReport {
  const judge = createUtilityJudge(utility, parameters);
  const range = rangeOf(series);
  const nights: Night[] = [];
  const tellings = new Map<string, Verdict[]>();
  for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += DAY_MS) {
    const findings = judge.take(series.map((one) => between(one, fromMs, fromMs + DAY_MS)));
    nights.push(...findings.nights);
    for (const verdict of findings.verdicts)
      tellings.set(verdict.key, [...(tellings.get(verdict.key) ?? []), verdict]);
  }
  const verdicts = [...tellings.values()].map((told) => told.at(-1)!).sort((a, b) => a.startMs - b.startMs);
  const episodes = [...tellings.values()].flatMap(episodeOf);
  const scores = labels ? scoresOf(utility, episodes, labels, range, leakDbAlarms(utility, series)) : null;
  const samples = series.reduce((sum, one) => sum + one.timesMs.length, 0);
  return { range, samples, nights, verdicts, episodes, scores };
}

function episodeOf(told: readonly Verdict[]): Episode[] {
  const [first] = told;
  if (!first || !isLeak(first.kind)) return [];
  const last = told.filter(({ endMs }) => endMs === null).at(-1) ?? first;
  return [{ district: first.subject.id, raisedMs: first.decidedMs, first, last }];
}

function scoresOf(
  { districts }: Utility,
  episodes: readonly Episode[],
  labels: readonly Label[],
  range: TimeRange,
  rival: readonly Alarm[],
): Score[] {
  return districts.map(({ id }) => {
    const own = <T extends { readonly district: string }>(all: readonly T[]) =>
      all.filter(({ district }) => district === id);
    return scoreOf(id, own(episodes), own(labels), range, own(rival));
  });
}

function scoreOf(
  district: string,
  episodes: readonly Episode[],
  labels: readonly Label[],
  range: TimeRange,
  rival: readonly Alarm[],
): Score {
  const { found, missed, falseAlarms } = matchAlarms(episodes, labels);
  const rivalMatching = matchAlarms(rival, labels);
  return {
    district,
    found: found.map((match) => {
      const trueFlowM3h = leakFlowM3h(match.label, match.alarm.last.decidedMs);
      const stated = match.alarm.last.size?.estimate ?? Number.NaN;
      return { ...match, trueFlowM3h, sizeError: stated / trueFlowM3h - 1 };
    }),
    missed,
    falseAlarms,
    randomlyFound: randomlyFound(episodes, labels, range, SEED),
    leakDb: {
      found: rivalMatching.found.length,
      falseAlarms: rivalMatching.falseAlarms.length,
      randomlyFound: randomlyFound(rival, labels, range, SEED),
    },
  };
}
