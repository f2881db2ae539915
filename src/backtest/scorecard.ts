/** The whole scorecard: each recording judged against its known leaks, or with leaks added, and told as text or as figures. */
import { formatReport } from "./format-report.ts";
import { formatInjected, type PeriodScore, runInjectedLeaks } from "./injected-leaks.ts";
import { type BacktestInput, runBacktest } from "./run-backtest.ts";
import { type ScoreSummary, scoreSummary } from "./score-summary.ts";

export interface ScoredRecording extends BacktestInput {
  readonly name: string;
  /** What the judgement was tuned on. */
  readonly note: string;
  /** Leaks added to each district, of each shape, size and year; null for none. */
  readonly injectedPerDistrict: number | null;
  readonly without: ReadonlySet<string>;
  readonly seed: number;
}

export interface RecordingScore {
  readonly name: string;
  readonly note: string;
  readonly seed: number;
  /** Empty without labels. */
  readonly districts: readonly ScoreSummary[];
  /** Empty when nothing was added. */
  readonly injected: readonly PeriodScore[];
}

export interface Scored {
  readonly score: RecordingScore;
  readonly text: string;
}

export function scoreRecording(recording: ScoredRecording): Scored {
  const { name, note, seed, injectedPerDistrict, labels } = recording;
  const report = labels ? runBacktest(recording) : null;
  const injected =
    injectedPerDistrict === null ? [] : runInjectedLeaks({ ...recording, draws: injectedPerDistrict });
  const parts = [
    `${name}\n${note}`,
    ...(report ? [formatReport(report)] : []),
    ...(injectedPerDistrict === null ? [] : [`${formatInjected(injected)}\nseed ${seed}`]),
  ];
  const districts = report?.scores?.map(scoreSummary) ?? [];
  return { score: { name, note, seed, districts, injected }, text: parts.join("\n\n") };
}
