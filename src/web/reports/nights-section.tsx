/** The nights of the period. */
import type { AreaReport } from "../../model/report.ts";
import type { Utility } from "../../model/utility.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE } from "../words/words.ts";
import { FigureRows } from "./figure-rows.tsx";

export interface NightsSectionProps {
  readonly area: AreaReport;
  readonly utility: Utility;
}

export function NightsSection({ area, utility }: NightsSectionProps) {
  const { text, flow, number, volume, date, counted } = useWords();
  const { nights } = area;
  const flowOf = (m3h: number | null) => (m3h === null ? null : flow(m3h));
  const known: Readonly<Record<string, string>> = text.reports.reasons;
  const reasons = Object.entries(nights.notAssessable).map(
    ([code, count]) => `${known[code] ?? code}: ${count}`,
  );
  const { reportingFirstM3h: first, reportingLastM3h: last } = nights;
  return (
    <section aria-labelledby="nights-heading">
      <h3 id="nights-heading">{text.reports.nights}</h3>
      {nights.leftOut.length > 0 && (
        <p class="quiet">
          {filled(text.reports.leftOut, {
            names: nights.leftOut
              .map((id) => utility.districts.find((one) => one.id === id)?.name ?? id)
              .join(", "),
          })}
        </p>
      )}
      <FigureRows
        rows={[
          { name: text.reports.medianMinimum, figure: flowOf(nights.medianMinimumM3h) },
          {
            name: text.reports.reporting,
            figure: flowOf(last),
            ...(last !== null && {
              beside: filled(text.reports.reportingChange, {
                first: first === null ? NONE : flow(first),
                last: flow(last),
              }),
            }),
          },
          ...(nights.leastMinimum
            ? [
                {
                  name: text.reports.leastNight,
                  figure: flow(nights.leastMinimum.flowM3h),
                  beside: date(nights.leastMinimum.date),
                },
              ]
            : []),
          { name: text.reports.legitimateUse, figure: flowOf(nights.legitimateUseM3h) },
          { name: text.reports.background, figure: flowOf(nights.backgroundM3h) },
          {
            name: text.reports.excess,
            figure: flowOf(nights.excessM3h),
            ...(nights.negativeNights > 0 && {
              beside: counted(text.reports.negative, nights.negativeNights),
            }),
          },
          { name: text.reports.bursts, figure: nights.bursts === null ? null : number(nights.bursts) },
          {
            name: text.reports.realLossesByNight,
            figure: nights.realLossesM3 === null ? null : volume(nights.realLossesM3),
            ...(nights.nightDayFactor !== null &&
              nights.nightDayFactorBy !== null && {
                beside: `${text.reports.nightDayFactor} ${number(nights.nightDayFactor)} ${text.reports.units.hours}, ${text.reports.factorBy[nights.nightDayFactorBy]}`,
              }),
          },
          {
            name: text.reports.assessed,
            figure: filled(text.reports.ofNights, { assessed: nights.assessed, judged: nights.judged }),
            ...(reasons.length > 0 && { beside: `${text.reports.notAssessable}: ${reasons.join(", ")}` }),
          },
        ]}
      />
    </section>
  );
}
