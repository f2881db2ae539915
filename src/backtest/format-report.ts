/** The report of a backtest as text for a terminal. */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { Label } from "./labels.ts";
import type { BacktestReport, Episode, FoundLeak, Score } from "./run-backtest.ts";
import { scoreSummary } from "./score-summary.ts";

export function formatReport(report: BacktestReport): string {
  const { range, samples, nights, episodes, verdicts, scores } = report;
  const assessed = nights.filter(({ outcome }) => outcome.kind === "assessed").length;
  const days = (range.toMs - range.fromMs) / DAY_MS;
  return [
    `${samples} samples over ${days.toFixed(1)} days, from ${told(range.fromMs)} to ${told(range.toMs)}`,
    `${nights.length} nights, ${assessed} assessed`,
    `${episodes.length} leak alarms, ${verdicts.length} findings in all`,
    ...(scores ? scores.flatMap(scoreLines) : episodes.map((episode) => `  ${episodeLine(episode)}`)),
  ].join("\n");
}

function scoreLines(score: Score): string[] {
  const { found, missed, falseAlarms, leakDb } = score;
  const of = found.length + missed.length;
  return [
    "",
    `${score.district}: found ${found.length} of ${of} leaks, ${falseAlarms.length} false alarms${delays(score)}`,
    `as many random alarms: ${score.randomlyFound.toFixed(1)} of ${of}`,
    `LeakDB's method: ${leakDb.found} of ${of}, ${leakDb.falseAlarms} false alarms (random: ${leakDb.randomlyFound.toFixed(1)})`,
    "",
    ...found.map(foundLine),
    ...missed.map((label) => `missed ${labelWords(label)}`),
    ...falseAlarms.map((episode) => `false  ${episodeLine(episode)}`),
  ];
}

/** Median delays and how many sizes are near the truth; nothing where nothing was found. */
function delays(score: Score): string {
  const { abruptMedianH, incipientMedianD, sizedWithinHalf } = scoreSummary(score);
  const parts = [
    ...(abruptMedianH === null ? [] : [`abrupt ones after ${abruptMedianH.toFixed(1)} h (median)`]),
    ...(incipientMedianD === null
      ? []
      : [`incipient ones after ${incipientMedianD.toFixed(1)} days (median)`]),
    `size within half of the truth for ${sizedWithinHalf}`,
  ];
  return score.found.length > 0 ? `; ${parts.join("; ")}` : "";
}

function foundLine({ label, alarm, delayMs, sizeError, trueFlowM3h }: FoundLeak): string {
  const delay =
    Math.abs(delayMs) < 2 * DAY_MS
      ? `${(delayMs / HOUR_MS).toFixed(1)} h`
      : `${(delayMs / DAY_MS).toFixed(1)} d`;
  const size = alarm.last.size;
  const stated = size
    ? `${size.estimate.toFixed(1)} [${size.low.toFixed(1)}, ${size.high.toFixed(1)}]`
    : "no size";
  const percent = `${sizeError > 0 ? "+" : ""}${(100 * sizeError).toFixed(0)} %`;
  return `found  ${labelWords(label)} after ${delay}; last told ${stated} of ${trueFlowM3h.toFixed(1)} m3/h (${percent})`;
}

function labelWords({ name, district, type, startMs }: Label): string {
  return `${name} in ${district}, ${type}, ${told(startMs)}`;
}

function episodeLine({ first, last }: Episode): string {
  const size = last.size ? `, ${last.size.estimate.toFixed(1)} m3/h` : "";
  return `${first.kind} in ${first.subject.id}, since ${told(first.startMs)}, raised ${told(first.decidedMs)}${size}`;
}

function told(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
}
