/** Which report the address names, and which one opens when it names none. Pure. */
import type { DistrictView } from "../../model/live.ts";
import { localDateOf } from "../../model/local-time.ts";
import type { PeriodKind } from "../../model/report.ts";

export const REPORT_VIEWS = ["report", "compare", "volumes"] as const;
export type ReportView = (typeof REPORT_VIEWS)[number];

export interface ReportPlace {
  readonly view: ReportView;
  readonly kind: PeriodKind;
  /** "2026-03" or "2026". */
  readonly of: string;
  /** Null for all districts together. */
  readonly district: string | null;
}

/** How far back months and years are offered. */
const MONTHS_OFFERED = 36;
const YEARS_OFFERED = 10;

export function reportPlace(
  rest: readonly string[],
  query: URLSearchParams,
  usualMonth: string,
): ReportPlace {
  const view = REPORT_VIEWS.find((one) => one === rest[0]) ?? "report";
  const asked = query.get("of") ?? "";
  const of = /^\d{4}(-(0[1-9]|1[0-2]))?$/.test(asked) ? asked : usualMonth;
  return { view, kind: of.includes("-") ? "month" : "year", of, district: query.get("area") };
}

/** The month to which most of the last nights belong: at its beginning the one before is what people want to see. */
export function usualMonth(
  districts: Iterable<Pick<DistrictView, "trend">>,
  nowMs: number,
  timeZone: string,
): string {
  const counts = new Map<string, number>();
  for (const { trend } of districts)
    for (const { date } of trend) counts.set(date.slice(0, 7), (counts.get(date.slice(0, 7)) ?? 0) + 1);
  const [most] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? 1 : -1));
  return most?.[0] ?? localDateOf(nowMs, timeZone).slice(0, 7);
}

/** The newest first. */
export function periodsOffered(kind: PeriodKind, nowMs: number, timeZone: string): readonly string[] {
  const [year = 0, month = 1] = localDateOf(nowMs, timeZone).split("-").map(Number);
  if (kind === "year") return Array.from({ length: YEARS_OFFERED }, (_, back) => String(year - back));
  return Array.from({ length: MONTHS_OFFERED }, (_, back) => {
    const months = year * 12 + month - 1 - back;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  });
}
