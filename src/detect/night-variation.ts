/**
 * Whether a district's nights are steady enough to judge. Where a hospital, a works or an unseen tank makes them vary by a quarter, every
 * offset is lost in what comes and goes: then nothing is said of leaks, and that is said.
 */

import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { type FlowHistory, pastDay } from "./flow-history.ts";
import type { LocalHour } from "./local-hours.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

/** Hours of the day from 02:00 to 05:00, as days begin at 06:00. */
const NIGHT_HOURS = [20, 21, 22] as const;
/** Usual variation of a night hour over its flow. Of twelve districts ten stay under 0.2; a hospital and a tank's inlet go above this. */
const MOST_SHARE = 0.25;
/** From here on there is no night flow to speak of: supply that is off at night is not variation. */
const NO_FLOW_SHARE = 1;
/** It must have calmed to this before the district is judged again. */
const CALM_SHARE = 0.12;
/** Days from which on the variation is known. */
const LEAST_AGE = 21;

export interface NightVariation {
  readonly subject: Subject;
  /** What is said while the nights vary too much to be judged. */
  standing: Verdict | null;
}

export function createNightVariation(district: string): NightVariation {
  return { subject: { kind: "district", id: district }, standing: null };
}

export function nightsVaryTooMuch({ standing }: NightVariation): boolean {
  return standing !== null;
}

/** After each day that counts, with the hour that closed it. */
export function judgeVariation(
  variation: NightVariation,
  history: FlowHistory,
  { startMs, endMs }: LocalHour,
): readonly Verdict[] {
  const newest = pastDay(history, 0);
  if (!newest || history.age < LEAST_AGE) return [];
  let variesM3h = 0;
  let flowM3h = 0;
  for (const hour of NIGHT_HOURS) {
    variesM3h += history.sigmas[hour]!;
    flowM3h += newest.profileM3h[hour]!;
  }
  const share = variesM3h / Math.abs(flowM3h);
  const { standing } = variation;
  if (!standing && share > MOST_SHARE && share < NO_FLOW_SHARE) {
    const figures = { variesPercent: 100 * share, mostPercent: 100 * MOST_SHARE };
    const opened = openFinding(variation.subject, "not-assessable", startMs, {
      decidedMs: endMs,
      confidence: 1,
      evidence: [],
      missing: [{ code: "nights-vary-too-much", figures }],
    });
    variation.standing = opened;
    return [opened];
  }
  if (!standing || !(share < CALM_SHARE)) return [];
  variation.standing = null;
  return [endFinding(standing, endMs, endMs, evidence("nights-calm-again", { variesPercent: 100 * share }))];
}
