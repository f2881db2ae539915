/** An excursion of the hourly flow that has begun, up or down, and is followed until it is over or has lasted long enough to be told. */
import { HOUR_MS } from "../model/clock.ts";
import type { Excursion } from "./burst-watch.ts";
import { createDayResemblance } from "./day-resemblance.ts";
import type { FlowHistory } from "./flow-history.ts";
import type { LocalHour } from "./local-hours.ts";

/** An excursion is over when its hour stands off by less than this share of it. */
const OVER_SHARE = 0.4;

export interface ExcursionCandidate {
  readonly startMs: number;
  /** What was usual in the hour that began it. */
  readonly usualM3h: number;
  hours(): number;
  /** Mean deviation since it began; negative for a drop. */
  offsetM3h(): number;
  /** The most significant run of hours in it. */
  found(): Excursion;
  /** The next hour, with its deviation from what is usual (NaN when unknown). False when the excursion is over. */
  follow(hour: LocalHour, deviationM3h: number, excursion: Excursion | null): boolean;
  /** Since it began, the day has been like another day of the week: a holiday. */
  isOtherDay(): boolean;
}

/** `hour` is the newest hour of the excursion. */
export function createExcursionCandidate(
  history: FlowHistory,
  { endMs }: LocalHour,
  usualM3h: number,
  begun: Excursion,
): ExcursionCandidate {
  const resemblance = createDayResemblance(history);
  let { hours } = begun;
  let sumM3h = begun.hours * begun.offsetM3h;
  let found = begun;
  return {
    startMs: endMs - begun.hours * HOUR_MS,
    usualM3h,
    hours: () => hours,
    offsetM3h: () => sumM3h / hours,
    found: () => found,
    follow(hour, deviationM3h, excursion) {
      if (Number.isNaN(deviationM3h)) return true;
      if (deviationM3h / (sumM3h / hours) < OVER_SHARE) return false;
      hours += 1;
      sumM3h += deviationM3h;
      resemblance.observe(hour);
      if (excursion && excursion.sigmas > found.sigmas) found = excursion;
      return true;
    },
    isOtherDay: resemblance.isOtherDay,
  };
}
