/** When a trial begins, and how its two districts use water: the upper one homes and trade, the lower one homes. */
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { DividedDistrict } from "./divided-network.ts";
import { EVERYDAY_CHANCE, type UsePattern } from "./use-pattern.ts";

/** Midnight in Nairobi, of a Monday. */
export const TRIAL_START_MS = Date.UTC(2026, 0, 4, 21);
/** Loggers record, and hydraulics are solved, this often. */
export const TRIAL_STEP_MS = 15 * MINUTE_MS;
/** What comes and goes lasts for about so long. */
const PASSING_HOURS = 6;

const homes = [
  0.3, 0.2, 0.16, 0.15, 0.24, 0.85, 1.75, 1.9, 1.6, 1.35, 1.2, 1.12, 1.15, 1.12, 1.02, 1.0, 1.12, 1.35, 1.62,
  1.65, 1.3, 0.95, 0.62, 0.42,
];
const mixed = [
  0.38, 0.3, 0.27, 0.27, 0.36, 0.72, 1.3, 1.55, 1.6, 1.5, 1.45, 1.4, 1.4, 1.35, 1.28, 1.25, 1.3, 1.42, 1.5,
  1.4, 1.1, 0.8, 0.6, 0.45,
];

export const TRIAL_USES: Readonly<Record<DividedDistrict, UsePattern>> = {
  upper: use(mixed, 1.04, 0.94),
  lower: use(homes, 1.03, 1.02),
};

function use(weekday: readonly number[], saturdayShare: number, sundayShare: number): UsePattern {
  return {
    weekday,
    weekend: weekday,
    saturdayShare,
    sundayShare,
    perWarmerC: 0.008,
    whenRainingShare: 0.97,
    chance: EVERYDAY_CHANCE,
  };
}

/** Of the hours that follow, to the mean; at least 1. */
export function busiestShare(district: DividedDistrict, fromMs: number): number {
  const { weekday } = TRIAL_USES[district];
  const first = Math.round((fromMs - TRIAL_START_MS) / HOUR_MS);
  return Math.max(
    1,
    ...Array.from({ length: PASSING_HOURS }, (_, hour) => weekday[(first + hour) % weekday.length]!),
  );
}
