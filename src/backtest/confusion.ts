/**
 * What the judgement said of one thing that happened, in one word, and the table of what happened against what was said. Strict: a leak or
 * burst that still stands outweighs everything else that was said; what was taken back was not said.
 */
import { isLeak, type Verdict, type VerdictKind } from "../model/verdict.ts";

/** Of several findings the first of these is the answer. */
const ORDER: readonly VerdictKind[] = [
  "boundary-valve",
  "meter-drift",
  "sensor-stuck",
  "sensor-dead",
  "sensor-reversed",
  "sensor-spike",
  "clock-shift",
  "counter-reset",
  "zone-wide-change",
  "tank-filling",
  "large-user",
  "burst",
  "leak",
  "data-gap",
];

/** `tellings`: everything said of each finding, in order. "nothing" when nothing of all this was found from then on. */
export function answerOf(tellings: readonly (readonly Verdict[])[], fromMs: number): VerdictKind | "nothing" {
  const found = tellings
    .filter(([first]) => first && first.decidedMs >= fromMs)
    .map((told) => told.at(-1)!)
    .filter(({ endMs, startMs }) => endMs === null || endMs > startMs)
    .sort((a, b) => a.decidedMs - b.decidedMs);
  const leak = found.find(({ kind, endMs }) => isLeak(kind) && endMs === null);
  if (leak) return leak.kind;
  return ORDER.find((kind) => found.some((one) => one.kind === kind)) ?? "nothing";
}

/** Whether a leak or a burst was ever told, also when it ended or was taken back. */
export function wasCalledLeak(tellings: readonly (readonly Verdict[])[], fromMs: number): boolean {
  return tellings.some(([first]) => first && first.decidedMs >= fromMs && isLeak(first.kind));
}

export interface ConfusionRow {
  readonly cause: string;
  readonly runs: number;
  /** Runs by what was said. */
  readonly said: Readonly<Record<string, number>>;
  readonly rightPercent: number;
  /** Runs in which a leak or burst was told at any time. */
  readonly calledLeak: number;
}

export interface ConfusionOutcome {
  readonly cause: string;
  readonly said: string;
  readonly calledLeak: boolean;
}

export function confusionOf(
  causes: readonly string[],
  outcomes: readonly ConfusionOutcome[],
): readonly ConfusionRow[] {
  return causes.flatMap((cause) => {
    const mine = outcomes.filter((one) => one.cause === cause);
    if (mine.length === 0) return [];
    const said: Record<string, number> = {};
    for (const one of mine) said[one.said] = (said[one.said] ?? 0) + 1;
    return [
      {
        cause,
        runs: mine.length,
        said,
        rightPercent: (100 * (said[cause] ?? 0)) / mine.length,
        calledLeak: mine.filter(({ calledLeak }) => calledLeak).length,
      },
    ];
  });
}

/** The table as text: a row for what happened, a column for what was said. */
export function formatConfusion(rows: readonly ConfusionRow[]): string {
  const columns = [
    ...new Set([...rows.map(({ cause }) => cause), ...rows.flatMap(({ said }) => Object.keys(said))]),
  ];
  const width = Math.max(...columns.map((one) => one.length));
  const line = (first: string, cells: readonly string[]) =>
    [first.padEnd(width), ...cells.map((cell) => cell.padStart(15))].join(" ");
  return [
    line("happened \\ said", [...columns, "right", "ever a leak"]),
    ...rows.map(({ cause, said, rightPercent, calledLeak, runs }) =>
      line(cause, [
        ...columns.map((column) => String(said[column] ?? ".")),
        `${rightPercent.toFixed(0)} %`,
        `${calledLeak} of ${runs}`,
      ]),
    ),
  ].join("\n");
}
