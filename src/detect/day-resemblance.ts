/**
 * Does a run of hours that stands off its own weekday look like another day of the week? Holidays look like Sundays, and the day before
 * one like a Saturday; nobody has to keep a calendar for that to be seen.
 */
import type { FlowHistory } from "./flow-history.ts";
import { type LocalHour, weekdayOf } from "./local-hours.ts";

const WEEKDAYS = 7;
/** With fewer hours nothing can be told from their shape. */
const LEAST_HOURS = 3;
/** Another day explains the run when it leaves at most this share of what the run's own day leaves, by standard deviation. */
const EXPLAINED_SHARE = 0.5;

export interface DayResemblance {
  /** The next hour of the run, before it teaches what is usual. */
  observe(hour: LocalHour): void;
  isOtherDay(): boolean;
}

export function createDayResemblance(history: FlowHistory): DayResemblance {
  const squares = new Float64Array(WEEKDAYS);
  let ownSquares = 0;
  let hours = 0;
  return {
    observe({ hour, day, flowM3h }) {
      const own = weekdayOf(day);
      hours += 1;
      for (let weekday = 0; weekday < WEEKDAYS; weekday += 1) {
        const square = (flowM3h - history.expectedOn(hour, weekday)) ** 2;
        squares[weekday]! += square;
        if (weekday === own) ownSquares += square;
      }
    },
    isOtherDay: () => hours >= LEAST_HOURS && Math.min(...squares) <= EXPLAINED_SHARE ** 2 * ownSquares,
  };
}
