/** The figures that regulators and partners compare by: IBNET 6.1 to 6.3, WASREB, ILI with the World Bank's band, w.s.p. */
import {
  lossesPerConnectionWhenSupplied,
  unavoidableLossesWhenSupplied,
} from "../leakage/intermittent-supply.ts";
import { nonRevenueWater } from "../leakage/non-revenue-water.ts";
import {
  infrastructureLeakageIndex,
  leakageBand,
  unavoidableRealLosses,
} from "../leakage/unavoidable-real-losses.ts";
import type { Indicators, NightIndicators, ReportBalance, SupplyFigures } from "../model/report.ts";

/** Sums over the districts of an area; UARL is taken at each one's own pressure and hours. */
export interface AreaSize {
  readonly mainsKm: number;
  readonly connections: number;
  readonly privatePipesKm: number;
}

const L_PER_M3 = 1000;

export function areaIndicators(
  size: AreaSize,
  days: number,
  { balance, nights, supply }: { balance: ReportBalance; nights: NightIndicators; supply: SupplyFigures },
): Indicators {
  return {
    ...nrwOf(size, days, balance, supply),
    ...lossesOf(size, days, balance, nights, supply),
    ...sizeOf(size),
  };
}

const sizeOf = ({ mainsKm, connections }: AreaSize) => ({ mainsKm, connections });

function nrwOf(
  { mainsKm, connections }: AreaSize,
  days: number,
  { lines }: ReportBalance,
  supply: SupplyFigures,
) {
  const input = lines.systemInput.volumeM3;
  const billed = lines.billedAuthorised.volumeM3;
  const sizes = mainsKm > 0 && connections > 0 && days > 0;
  if (input === null || billed === null || !(input > 0) || !sizes)
    return { nrwPercent: null, nrwM3PerKmDay: null, nrwM3PerConnectionDay: null, wasreb: null };
  const supplyHoursPerDay = supply.hoursPerDay ?? 0;
  const nrw = nonRevenueWater({
    systemInputM3: input,
    billedM3: billed,
    days,
    mainsKm,
    connections,
    supplyHoursPerDay,
  });
  return {
    nrwPercent: nrw.percent,
    nrwM3PerKmDay: nrw.m3PerKmDay,
    nrwM3PerConnectionDay: nrw.m3PerConnectionDay,
    wasreb: nrw.wasreb,
  };
}

function lossesOf(
  size: AreaSize,
  days: number,
  { lines }: ReportBalance,
  nights: NightIndicators,
  { hoursPerDay, pressureM }: SupplyFigures,
) {
  const balanced = lines.realLosses.volumeM3;
  const volumeM3 = balanced ?? nights.realLossesM3;
  const realLossesM3PerDay = volumeM3 === null || days === 0 ? null : volumeM3 / days;
  const supplied = hoursPerDay !== null && hoursPerDay > 0;
  const unavoidable = pressureM === null ? null : unavoidableRealLosses(size, pressureM);
  const unavoidableM3PerDay =
    unavoidable && supplied
      ? unavoidableLossesWhenSupplied(unavoidable.lossesLPerDay / L_PER_M3, hoursPerDay).value
      : null;
  const ili =
    realLossesM3PerDay === null || !unavoidableM3PerDay
      ? null
      : infrastructureLeakageIndex(realLossesM3PerDay, unavoidableM3PerDay);
  return {
    realLossesM3PerDay,
    realLossesBy:
      realLossesM3PerDay === null ? null : balanced === null ? ("night-flow" as const) : ("balance" as const),
    realLossesLPerConnectionDayWsp:
      realLossesM3PerDay === null || !supplied || !(size.connections > 0)
        ? null
        : lossesPerConnectionWhenSupplied(realLossesM3PerDay, size.connections, hoursPerDay).value,
    unavoidableM3PerDay,
    ili,
    iliBand: ili === null ? null : leakageBand(ili),
    iliWarnings: unavoidable?.warnings.map(({ code }) => code) ?? [],
  };
}
