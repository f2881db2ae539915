/** Which report, of which period, of which district; and the ways to take it away. */
import type { Utility } from "../../model/utility.ts";
import { hrefOf, useRouting } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { periodsOffered, REPORT_VIEWS, type ReportPlace } from "./report-place.ts";

export interface PeriodChoiceProps {
  readonly place: ReportPlace;
  readonly utility: Utility;
  readonly nowMs: number;
}

export function PeriodChoice({ place, utility, nowMs }: PeriodChoiceProps) {
  const { text, period } = useWords();
  const { go } = useRouting();
  const { view, kind, of, district } = place;
  const timeZone = utility.districts[0]?.timeZone ?? "UTC";
  const hrefTo = (change: Partial<ReportPlace>) => {
    const next = { ...place, ...change };
    return hrefOf(next.view === "report" ? ["reports"] : ["reports", next.view], {
      of: next.of,
      area: next.district,
    });
  };
  const choose = (change: Partial<ReportPlace>) => go(hrefTo(change), { replace: true });
  const otherKind = (next: string) =>
    choose({ of: next === "year" ? of.slice(0, 4) : (periodsOffered("month", nowMs, timeZone)[0] ?? of) });
  return (
    <div class="report-choice no-print">
      <nav class="tabs" aria-label={text.reports.heading}>
        {REPORT_VIEWS.map((one) => (
          <a key={one} href={hrefTo({ view: one })} aria-current={one === view ? "page" : undefined}>
            {text.reports.views[one]}
          </a>
        ))}
      </nav>
      <div class="report-filters">
        {view !== "volumes" && (
          <select
            aria-label={text.reports.period}
            value={kind}
            onChange={({ currentTarget }) => otherKind(currentTarget.value)}
          >
            <option value="month">{text.reports.month}</option>
            <option value="year">{text.reports.year}</option>
          </select>
        )}
        <select
          aria-label={text.reports[kind]}
          value={of}
          onChange={({ currentTarget }) => choose({ of: currentTarget.value })}
        >
          {periodsOffered(view === "volumes" ? "month" : kind, nowMs, timeZone).map((name) => (
            <option key={name} value={name}>
              {period(name)}
            </option>
          ))}
        </select>
        {view !== "compare" && (
          <select
            aria-label={text.reports.area}
            value={district ?? ""}
            onChange={({ currentTarget }) => choose({ district: currentTarget.value || null })}
          >
            {view === "report" && <option value="">{text.reports.allDistricts}</option>}
            {utility.districts.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        {view === "report" && (
          <>
            <button type="button" onClick={() => print()}>
              {text.reports.print}
            </button>
            <a class="button" href={`/api/v1/reports/${kind}?of=${of}&format=csv`} download>
              {text.reports.csv}
            </a>
          </>
        )}
      </div>
    </div>
  );
}
