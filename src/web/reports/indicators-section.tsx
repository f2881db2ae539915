/** What regulators and partners compare by. */
import type { AreaReport } from "../../model/report.ts";
import { useWords } from "../words/language.tsx";
import { filled, type Words } from "../words/words.ts";
import { FigureRows } from "./figure-rows.tsx";

export function IndicatorsSection({ area }: { readonly area: AreaReport }) {
  const words = useWords();
  const { text, significant, number } = words;
  const { indicators, supply } = area;
  const { units } = text.reports;
  const withUnit = (value: number | null, unit: string, digits = 3) =>
    value === null ? null : `${significant(value, digits)} ${unit}`;
  return (
    <section aria-labelledby="indicators-heading">
      <h3 id="indicators-heading">{text.reports.indicators}</h3>
      <FigureRows
        rows={[
          {
            name: text.reports.nrw,
            figure: withUnit(indicators.nrwPercent, "%"),
            ...(indicators.wasreb && { beside: `WASREB: ${text.reports.wasrebBands[indicators.wasreb]}` }),
          },
          { name: text.reports.nrwKm, figure: withUnit(indicators.nrwM3PerKmDay, units.km) },
          {
            name: text.reports.nrwConnection,
            figure: withUnit(indicators.nrwM3PerConnectionDay, units.connection),
          },
          {
            name: text.reports.lines.realLosses,
            figure: withUnit(indicators.realLossesM3PerDay, units.day),
            ...(indicators.realLossesBy && { beside: text.reports.lossesBy[indicators.realLossesBy] }),
          },
          {
            name: text.reports.realLossesWsp,
            figure: withUnit(indicators.realLossesLPerConnectionDayWsp, units.litres),
          },
          { name: text.reports.unavoidable, figure: withUnit(indicators.unavoidableM3PerDay, units.day) },
          { name: text.reports.ili, figure: withUnit(indicators.ili, "", 2), beside: iliBeside(area, words) },
          {
            name: text.reports.supplyHours,
            figure: supply.hoursPerDay === null ? null : `${number(supply.hoursPerDay)} ${units.hours}`,
            ...(supply.hoursBy && { beside: text.reports.hoursBy[supply.hoursBy] }),
          },
          {
            name: text.reports.pressure,
            figure: supply.pressureM === null ? null : `${number(supply.pressureM)} m`,
            beside: text.reports.pressureBy[supply.pressureBy],
          },
        ]}
      />
    </section>
  );
}

function iliBeside({ indicators: { iliBand, iliWarnings } }: AreaReport, { text }: Words): string {
  const band =
    iliBand === null
      ? ""
      : iliBand === "below-unavoidable"
        ? text.reports.belowUnavoidable
        : filled(text.reports.band, { band: iliBand });
  const known: Readonly<Record<string, string>> = text.reports.warnings;
  const reasons = iliWarnings.map((code) => known[code] ?? code).join(", ");
  return [band, reasons && filled(text.reports.outsideValidity, { reasons })].filter(Boolean).join(". ");
}
