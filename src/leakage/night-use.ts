/**
 * Legitimate night use: what customers draw in the small hours. Every figure is configuration; the defaults are UK ones (WRC TT
 * 109/99, UKWIR) and are too high for districts without flush toilets.
 */
import type { NightParameters } from "../model/utility.ts";
import { requireAtLeast, requireBetween } from "./input.ts";

const M3_PER_L = 1 / 1000;

/** Household night use by population, m3/h: the share of people active at night times what each draws. */
function nightUseByActivePopulation(
  population: number,
  activePercent: number,
  useLPerActivePersonH: number,
): number {
  requireAtLeast(0, { population, useLPerActivePersonH });
  requireBetween(0, 100, { activePercent });
  return population * (activePercent / 100) * useLPerActivePersonH * M3_PER_L;
}

/** Household night use by households, m3/h. */
export function nightUseByHouseholds(households: number, useLPerHouseholdH = 1.7): number {
  requireAtLeast(0, { households, useLPerHouseholdH });
  return households * useLPerHouseholdH * M3_PER_L;
}

/** Household night use by population when nothing is known of who is awake, m3/h. */
export function nightUseByPopulation(population: number, useLPerPersonH = 0.6): number {
  requireAtLeast(0, { population, useLPerPersonH });
  return population * useLPerPersonH * M3_PER_L;
}

/** LNU of a district, m3/h: households by active population, small non-household users, exceptional users logged one by one. */
export function legitimateNightUse(parameters: NightParameters): number {
  const { population, activePercent, useLPerActivePersonH, smallUsersM3h, largeUsersM3h } = parameters;
  requireAtLeast(0, { smallUsersM3h, largeUsersM3h });
  return (
    nightUseByActivePopulation(population, activePercent, useLPerActivePersonH) +
    smallUsersM3h +
    largeUsersM3h
  );
}
