/**
 * What passed a meter in a period, from its hourly means. Hours without a measurement, or in which the sensor was found faulty, are filled
 * with the mean of the same hour of day; how far that hour usually varies is their margin, taken as if all of them erred to the same side.
 */
import { HOUR_MS } from "../model/clock.ts";
import { localMinuteOfDay } from "../model/local-time.ts";
import type { HourlyMeans } from "../model/report.ts";
import type { TimeRange } from "../model/sample.ts";

export interface MeteredVolume {
  /** Null when less than half of the hours are known. */
  readonly volumeM3: number | null;
  /** 95 %: of the meter's accuracy and of what was filled. */
  readonly marginM3: number;
  readonly knownShare: number;
}

/** Less than this would be more guess than measurement. */
const KNOWN_SHARE_REQUIRED = 0.5;
/** Two-sided 95 % of a normal distribution. */
const Z_95 = 1.96;

export function meteredVolume(hours: HourlyMeans, accuracyPercent: number, timeZone: string): MeteredVolume {
  const profile = hourOfDayProfile(hours, timeZone);
  let knownM3 = 0;
  let known = 0;
  let filledM3 = 0;
  let filledMarginM3 = 0;
  for (let hour = 0; hour < hours.means.length; hour += 1) {
    const flowM3h = hours.means[hour]!;
    if (!Number.isNaN(flowM3h)) {
      knownM3 += flowM3h;
      known += 1;
      continue;
    }
    const usual = profile.at(hourOfDay(hours.startsMs[hour]!, timeZone)) ?? profile.ofDay;
    filledM3 += usual.mean;
    filledMarginM3 += Z_95 * usual.deviation;
  }
  const knownShare = hours.means.length > 0 ? known / hours.means.length : 0;
  const accuracyM3 = (Math.abs(knownM3 + filledM3) * accuracyPercent) / 100;
  return {
    volumeM3: knownShare >= KNOWN_SHARE_REQUIRED ? knownM3 + filledM3 : null,
    marginM3: Math.hypot(accuracyM3, filledMarginM3),
    knownShare,
  };
}

/** The hours with those in any of the ranges unknown. */
export function withoutRanges(hours: HourlyMeans, ranges: readonly TimeRange[]): HourlyMeans {
  if (ranges.length === 0) return hours;
  const means = hours.means.map((mean, hour) => {
    const fromMs = hours.startsMs[hour]!;
    return ranges.some((range) => range.fromMs < fromMs + HOUR_MS && fromMs < range.toMs) ? Number.NaN : mean;
  });
  return { startsMs: hours.startsMs, means };
}

interface Usual {
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
}

interface Profile {
  /** Null for an hour of day that was never measured. */
  at(hourOfDay: number): Usual | null;
  readonly ofDay: Usual;
}

export function hourOfDayProfile(hours: HourlyMeans, timeZone: string): Profile {
  const byHour = Array.from({ length: 24 }, () => [] as number[]);
  for (let hour = 0; hour < hours.means.length; hour += 1) {
    const mean = hours.means[hour]!;
    if (!Number.isNaN(mean)) byHour[hourOfDay(hours.startsMs[hour]!, timeZone)]!.push(mean);
  }
  const usual = byHour.map((values) => (values.length > 0 ? usualOf(values) : null));
  return { at: (hour) => usual[hour] ?? null, ofDay: usualOf(byHour.flat()) };
}

export function hourOfDay(timeMs: number, timeZone: string): number {
  return Math.floor(localMinuteOfDay(timeMs, timeZone) / 60);
}

function usualOf(values: readonly number[]): Usual {
  if (values.length === 0) return { mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
