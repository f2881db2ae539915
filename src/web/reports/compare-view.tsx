/** Districts of our own and of partner utilities in one table, and the way to give and take such figures. */
import type { ExchangeArea, ExchangeFile, Partner } from "../../model/exchange-file.ts";
import { leakageBandOf, wasrebBandOf } from "../../model/loss-bands.ts";
import type { Utility } from "../../model/utility.ts";
import { useAnswer } from "../shell/ask-centre.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE } from "../words/words.ts";
import { ExchangePanel } from "./exchange-panel.tsx";
import type { ReportPlace } from "./report-place.ts";

interface Compared extends ExchangeArea {
  /** Null for our own. */
  readonly partner: string | null;
  readonly period: string;
}

export interface CompareViewProps {
  readonly place: ReportPlace;
  readonly utility: Utility;
}

export function CompareView({ place, utility }: CompareViewProps) {
  const { text } = useWords();
  const { kind, of } = place;
  const path = `/api/v1/exchange/${kind}?of=${of}&names=names&utility=${encodeURIComponent(utility.name.slice(0, 100))}`;
  const own = useAnswer<ExchangeFile>(path);
  const partners = useAnswer<{ readonly partners: readonly Partner[] }>("/api/v1/partners");
  const imported = partners.answer?.partners ?? [];
  return (
    <>
      <section class="panel compare" aria-labelledby="compare-heading">
        <h2 id="compare-heading">{text.reports.compare}</h2>
        {own.problem !== null && <p role="alert">{filled(text.reports.failed, { message: own.problem })}</p>}
        {own.answer && own.of === path ? (
          <CompareTable areas={comparedOf(own.answer, imported)} />
        ) : (
          own.problem === null && <p>{text.reports.fetching}</p>
        )}
        <p class="quiet">{text.reports.compareKey}</p>
      </section>
      <ExchangePanel place={place} utility={utility} partners={imported} onChanged={partners.askAgain} />
    </>
  );
}

/** The most leaking first; what is not known last. */
function comparedOf(own: ExchangeFile, partners: readonly Partner[]): readonly Compared[] {
  const areas = [
    ...own.areas.map((area) => ({ ...area, partner: null, period: own.period.name })),
    ...partners.flatMap(({ name, file }) =>
      file.areas.map((area) => ({ ...area, partner: name, period: file.period.name })),
    ),
  ];
  const losses = (area: ExchangeArea) => area.realLossesLPerConnectionDayWsp ?? Number.NEGATIVE_INFINITY;
  return areas.sort((a, b) => losses(b) - losses(a) || (a.name < b.name ? -1 : 1));
}

function CompareTable({ areas }: { readonly areas: readonly Compared[] }) {
  const words = useWords();
  const { text, significant, period } = words;
  const { units } = text.reports;
  const columns: readonly (readonly [string, string, (area: Compared) => number | null])[] = [
    [text.reports.connections, "", ({ connections }) => connections],
    [text.reports.supplyHours, units.hours, (area) => area.supplyHoursPerDay],
    [text.reports.nrw, "%", (area) => area.nrwPercent],
    [text.reports.nrwKm, units.km, (area) => area.nrwM3PerKmDay],
    [text.reports.nrwConnection, units.connection, (area) => area.nrwM3PerConnectionDay],
    [text.reports.realLossesWsp, units.litres, (area) => area.realLossesLPerConnectionDayWsp],
    [text.reports.ili, "", ({ ili }) => ili],
    [text.reports.medianMinimum, units.litresHour, (area) => area.minimumNightFlowLPerConnectionH],
  ];
  const written = (value: number | null) => (value === null ? NONE : significant(value, 3));
  return (
    <div class="wide-table">
      <table class="balance compared">
        <thead>
          <tr>
            <th scope="col">{text.reports.area}</th>
            {columns.map(([name, unit]) => (
              <th key={name} scope="col" class="figure">
                {name} <small>{unit}</small>
              </th>
            ))}
            <th scope="col">WASREB</th>
          </tr>
        </thead>
        <tbody>
          {areas.map((area) => (
            <tr key={`${area.partner} ${area.name}`} class={area.partner === null ? "own" : "partner"}>
              <th scope="row">
                {area.kind === "utility" ? <strong>{area.name}</strong> : area.name}
                <small>
                  {area.partner ?? text.reports.own}
                  {area.partner !== null && ` · ${period(area.period)}`}
                </small>
              </th>
              {columns.map(([name, unit, figure], index) => (
                <td key={name} class="figure" data-name={name} data-unit={unit}>
                  {index === 0 ? words.volumeNumber(area.connections) : written(figure(area))}
                  {name === text.reports.ili && <IliBand area={area} />}
                </td>
              ))}
              <td class="from" data-name="WASREB">
                <Wasreb percent={area.nrwPercent} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function IliBand({ area }: { readonly area: ExchangeArea }) {
  const { text } = useWords();
  if (area.ili === null) return null;
  const band = leakageBandOf(area.ili);
  return (
    <small title={area.iliOutsideValidity ? text.reports.outside : undefined}>
      {band === "below-unavoidable" ? text.reports.belowUnavoidable : band}
      {area.iliOutsideValidity && " *"}
    </small>
  );
}

function Wasreb({ percent }: { readonly percent: number | null }) {
  const { text } = useWords();
  const band = percent === null ? null : wasrebBandOf(percent);
  return <>{band === null ? NONE : text.reports.wasrebBands[band]}</>;
}
