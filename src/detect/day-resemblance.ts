/**
 * Does a run of hours that stands off its own weekday look like another day of the week? Holidays look like Sundays, and the day before
 * one like a Saturday; nobody has to keep a calendar for that to be seen.
 */
import { type FlowHistory, usualFlowOn } from "./flow-history.ts";
import { type LocalHour, weekdayOf } from "./local-hours.ts";

const WEEKDAYS = 7;
/** With fewer hours nothing can be told from their shape. */
const LEAST_HOURS = 3;
/** Another day explains the run when it leaves at most this share of what the run's own day leaves, by standard deviation. */
const EXPLAINED_SHARE = 0.5;

export interface DayResemblance {
  /** What each weekday leaves of the run, 0 Sunday .. 6 Saturday: sums of squares. */
  readonly squares: Float64Array;
  ownSquares: number;
  hours: number;
}

export function createDayResemblance(): DayResemblance {
  return { squares: new Float64Array(WEEKDAYS), ownSquares: 0, hours: 0 };
}

/** The next hour of the run, before it teaches what is usual. */
export function compareWithWeekdays(
  resemblance: DayResemblance,
  { hour, day, flowM3h }: LocalHour,
  history: FlowHistory,
): void {
  const own = weekdayOf(day);
  resemblance.hours += 1;
  for (let weekday = 0; weekday < WEEKDAYS; weekday += 1) {
    const square = (flowM3h - usualFlowOn(history, hour, weekday)) ** 2;
    resemblance.squares[weekday]! += square;
    if (weekday === own) resemblance.ownSquares += square;
  }
}

export function isOtherDay({ squares, ownSquares, hours }: DayResemblance): boolean {
  return hours >= LEAST_HOURS && Math.min(...squares) <= EXPLAINED_SHARE ** 2 * ownSquares;
}
