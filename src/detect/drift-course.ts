/**
 * What becomes of a meter's drift once it is told, however it was found: which weeks are held against which, and when it is over, told again,
 * or has become how the meter reads.
 */
import { evidence } from "../model/evidence.ts";
import type { Verdict } from "../model/verdict.ts";
import { endFinding } from "./standing-finding.ts";

/** The last week is held against the one so many days before. */
export const LAGS_DAYS = [14, 28] as const;
/** Of a week's days that must be known. */
export const LEAST_DAYS = 5;
/** Over when the day's share is less than this share of what the drift had come to, for so many days. */
export const OVER_SHARE = 0.35;
export const OVER_DAYS = 2;
/** What has not grown for so long is how the meter reads now. */
export const SETTLED_DAYS = 28;
export const SETTLED_SHARE = 0.02;
/** The drift is told again when it has grown by this factor. */
export const TOLD_AGAIN_FACTOR = 1.5;
/** A day with less than this share of the drift still read as before it. */
export const NOT_YET_SHARE = 0.2;

/** It reads as before since then; `share` is what is left on the newest day. */
export function driftOver(verdict: Verdict, sinceMs: number, decidedMs: number, share: number): Verdict {
  const how = evidence("reads-as-before", { growthPercent: 100 * Math.abs(share) });
  return endFinding(verdict, sinceMs, decidedMs, how);
}

export function driftSettled(verdict: Verdict, decidedMs: number): Verdict {
  return endFinding(
    verdict,
    decidedMs,
    decidedMs,
    evidence("growth-became-usual", { overDays: SETTLED_DAYS }),
  );
}
