/** What sensors showed, hour by hour, in the form in which the model is asked about an hour. Pure. */
import { HOUR_MS } from "../model/clock.ts";
import { localMinuteOfDay } from "../model/local-time.ts";
import type { LeakToLocate } from "../model/location.ts";
import type { District } from "../model/utility.ts";
import type { MeteredNetwork } from "./metered-network.ts";
import type { MeasuredHour } from "./model-hours.ts";

/** Columns of equal length, an hour a row without a gap. */
export interface HourlyReadings {
  readonly startsMs: ArrayLike<number>;
  /** Mean of the hour, by sensor; NaN where nothing is known. */
  readonly means: ReadonlyMap<string, ArrayLike<number>>;
}

/** Without what is known to be wrong. */
export function trustedReadings(
  { startsMs, means }: HourlyReadings,
  distrusted: LeakToLocate["distrusted"],
): HourlyReadings {
  const wrong = Map.groupBy(distrusted, ({ sensor }) => sensor);
  return {
    startsMs,
    means: new Map(
      [...means].map(([sensor, values]) => {
        const mine = wrong.get(sensor) ?? [];
        const isWrong = (row: number) =>
          mine.some(({ fromMs, toMs }) => startsMs[row]! + HOUR_MS > fromMs && startsMs[row]! < toMs);
        return [
          sensor,
          mine.length > 0
            ? Float64Array.from(values, (value, row) => (isWrong(row) ? Number.NaN : value))
            : values,
        ];
      }),
    ),
  };
}

export function measuredHour(
  { startsMs, means }: HourlyReadings,
  { districts, fills, levels }: MeteredNetwork,
  row: number,
): MeasuredHour {
  const mean = (sensor: string, at = row) => means.get(sensor)?.[at] ?? Number.NaN;
  const timeZone = districts[0]?.district.timeZone ?? "UTC";
  return {
    hour: Math.floor(localMinuteOfDay(startsMs[row]!, timeZone) / 60),
    useM3h: districts.map(({ district }) => useOf(district, mean, row)),
    fillsM3h: fills.map(({ sensor }) => mean(sensor)),
    levelsM: levels.map(({ sensor }) => mean(sensor)),
  };
}

/** Net inflow less what the tanks store: a level's mean stands for the middle of its hour. */
function useOf(district: District, mean: (sensor: string, at?: number) => number, row: number): number {
  const inflowM3h = district.meters.reduce((sum, { sensor, sign }) => sum + sign * mean(sensor), 0);
  const storedM3h = district.tanks.reduce((sum, { levelSensor, areaM2 }) => {
    const [before, after] = [mean(levelSensor, row - 1), mean(levelSensor, row + 1)];
    const [from, to, hours] = Number.isNaN(before)
      ? [mean(levelSensor), after, 1]
      : Number.isNaN(after)
        ? [before, mean(levelSensor), 1]
        : [before, after, 2];
    return sum + (areaM2 * (to - from)) / hours;
  }, 0);
  return inflowM3h - storedM3h;
}

/** Rows of a range. */
export function rowsOf({ startsMs }: HourlyReadings, fromMs: number, toMs: number): readonly number[] {
  return Array.from({ length: startsMs.length }, (_, row) => row).filter(
    (row) => startsMs[row]! >= fromMs && startsMs[row]! + HOUR_MS <= toMs,
  );
}
