/** The water balance: what came in and where it went, each line with its margin, its source, and what it lacks. */
import { type AreaReport, BALANCE_LINES, type BalanceLineName, type ReportLine } from "../../model/report.ts";
import type { Utility } from "../../model/utility.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE, type Words } from "../words/words.ts";

/** How deep a line stands in the table of the IWA. */
const DEPTH: Readonly<Record<BalanceLineName, number>> = {
  systemInput: 0,
  billedMetered: 2,
  billedUnmetered: 2,
  billedAuthorised: 1,
  unbilledMetered: 2,
  unbilledUnmetered: 2,
  unbilledAuthorised: 1,
  authorised: 0,
  nonRevenueWater: 0,
  waterLosses: 0,
  unauthorised: 2,
  meterError: 2,
  dataHandling: 2,
  apparentLosses: 1,
  realLosses: 1,
};

export interface BalanceSectionProps {
  readonly area: AreaReport;
  readonly utility: Utility;
}

export function BalanceSection({ area, utility }: BalanceSectionProps) {
  const words = useWords();
  const { text } = words;
  const { lines } = area.balance;
  return (
    <section aria-labelledby="balance-heading">
      <h3 id="balance-heading">{text.reports.balance}</h3>
      <table class="balance water-balance">
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col" class="figure">
              {text.reports.volume} <small>m³</small>
            </th>
            <th scope="col" class="figure">
              {text.reports.margin} <small>m³</small>
            </th>
            <th scope="col" class="figure">
              <small>{text.reports.share}</small>
            </th>
            <th scope="col">{text.reports.source}</th>
          </tr>
        </thead>
        <tbody>
          {BALANCE_LINES.map((name) => (
            <Line
              key={name}
              name={name}
              line={lines[name]}
              inputM3={lines.systemInput.volumeM3}
              utility={utility}
            />
          ))}
        </tbody>
      </table>
      <Meters area={area} utility={utility} />
    </section>
  );
}

interface LineProps {
  readonly name: BalanceLineName;
  readonly line: ReportLine;
  readonly inputM3: number | null;
  readonly utility: Utility;
}

function Line({ name, line, inputM3, utility }: LineProps) {
  const words = useWords();
  const { text, volumeNumber, percent } = words;
  const { volumeM3, marginM3, from } = line;
  const share = volumeM3 !== null && inputM3 !== null && inputM3 > 0 ? percent(volumeM3 / inputM3) : NONE;
  return (
    <tr data-line={name} data-depth={DEPTH[name]} class={volumeM3 === null ? "not-known" : ""}>
      <th scope="row">{text.reports.lines[name]}</th>
      <td class="figure">{volumeM3 === null ? text.reports.unknown : volumeNumber(volumeM3)}</td>
      <td class="figure">{marginM3 === null ? NONE : volumeNumber(marginM3)}</td>
      <td class="figure">{share}</td>
      <td class="from">{from === "unknown" ? lackOf(line, utility, words) : originOf(line, words)}</td>
    </tr>
  );
}

function originOf({ from, assumed }: ReportLine, { text, number }: Words): string {
  if (!assumed) return text.reports.from[from];
  const { percent, source } = assumed;
  return filled(text.reports.assumedShare, { percent: number(percent), source });
}

function lackOf({ missing }: ReportLine, utility: Utility, words: Words): string {
  if (!missing || missing.names.length === 0) return "";
  const { text, period } = words;
  if (missing.what === "districts" && missing.names.length === utility.districts.length)
    return text.reports.lacks.everywhere;
  const named = missing.names.map((name) => {
    if (missing.what === "months") return period(name);
    if (missing.what === "lines") return text.reports.lines[name as BalanceLineName];
    const of = missing.what === "sensors" ? utility.sensors : utility.districts;
    return of.find(({ id }) => id === name)?.name ?? name;
  });
  return filled(text.reports.lacks[missing.what], { names: named.join(", ") });
}

function Meters({ area, utility }: BalanceSectionProps) {
  const { text, percent, number, volumeNumber } = useWords();
  const { meters } = area.balance;
  const nameOf = (sensor: string) => utility.sensors.find(({ id }) => id === sensor)?.name ?? sensor;
  return (
    <>
      <h4>{text.reports.meters}</h4>
      <table class="balance meters">
        <tbody>
          {meters.map(({ sensor, volumeM3, knownShare, accuracyPercent, accuracyAssumed }) => (
            <tr key={sensor} class={volumeM3 === null ? "not-known" : ""}>
              <th scope="row">{nameOf(sensor)}</th>
              <td class="figure">
                {volumeM3 === null ? text.reports.unknown : `${volumeNumber(volumeM3)} m³`}
              </td>
              <td class="figure">
                {filled(text.reports.meterKnown, { percent: percent(Math.floor(100 * knownShare) / 100) })}
              </td>
              <td class="from">
                {filled(accuracyAssumed ? text.reports.accuracyAssumed : text.reports.accuracy, {
                  percent: number(accuracyPercent),
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {meters.some(({ knownShare }) => knownShare < 1) && <p class="quiet">{text.reports.gapsFilled}</p>}
    </>
  );
}
