/** An excursion of the hourly flow that has begun, up or down, and is followed until it is over or has lasted long enough to be told. */
import { HOUR_MS } from "../model/clock.ts";
import type { Excursion } from "./burst-watch.ts";
import { compareWithWeekdays, createDayResemblance, type DayResemblance } from "./day-resemblance.ts";
import type { FlowHistory } from "./flow-history.ts";
import type { LocalHour } from "./local-hours.ts";

/** An excursion is over when its hour stands off by less than this share of it. */
const OVER_SHARE = 0.4;

export interface ExcursionCandidate {
  readonly startMs: number;
  /** What was usual in the hour that began it. */
  readonly usualM3h: number;
  /** End of the newest hour that was seen to have it. */
  seenUntilMs: number;
  /** Hours that were seen to have it: fewer than have passed where some are not known. */
  hours: number;
  /** Of the deviations since it began. */
  sumM3h: number;
  /** The most significant run of hours in it. */
  found: Excursion;
  /** Whether the day, since it began, has been like another day of the week: a holiday. */
  readonly resemblance: DayResemblance;
}

/** `hour` is the newest hour of the excursion. */
export function createExcursionCandidate(
  { endMs }: LocalHour,
  usualM3h: number,
  begun: Excursion,
): ExcursionCandidate {
  return {
    startMs: endMs - begun.hours * HOUR_MS,
    usualM3h,
    seenUntilMs: endMs,
    hours: begun.hours,
    sumM3h: begun.hours * begun.offsetM3h,
    found: begun,
    resemblance: createDayResemblance(),
  };
}

/** Hours from its beginning to where it was last seen. */
export function excursionLastedH({ startMs, seenUntilMs }: ExcursionCandidate): number {
  return (seenUntilMs - startMs) / HOUR_MS;
}

/** Mean deviation since it began; negative for a drop. */
export function excursionOffsetM3h({ sumM3h, hours }: ExcursionCandidate): number {
  return sumM3h / hours;
}

/** The next hour, with its deviation from what is usual (NaN when unknown). False when the excursion is over. */
export function followExcursion(
  candidate: ExcursionCandidate,
  hour: LocalHour,
  deviationM3h: number,
  excursion: Excursion | null,
  history: FlowHistory,
): boolean {
  if (Number.isNaN(deviationM3h)) return true;
  if (deviationM3h / excursionOffsetM3h(candidate) < OVER_SHARE) return false;
  candidate.seenUntilMs = hour.endMs;
  candidate.hours += 1;
  candidate.sumM3h += deviationM3h;
  compareWithWeekdays(candidate.resemblance, hour, history);
  if (excursion && excursion.sigmas > candidate.found.sigmas) candidate.found = excursion;
  return true;
}
