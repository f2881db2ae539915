import { median } from "simple-statistics";
import { HOURS } from "./local-hours.ts";

/** Of days of hours, m3/h, the middle of what is known of each hour; NaN where nothing is. */
export function medianByHour(days: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: HOURS }, (_, hour) => {
    const known = days.map((day) => day[hour]!).filter((flowM3h) => !Number.isNaN(flowM3h));
    return known.length > 0 ? median(known) : Number.NaN;
  });
}
