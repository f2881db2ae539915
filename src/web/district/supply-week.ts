/** A week of a district's pressure: how many hours a day there was water, and how the day goes on average. Pure. */
import { SUPPLY_OFF_BELOW_M, supplyHours, supplyPhasesByPressure } from "../../leakage/supply-phase.ts";
import { localMinuteOfDay } from "../../model/local-time.ts";

/** Columns of equal length; null where nothing was measured. */
export interface PressureReadings {
  readonly startsMs: readonly number[];
  readonly means: readonly (number | null)[];
}

export interface SupplyWeek {
  /** Null when too little of the week is known. */
  readonly hoursPerDay: number | null;
  /** Share of the week that is known, 0..1. */
  readonly knownShare: number;
  /** Mean pressure by hour of the wall clock while there was water; null for an hour that never had any. */
  readonly pressureByHourM: readonly (number | null)[];
  /** Share of the known time with water, by hour of the wall clock; null where nothing is known. */
  readonly suppliedByHour: readonly (number | null)[];
}

export function supplyWeek({ startsMs, means }: PressureReadings, timeZone: string): SupplyWeek {
  const phases = supplyPhasesByPressure(Float64Array.from(means, (mean) => mean ?? Number.NaN));
  const byHour = Array.from({ length: 24 }, () => ({ known: 0, supplied: 0, sumM: 0 }));
  for (const [slot, startMs] of startsMs.entries()) {
    const mean = means[slot] ?? null;
    const hour = byHour[Math.floor(localMinuteOfDay(startMs, timeZone) / 60)];
    if (mean === null || !hour) continue;
    hour.known += 1;
    if (mean < SUPPLY_OFF_BELOW_M) continue;
    hour.supplied += 1;
    hour.sumM += mean;
  }
  return {
    ...supplyHours(phases),
    pressureByHourM: byHour.map(({ supplied, sumM }) => (supplied > 0 ? sumM / supplied : null)),
    suppliedByHour: byHour.map(({ known, supplied }) => (known > 0 ? supplied / known : null)),
  };
}
