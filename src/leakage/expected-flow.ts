/**
 * What a district's inflow was to be expected at, hour by hour, from its own past alone: the median of the same wall-clock hour on
 * days of the same kind before, and around it what that hour usually varies by. Simple on purpose: whoever doubts a line on a chart
 * can find the hours it is made of. The judgement (src/detect) keeps a finer profile of its own.
 */
import { medianAbsoluteDeviation } from "simple-statistics";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { dayOfWeek, localDateOf, localMinuteOfDay } from "../model/local-time.ts";
import { requirePositive } from "./input.ts";
import { quantile } from "./quantile.ts";

/** Days that an hour is compared with. */
export const EXPECTED_FROM_DAYS = 28;
/** Half the width of the band, in standard deviations. */
export const BAND_SIGMAS = 3;
/** Past hours of the same kind below which days of both kinds are taken, and below which nothing is said. */
const LEAST_OF_KIND = 4;
const LEAST_HOURS = 5;
/** Median absolute deviation of a normal variable to its standard deviation. */
const TO_SIGMA = 1.4826;
/** No meter tells flow finer than this share of it. */
const LEAST_SIGMA_SHARE = 0.02;

/** Columns of equal length, an hour a row, ascending without holes. */
export interface HourlyFlows {
  readonly startsMs: readonly number[];
  /** NaN where too little of the hour is known. */
  readonly flowsM3h: readonly number[];
}

export interface ExpectedHour {
  readonly startMs: number;
  readonly flowM3h: number;
  /** Null where too few hours of the past are known. */
  readonly expected: { readonly lowM3h: number; readonly medianM3h: number; readonly highM3h: number } | null;
  /** Past hours that the expectation is made of. */
  readonly pastHours: number;
}

/**
 * The hours from `fromMs` on with what was to be expected of them. No hour looks at its own day or a later one, nor at any after
 * `learnBeforeMs`: give the start of a leak, and what it did since is not taken for usual. Throws unless the times are numbers above 0.
 */
export function expectedHours(
  { startsMs, flowsM3h }: HourlyFlows,
  timeZone: string,
  { fromMs, learnBeforeMs }: { readonly fromMs: number; readonly learnBeforeMs: number },
): readonly ExpectedHour[] {
  requirePositive({ fromMs, learnBeforeMs });
  const places = startsMs.map((startMs) => placeOf(startMs, timeZone));
  return startsMs.flatMap((startMs, row): ExpectedHour[] => {
    if (startMs < fromMs) return [];
    const { hour, isWeekend, date } = places[row]!;
    const past = startsMs.flatMap((pastMs, at) => {
      const place = places[at]!;
      const counts =
        place.hour === hour &&
        place.date < date &&
        pastMs + HOUR_MS <= learnBeforeMs &&
        pastMs >= Math.min(startMs, learnBeforeMs) - EXPECTED_FROM_DAYS * DAY_MS &&
        !Number.isNaN(flowsM3h[at]);
      return counts ? [{ flowM3h: flowsM3h[at]!, isWeekend: place.isWeekend }] : [];
    });
    const alike = past.filter((one) => one.isWeekend === isWeekend);
    const used = (alike.length >= LEAST_OF_KIND ? alike : past).map(({ flowM3h }) => flowM3h);
    return [{ startMs, flowM3h: flowsM3h[row]!, expected: bandOf(used), pastHours: used.length }];
  });
}

function bandOf(flowsM3h: readonly number[]): ExpectedHour["expected"] {
  const medianM3h = quantile(flowsM3h, 0.5);
  if (medianM3h === null || flowsM3h.length < LEAST_HOURS) return null;
  const sigma = Math.max(
    TO_SIGMA * medianAbsoluteDeviation([...flowsM3h]),
    LEAST_SIGMA_SHARE * Math.abs(medianM3h),
  );
  return { lowM3h: medianM3h - BAND_SIGMAS * sigma, medianM3h, highM3h: medianM3h + BAND_SIGMAS * sigma };
}

interface Place {
  readonly hour: number;
  readonly date: string;
  /** Saturday or Sunday. */
  readonly isWeekend: boolean;
}

function placeOf(startMs: number, timeZone: string): Place {
  const date = localDateOf(startMs, timeZone);
  return {
    hour: Math.floor(localMinuteOfDay(startMs, timeZone) / 60),
    date,
    isWeekend: dayOfWeek(date) >= 6,
  };
}
