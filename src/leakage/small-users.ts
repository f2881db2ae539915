/**
 * Night use of small non-household users by kind, L/property/h. UK figures (UKWIR), each with the use of the properties that are active at night and
 * the mean over all of them: configuration for anywhere else, above all where latrines take no water.
 */
import { requireAtLeast } from "./input.ts";

export type SmallUserKind =
  | "banks-churches"
  | "shops-offices"
  | "hotels-schools-cafes"
  | "hospitals-factories-public-toilets"
  | "old-peoples-homes-quarries";

export interface SmallUserNightUse {
  /** Mean of the properties that use water at night, L/property/h. */
  readonly activeL: number;
  /** Mean of all properties, L/property/h. */
  readonly allL: number;
}

const UK_SMALL_USERS: Readonly<Record<SmallUserKind, SmallUserNightUse>> = {
  "banks-churches": { activeL: 7, allL: 0.9 },
  "shops-offices": { activeL: 20.5, allL: 6.2 },
  "hotels-schools-cafes": { activeL: 26, allL: 12.6 },
  "hospitals-factories-public-toilets": { activeL: 53, allL: 20.5 },
  "old-peoples-homes-quarries": { activeL: 80, allL: 60.6 },
};

/**
 * Night use of so many properties of each kind, m3/h. `counted` says whether the counts are of the properties active at night, or of
 * all. Throws for a negative count or use.
 */
export function smallUserNightUse(
  counts: Readonly<Partial<Record<SmallUserKind, number>>>,
  counted: "active" | "all",
  table: Readonly<Record<SmallUserKind, SmallUserNightUse>> = UK_SMALL_USERS,
): number {
  let useL = 0;
  for (const [kind, { activeL, allL }] of Object.entries(table) as [SmallUserKind, SmallUserNightUse][]) {
    const count = counts[kind] ?? 0;
    requireAtLeast(0, { count, activeL, allL });
    useL += count * (counted === "active" ? activeL : allL);
  }
  return useL / 1000;
}
