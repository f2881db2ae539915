/**
 * The months of a report, by the calendar of the place. A year that is not over is reported up to its last whole month, since bills
 * come by the month; a month that is not over up to last midnight, and then without bills. Pure.
 */
import { addDays, dayRangeOf, localDateOf, utcOfLocal } from "../model/local-time.ts";
import type { PeriodKind, PeriodSoFar } from "../model/report.ts";
import type { TimeRange } from "../model/sample.ts";

/** `name` is "2026-03" or "2026". */
export function periodSoFar(kind: PeriodKind, name: string, timeZone: string, nowMs: number): PeriodSoFar {
  const all =
    kind === "month"
      ? [name]
      : Array.from({ length: 12 }, (_, month) => `${name}-${String(month + 1).padStart(2, "0")}`);
  const fromMs = startOf(all[0] ?? name, timeZone);
  const over = all.filter((month) => monthRange(month, timeZone).toMs <= nowMs);
  const last = over.at(-1);
  const midnightMs = dayRangeOf(localDateOf(nowMs, timeZone), timeZone).fromMs;
  const toMs = last ? monthRange(last, timeZone).toMs : Math.max(fromMs, midnightMs);
  return {
    kind,
    name,
    months: last ? over : all.slice(0, 1),
    range: { fromMs, toMs },
    complete: over.length === all.length,
  };
}

export function monthRange(month: string, timeZone: string): TimeRange {
  // The 1st is at most 31 days before the next.
  const next = addDays(`${month}-01`, 31).slice(0, 7);
  return { fromMs: startOf(month, timeZone), toMs: startOf(next, timeZone) };
}

function startOf(month: string, timeZone: string): number {
  return utcOfLocal({ date: `${month}-01`, minute: 0 }, timeZone);
}
