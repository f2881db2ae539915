/** The page Reports: what a month or a year came to, how districts and partners compare, and the volumes that nobody measures. */
import { useNow } from "../clock.tsx";
import type { PageProps } from "../shell/page.ts";
import { useRouting } from "../shell/routing.tsx";
import { CompareView } from "./compare-view.tsx";
import { PeriodChoice } from "./period-choice.tsx";
import { reportPlace, usualMonth } from "./report-place.ts";
import { ReportView } from "./report-view.tsx";
import { VolumesForm } from "./volumes-form.tsx";
import "../shell/forms.css";
import "./reports-page.css";

export default function ReportsPage({ network, rest }: PageProps) {
  const { query } = useRouting();
  const nowMs = useNow();
  const { utility, districts } = network;
  const timeZone = utility.districts[0]?.timeZone ?? "UTC";
  const place = reportPlace(rest, query, usualMonth(districts.values(), nowMs, timeZone));
  return (
    <div class="reports-page">
      <PeriodChoice place={place} utility={utility} nowMs={nowMs} />
      {place.view === "report" && <ReportView place={place} utility={utility} />}
      {place.view === "compare" && <CompareView place={place} utility={utility} />}
      {place.view === "volumes" && <VolumesForm place={place} utility={utility} />}
    </div>
  );
}
