/**
 * What a district's inflow was to be expected at, hour by hour, from its own past alone: the median of the same wall-clock hour on
 * days of the same kind before, and around it what that time of day varies by. Simple on purpose: whoever doubts a line on a chart
 * can find the hours it is made of. The judgement (src/detect) keeps a finer profile of its own.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { dayOfWeek, localDateOf, localMinuteOfDay } from "../model/local-time.ts";
import { requirePositive } from "./input.ts";
import { quantile } from "./quantile.ts";

/** Days that an hour is compared with. */
export const EXPECTED_FROM_DAYS = 28;
/** Half the width of the band, in standard deviations. */
export const BAND_SIGMAS = 3;
/** Below so many past hours of a kind of day all kinds are taken; below so many of all, nothing is said. */
const LEAST_OF_KIND = 3;
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
  /** Past hours that the median is made of. */
  readonly pastHours: number;
}

/** Working days are alike; Saturdays and Sundays are each their own. */
type DayKind = "working" | "saturday" | "sunday";

interface PlacedHour {
  readonly startMs: number;
  readonly flowM3h: number;
  readonly hour: number;
  readonly date: string;
  readonly kind: DayKind;
}

/**
 * The hours from `fromMs` on with what was to be expected of them. No hour looks at its own day or a later one, nor at any after
 * `learnBeforeMs`: give the start of a leak, and what it did since is not taken for usual. How much a time of day varies is the
 * median distance of the hour and its two neighbours from the medians of their own kinds of day. Throws unless the times are
 * numbers above 0.
 */
export function expectedHours(
  { startsMs, flowsM3h }: HourlyFlows,
  timeZone: string,
  { fromMs, learnBeforeMs }: { readonly fromMs: number; readonly learnBeforeMs: number },
): readonly ExpectedHour[] {
  requirePositive({ fromMs, learnBeforeMs });
  const hours = startsMs.map((startMs, row) => placed(startMs, flowsM3h[row] ?? Number.NaN, timeZone));
  const usualBefore = new Map<string, Usual>();
  return hours
    .filter(({ startMs }) => startMs >= fromMs)
    .map(({ startMs, flowM3h, date, hour, kind }) => {
      const untilMs = Math.min(startMs, learnBeforeMs);
      const usual = usualBefore.get(date) ?? usualOf(hours, date, untilMs);
      usualBefore.set(date, usual);
      return { startMs, flowM3h, ...usual(hour, kind) };
    });
}

type Usual = (hour: number, kind: DayKind) => Pick<ExpectedHour, "expected" | "pastHours">;

/** What is usual on a date, by the days before it. */
function usualOf(hours: readonly PlacedHour[], date: string, untilMs: number): Usual {
  const past = hours.filter(
    (one) =>
      one.date < date &&
      one.startMs + HOUR_MS <= untilMs &&
      one.startMs >= untilMs - EXPECTED_FROM_DAYS * DAY_MS &&
      !Number.isNaN(one.flowM3h),
  );
  const byHour = Map.groupBy(past, ({ hour }) => hour);
  const flowsOf = (hour: number, kind: DayKind): readonly number[] => {
    const all = byHour.get(hour) ?? [];
    const alike = all.filter((one) => one.kind === kind);
    return (alike.length >= LEAST_OF_KIND ? alike : all).map(({ flowM3h }) => flowM3h);
  };
  const medians = kept((hour: number, kind: DayKind) => quantile(flowsOf(hour, kind), 0.5));
  const distances = (hour: number) =>
    (byHour.get(hour) ?? []).map(({ flowM3h, kind }) => Math.abs(flowM3h - (medians(hour, kind) ?? flowM3h)));
  return (hour, kind) => {
    const pastHours = flowsOf(hour, kind).length;
    const medianM3h = medians(hour, kind);
    if (medianM3h === null || (byHour.get(hour)?.length ?? 0) < LEAST_HOURS)
      return { pastHours, expected: null };
    const around = [hour - 1, hour, hour + 1].flatMap((one) => distances((one + 24) % 24));
    const sigma = Math.max(TO_SIGMA * (quantile(around, 0.5) ?? 0), LEAST_SIGMA_SHARE * Math.abs(medianM3h));
    const half = BAND_SIGMAS * sigma;
    return { pastHours, expected: { lowM3h: medianM3h - half, medianM3h, highM3h: medianM3h + half } };
  };
}

function kept<T>(make: (hour: number, kind: DayKind) => T): (hour: number, kind: DayKind) => T {
  const made = new Map<string, T>();
  return (hour, kind) => {
    const key = `${hour} ${kind}`;
    if (!made.has(key)) made.set(key, make(hour, kind));
    return made.get(key)!;
  };
}

function placed(startMs: number, flowM3h: number, timeZone: string): PlacedHour {
  const date = localDateOf(startMs, timeZone);
  const weekday = dayOfWeek(date);
  const kind = weekday === 6 ? "saturday" : weekday === 7 ? "sunday" : "working";
  return { startMs, flowM3h, date, kind, hour: Math.floor(localMinuteOfDay(startMs, timeZone) / 60) };
}
