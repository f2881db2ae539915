/** What the page History shows, as its address says it: sensors, range, axes, comparison. Sharing the address shares the view. Pure. */
import { DAY_MS } from "../../model/clock.ts";
import type { TimeRange } from "../../model/sample.ts";
import type { Utility } from "../../model/utility.ts";

export const COMPARISONS = { none: null, day: DAY_MS, week: 7 * DAY_MS, year: 364 * DAY_MS } as const;

export type Comparison = keyof typeof COMPARISONS;

export interface HistoryPlace {
  readonly sensors: readonly string[];
  /** Null follows the present. */
  readonly range: TimeRange | null;
  readonly stacked: boolean;
  readonly compare: Comparison;
}

export const MOST_SENSORS = 12;
export const DEFAULT_RANGE_MS = 7 * DAY_MS;
export const LEAST_RANGE_MS = 60_000;
export const MOST_RANGE_MS = 3650 * DAY_MS;

/** What the address does not say, or says wrongly, is left as it begins: the first district's meters, seven days up to now. */
export function placeFrom(query: URLSearchParams, { sensors, districts }: Utility): HistoryPlace {
  const known = new Set(sensors.map(({ id }) => id));
  const asked =
    query
      .get("sensors")
      ?.split(",")
      .filter((id) => known.has(id)) ?? null;
  const usual = districts[0]?.meters.map(({ sensor }) => sensor) ?? [];
  const [fromMs, toMs] = [Number(query.get("from")), Number(query.get("to"))];
  const isRange = fromMs > 0 && toMs - fromMs >= LEAST_RANGE_MS && toMs - fromMs <= MOST_RANGE_MS;
  const compare = query.get("compare");
  return {
    sensors: (asked ?? usual).slice(0, MOST_SENSORS),
    range: isRange ? { fromMs, toMs } : null,
    stacked: query.get("axes") === "stacked",
    compare: compare === "day" || compare === "week" || compare === "year" ? compare : "none",
  };
}

export function queryOf({ sensors, range, stacked, compare }: HistoryPlace): Record<string, string | null> {
  return {
    // Empty is a choice too, and must not come back as the usual one.
    sensors: sensors.join(",") || "-",
    from: range && String(Math.round(range.fromMs)),
    to: range && String(Math.round(range.toMs)),
    axes: stacked ? "stacked" : null,
    compare: compare === "none" ? null : compare,
  };
}

/** The range moved by a share of itself. */
export function panned({ fromMs, toMs }: TimeRange, share: number): TimeRange {
  const byMs = (toMs - fromMs) * share;
  return { fromMs: fromMs + byMs, toMs: toMs + byMs };
}

/** The range `factor` times as long, with the instant at `share` of it held in place. */
export function zoomed({ fromMs, toMs }: TimeRange, factor: number, share = 0.5): TimeRange {
  const nowMs = toMs - fromMs;
  const lengthMs = Math.min(MOST_RANGE_MS, Math.max(LEAST_RANGE_MS, nowMs * factor));
  const heldMs = fromMs + nowMs * share;
  return { fromMs: heldMs - lengthMs * share, toMs: heldMs + lengthMs * (1 - share) };
}
