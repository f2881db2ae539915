/** A report made into the file that utilities show each other, by name or under codes. */
import { EXCHANGE_FORMAT, type ExchangeArea, type ExchangeFile } from "../model/exchange-file.ts";
import type { AreaReport, ExchangeNaming, Report } from "../model/report.ts";
import type { Utility } from "../model/utility.ts";

const L_PER_M3 = 1000;

/** Codes follow the number of connections, so that the order of the configuration tells nothing. */
export function exchangeFileOf(report: Report, utility: Utility, naming: ExchangeNaming): ExchangeFile {
  const names = new Map(utility.districts.map(({ id, name }) => [id, name]));
  const districts = naming.named
    ? report.districts.map((area) => areaOf(area, names.get(area.district ?? "") ?? ""))
    : report.districts
        .toSorted((a, b) => b.indicators.connections - a.indicators.connections)
        .map((area, index) => areaOf(area, `D${index + 1}`));
  const { kind, name } = report.period;
  return {
    format: EXCHANGE_FORMAT,
    version: 1,
    madeOn: new Date(report.madeMs).toISOString().slice(0, 10),
    utility: naming.utility,
    ...(naming.country !== undefined && { country: naming.country }),
    period: { kind, name, days: report.total?.days ?? report.districts[0]?.days ?? 0 },
    areas: [...(report.total ? [areaOf(report.total, naming.utility)] : []), ...districts],
  };
}

function areaOf(
  { district, days, balance, nights, supply, indicators }: AreaReport,
  name: string,
): ExchangeArea {
  const { lines } = balance;
  const perDay = (volumeM3: number | null) => (volumeM3 === null || days === 0 ? null : volumeM3 / days);
  // A sum that leaves districts out is not that of all connections.
  const perConnection = (flowM3h: number | null) =>
    flowM3h === null || nights.leftOut.length > 0 || indicators.connections === 0
      ? null
      : (flowM3h * L_PER_M3) / indicators.connections;
  const input = lines.systemInput;
  const margin = input.volumeM3 && input.marginM3 !== null ? (100 * input.marginM3) / input.volumeM3 : null;
  return {
    kind: district === null ? "utility" : "district",
    name,
    mainsKm: indicators.mainsKm,
    connections: indicators.connections,
    supplyHoursPerDay: rounded(supply.hoursPerDay),
    systemInputM3PerDay: rounded(perDay(input.volumeM3)),
    systemInputMarginPercent: margin !== null && margin >= 0 ? rounded(margin) : null,
    billedM3PerDay: rounded(perDay(lines.billedAuthorised.volumeM3)),
    nrwPercent: rounded(indicators.nrwPercent),
    nrwM3PerKmDay: rounded(indicators.nrwM3PerKmDay),
    nrwM3PerConnectionDay: rounded(indicators.nrwM3PerConnectionDay),
    realLossesM3PerDay: rounded(indicators.realLossesM3PerDay),
    realLossesBy: indicators.realLossesBy,
    realLossesLPerConnectionDayWsp: rounded(indicators.realLossesLPerConnectionDayWsp),
    ili: rounded(indicators.ili),
    iliOutsideValidity: indicators.iliWarnings.length > 0,
    minimumNightFlowLPerConnectionH: rounded(perConnection(nights.medianMinimumM3h)),
    excessNightFlowLPerConnectionH: rounded(perConnection(nights.excessM3h)),
  };
}

/** No meter knows more than four digits. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
