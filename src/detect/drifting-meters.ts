/**
 * Meters that one district's supplies, or its balance, have shown to drift. That district knows itself what it still judges on them; the
 * districts that share such a meter have nothing but its readings, and are not judged on it while the finding stands.
 */
import type { Verdict } from "../model/verdict.ts";

export interface DriftingMeters {
  /** A `meter-drift` of a sensor, or its end, found by the district in this place. */
  note(verdict: Verdict, place: number): void;
  /** True when another district has found so. */
  isWithdrawn(sensor: string, place: number): boolean;
}

export function createDriftingMeters(): DriftingMeters {
  const foundBy = new Map<string, number>();
  return {
    note({ subject, endMs }, place) {
      if (endMs === null) foundBy.set(subject.id, place);
      else foundBy.delete(subject.id);
    },
    isWithdrawn(sensor, place) {
      const by = foundBy.get(sensor);
      return by !== undefined && by !== place;
    },
  };
}
