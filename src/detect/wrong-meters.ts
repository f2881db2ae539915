/**
 * Meters that the district which tells of them has found wrong by their days, its balance or its supplies: drift, a moved clock. That district
 * knows itself what it still judges on them; the districts that share such a meter have nothing but its readings, and take its word for it.
 */
import type { Verdict } from "../model/verdict.ts";

export interface WrongMeters {
  /** By sensor: the keys of what stands, and who found it. */
  readonly standing: Map<string, Map<string, number>>;
}

export function createWrongMeters(): WrongMeters {
  return { standing: new Map() };
}

/** A finding on a sensor, or its end, by the district in this place. */
export function noteWrongMeter(
  { standing }: WrongMeters,
  { key, subject, endMs }: Verdict,
  place: number,
): void {
  const found = standing.get(subject.id) ?? new Map<string, number>();
  if (endMs === null) found.set(key, place);
  else found.delete(key);
  if (found.size > 0) standing.set(subject.id, found);
  else standing.delete(subject.id);
}

/** True while a finding of another district stands. */
export function isMeterWrong({ standing }: WrongMeters, sensor: string, place: number): boolean {
  const found = standing.get(sensor);
  if (!found) return false;
  for (const by of found.values()) if (by !== place) return true;
  return false;
}
