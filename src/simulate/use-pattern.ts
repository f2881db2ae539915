/** What customers ask for as a share of their mean: the hour, the day of the week, holidays, the weather, and chance. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { offsetMs } from "../model/local-time.ts";
import { smoothNoise } from "./seeded-noise.ts";
import { weatherAt } from "./weather.ts";

/** Shares of the mean from midnight, one an hour; eased between full hours. */
type DayPattern = readonly number[];

export interface UsePattern {
  readonly weekday: DayPattern;
  readonly weekend: DayPattern;
  /** Use on Saturdays and Sundays as a share of a weekday's; a holiday is used like a Sunday. */
  readonly saturdayShare: number;
  readonly sundayShare: number;
  /** More use for each degree above what is usual, and less when it rains. */
  readonly perWarmerC: number;
  readonly whenRainingShare: number;
  /** How far chance moves use, as a share: by the day, by the hour, by ten minutes. */
  readonly chance: readonly [day: number, hour: number, minutes: number];
}

export interface Calendar {
  readonly timeZone: string;
  /** Public holidays of every year, MM-DD. */
  readonly holidays: readonly string[];
}

export const EVERYDAY_CHANCE: UsePattern["chance"] = [0.025, 0.04, 0.04];

/** The share at a time; `key` draws this pattern's chance. */
export function useShare(
  pattern: UsePattern,
  { timeZone, holidays }: Calendar,
  { seed, key }: { readonly seed: number; readonly key: number },
  timeMs: number,
): number {
  const localMs = timeMs + offsetMs(timeMs, timeZone);
  const day = Math.floor(localMs / DAY_MS);
  const holiday = holidays.includes(new Date(day * DAY_MS).toISOString().slice(5, 10));
  // Day 0, 1 January 1970, was a Thursday.
  const weekday = holiday ? 0 : (day + 4) % 7;
  const shares = weekday === 0 || weekday === 6 ? pattern.weekend : pattern.weekday;
  const hours = (localMs - day * DAY_MS) / HOUR_MS;
  const hour = Math.floor(hours);
  const share = shares[hour]! + (shares[(hour + 1) % 24]! - shares[hour]!) * (hours - hour);
  const dayShare = weekday === 6 ? pattern.saturdayShare : weekday === 0 ? pattern.sundayShare : 1;
  const { warmerC, rainMmPerDay } = weatherAt(seed, timeMs);
  const weather = (1 + pattern.perWarmerC * warmerC) * (rainMmPerDay > 0 ? pattern.whenRainingShare : 1);
  const [ofDay, ofHour, ofMinutes] = pattern.chance;
  const chance =
    ofDay * smoothNoise(key, timeMs, DAY_MS) +
    ofHour * smoothNoise(key ^ 0x11, timeMs, HOUR_MS) +
    ofMinutes * smoothNoise(key ^ 0x22, timeMs, 10 * MINUTE_MS);
  return share * dayShare * weather * (1 + chance);
}
