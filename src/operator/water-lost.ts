/**
 * The water an alarm has cost: the flow of its finding over time, each revision counting from the moment it was decided. A leak
 * that was small for a month and then grew has not run at its last size all along. Pure.
 */
import type { AlarmChange } from "../model/alarm.ts";
import { isWithdrawn } from "../model/cause.ts";
import { HOUR_MS } from "../model/clock.ts";
import type { Verdict } from "../model/verdict.ts";

/** By key: the findings an alarm has told, one after another when it came back. */
export type FlowHistory = ReadonlyMap<string, FlowOfFinding>;

interface FlowOfFinding {
  readonly startMs: number;
  readonly endMs: number | null;
  /** Ascending; each holds until the next. The first holds since `startMs`. */
  readonly steps: readonly { readonly decidedMs: number; readonly flowM3h: number }[];
}

/** The history after a change of the alarm, which spoke for the finding `before` until then. */
export function flowHistoryWith(
  history: FlowHistory | undefined,
  change: AlarmChange,
  before: Verdict | null,
): FlowHistory {
  const next = new Map(history);
  const verdict = "verdict" in change ? change.verdict : null;
  if (!verdict) return next;
  // Another finding that revises is the same water, judged again. One that activates came after it.
  if (before && change.type !== "activated" && before.key !== verdict.key) next.delete(before.key);
  if (!verdict.size || isWithdrawn(verdict)) {
    next.delete(verdict.key);
    return next;
  }
  const { startMs, endMs, decidedMs, size } = verdict;
  const earlier = next.get(verdict.key)?.steps.filter((step) => step.decidedMs < decidedMs) ?? [];
  return next.set(verdict.key, {
    startMs,
    endMs,
    steps: [...earlier, { decidedMs, flowM3h: size.estimate }],
  });
}

/** While a finding lasts, water is known to flow until `seenUntilMs`; null when nothing was seen since it was decided. */
export function waterLostM3(history: FlowHistory, seenUntilMs: number | null): number {
  let lostM3 = 0;
  for (const { startMs, endMs, steps } of history.values()) {
    for (const [index, { decidedMs, flowM3h }] of steps.entries()) {
      const fromMs = index === 0 ? startMs : decidedMs;
      const next = steps[index + 1];
      const untilMs = next ? next.decidedMs : (endMs ?? Math.max(decidedMs, seenUntilMs ?? decidedMs));
      const cutMs = endMs === null ? untilMs : Math.min(untilMs, endMs);
      lostM3 += (flowM3h * Math.max(0, cutMs - fromMs)) / HOUR_MS;
    }
  }
  return lostM3;
}
