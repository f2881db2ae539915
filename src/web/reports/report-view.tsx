/** One report as a sheet: for the screen, and for paper. */
import type { AreaReport, Report } from "../../model/report.ts";
import type { Utility } from "../../model/utility.ts";
import { useAnswer } from "../shell/ask-centre.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { BalanceSection } from "./balance-section.tsx";
import { IndicatorsSection } from "./indicators-section.tsx";
import { LeaksSection } from "./leaks-section.tsx";
import { MoneySection } from "./money-section.tsx";
import { NightsSection } from "./nights-section.tsx";
import type { ReportPlace } from "./report-place.ts";

export interface ReportViewProps {
  readonly place: ReportPlace;
  readonly utility: Utility;
}

export function ReportView({ place, utility }: ReportViewProps) {
  const { text } = useWords();
  const { kind, of, district } = place;
  const path = `/api/v1/reports/${kind}?of=${of}`;
  const { answer, of: answered, problem } = useAnswer<Report>(path);
  if (problem !== null)
    return (
      <p class="waiting" role="alert">
        {filled(text.reports.failed, { message: problem })}
      </p>
    );
  if (!answer || answered !== path) return <p class="waiting">{text.reports.fetching}</p>;
  const area =
    answer.districts.find((one) => one.district === district) ?? answer.total ?? answer.districts[0];
  if (!area) return <p class="waiting">{text.reports.unknown}</p>;
  return <Sheet report={answer} area={area} utility={utility} />;
}

interface SheetProps {
  readonly report: Report;
  readonly area: AreaReport;
  readonly utility: Utility;
}

function Sheet({ report, area, utility }: SheetProps) {
  const { text, counted, dayAndTime, calendarDate, period } = useWords();
  const district = utility.districts.find(({ id }) => id === area.district);
  const timeZone = district?.timeZone ?? utility.districts[0]?.timeZone ?? "UTC";
  const dateOf = (timeMs: number) =>
    calendarDate(new Intl.DateTimeFormat("en-CA", { timeZone }).format(timeMs));
  return (
    <article class="panel report" data-report={report.period.name} data-area={area.district ?? ""}>
      <header>
        <p class="quiet">{report.utility}</p>
        <h2>{filled(text.reports.title, { period: period(report.period.name) })}</h2>
        <p>
          <strong>{district?.name ?? text.reports.allDistricts}</strong>
          {" · "}
          {counted(text.reports.covers, area.days, {
            from: dateOf(area.range.fromMs),
            to: dateOf(Math.max(area.range.fromMs, area.range.toMs - 1)),
          })}
        </p>
        {!report.complete && (
          <p role="note" class="not-over">
            {text.reports.notOver}
          </p>
        )}
      </header>
      <div class="report-columns">
        <BalanceSection area={area} utility={utility} />
        <div>
          <IndicatorsSection area={area} />
          <NightsSection area={area} utility={utility} />
        </div>
        <LeaksSection area={area} />
        <MoneySection area={area} currency={report.currency} />
      </div>
      <footer class="quiet">
        {filled(text.reports.made, { time: dayAndTime(report.madeMs, timeZone) })}
      </footer>
    </article>
  );
}
