/** The report of a period: each district's, and that of all of them together. Pure; what it is made of is handed in. */
import { economicIntervention } from "../leakage/economic-intervention.ts";
import { DAY_MS } from "../model/clock.ts";
import type { AlarmView } from "../model/live.ts";
import { addDays, localDateOf } from "../model/local-time.ts";
import type {
  AreaReport,
  HourlyMeans,
  LeakStatistics,
  Money,
  PeriodSoFar,
  Report,
  ReportBalance,
  ReportSources,
  SupplyFigures,
  SurveyAdvice,
} from "../model/report.ts";
import type { TimeRange } from "../model/sample.ts";
import { topologyOf } from "../model/topology.ts";
import type { District, Utility } from "../model/utility.ts";
import type { VerdictKind } from "../model/verdict.ts";
import { areaIndicators } from "./area-indicators.ts";
import { enteredVolumes } from "./entered-volumes.ts";
import { withoutRanges } from "./hourly-volume.ts";
import { leakStatistics } from "./leak-statistics.ts";
import { nightIndicators, summedNights } from "./night-indicators.ts";
import { reportBalance, summedVolumes } from "./report-balance.ts";
import { periodSoFar } from "./report-period.ts";
import { supplyOf } from "./supply-figures.ts";
import { type InputSources, systemInput } from "./system-input.ts";

/** While one of these stands, what the sensor says is no measurement. */
const NOT_BELIEVED: readonly VerdictKind[] = ["sensor-stuck", "sensor-dead", "sensor-reversed"];
const DAYS_PER_YEAR = 365;

export function makeReport(sources: ReportSources): Report {
  const { utility, districts, kind, name, nowMs, all } = sources;
  const input: InputSources = {
    sensors: new Map(utility.sensors.map((sensor) => [sensor.id, sensor])),
    hours: believed(sources.hours, sources.alarms),
  };
  const alarmsOf = alarmsByDistrict(utility, sources.alarms);
  const areas = districts.map((district) =>
    districtReport(district, sources, input, alarmsOf.get(district.id) ?? []),
  );
  const whole = periodSoFar(kind, name, utility.districts[0]?.timeZone ?? "UTC", nowMs);
  const { months, complete } = whole;
  return {
    utility: utility.name,
    currency: utility.currency,
    period: { kind, name, months },
    madeMs: nowMs,
    complete,
    total: all ? totalReport(areas, whole, sources, input) : null,
    districts: areas,
  };
}

function districtReport(
  district: District,
  sources: ReportSources,
  input: InputSources,
  alarms: readonly AlarmView[],
): AreaReport {
  const { utility, kind, name, nowMs, volumes } = sources;
  const { id, timeZone, night } = district;
  const period = periodSoFar(kind, name, timeZone, nowMs);
  const { range } = period;
  const days = daysOf(range, timeZone);
  const metered = systemInput([district], input);
  const entries = volumes.filter((entry) => entry.district === id && isOver(entry.month, period));
  const balance = reportBalance(
    metered,
    enteredVolumes(period.months, entries, district.balance ?? {}, metered.line),
  );
  const supply = supplyOf(
    district,
    district.pressureSensor === undefined ? undefined : input.hours.get(district.pressureSensor),
  );
  const first = localDateOf(range.fromMs, timeZone);
  const end = addDays(first, days);
  const nights = nightIndicators(
    sources.nightsOf(id).filter(({ date }) => date >= first && date < end),
    supply,
    days,
  );
  const size = {
    mainsKm: night.mainsKm,
    connections: night.connections,
    privatePipesKm: district.balance?.privatePipesKm ?? 0,
  };
  const leaks = leakStatistics(alarms, range);
  const indicators = areaIndicators(size, days, { balance, nights, supply: supply.figures });
  const parts = { balance, nights, supply: supply.figures, indicators, leaks };
  return {
    district: id,
    range,
    days,
    ...parts,
    money: moneyOf(parts, days, district.waterValuePerM3),
    survey: surveyOf(utility, size.mainsKm, district.waterValuePerM3),
  };
}

/** An alarm of a meter between two districts belongs to the first in the configuration. */
function alarmsByDistrict(
  utility: Utility,
  alarms: readonly AlarmView[],
): ReadonlyMap<string, readonly AlarmView[]> {
  const { districtsOf } = topologyOf(utility);
  const found = new Map<string, AlarmView[]>();
  for (const alarm of alarms) {
    const id = districtsOf(alarm.verdict.subject)[0]?.id;
    if (id === undefined) continue;
    const own = found.get(id);
    if (own) own.push(alarm);
    else found.set(id, [alarm]);
  }
  return found;
}

/** Bills of a month that is not over belong to days that have not been measured yet. */
function isOver(month: string, { complete, kind, months }: PeriodSoFar): boolean {
  return months.includes(month) && (complete || kind === "year");
}

function totalReport(
  areas: readonly AreaReport[],
  { range }: PeriodSoFar,
  { utility, districts, alarms }: ReportSources,
  input: InputSources,
): AreaReport {
  const days = daysOf(range, districts[0]?.timeZone ?? "UTC");
  const parts = areas.map((area) => ({ ...area, district: area.district ?? "" }));
  const balance = reportBalance(systemInput(districts, input), summedVolumes(parts));
  const nights = summedNights(parts);
  const supply = meanSupply(areas);
  const sum = (figure: (district: District) => number) =>
    districts.reduce((total, district) => total + figure(district), 0);
  const size = {
    mainsKm: sum(({ night }) => night.mainsKm),
    connections: sum(({ night }) => night.connections),
    privatePipesKm: sum((district) => district.balance?.privatePipesKm ?? 0),
  };
  const known = new Set(districts.map(({ id }) => id));
  const { districtsOf } = topologyOf(utility);
  const leaks = leakStatistics(
    alarms.filter(({ verdict }) => districtsOf(verdict.subject).some(({ id }) => known.has(id))),
    range,
  );
  const indicators = areaIndicators(size, days, { balance, nights, supply });
  const values = new Set(districts.map(({ waterValuePerM3 }) => waterValuePerM3));
  const [value] = values;
  const own = { balance, nights, supply, indicators, leaks };
  return {
    district: null,
    range,
    days,
    ...own,
    // Where water is worth more in one district than in another, money is added up from theirs.
    money: values.size === 1 && value !== undefined ? moneyOf(own, days, value) : summedMoney(areas),
    survey: values.size === 1 && value !== undefined ? surveyOf(utility, size.mainsKm, value) : null,
  };
}

/** Weighted by connections, and not known when one of them is not. */
function meanSupply(areas: readonly AreaReport[]): SupplyFigures {
  const mean = (figure: (supply: SupplyFigures) => number | null): number | null => {
    let sum = 0;
    let weight = 0;
    for (const { supply, indicators } of areas) {
      const value = figure(supply);
      if (value === null) return null;
      sum += value * indicators.connections;
      weight += indicators.connections;
    }
    return weight > 0 ? sum / weight : null;
  };
  const hoursPerDay = mean((supply) => supply.hoursPerDay);
  const measured = areas.every(({ supply }) => supply.hoursBy === "pressure");
  return {
    hoursPerDay,
    hoursBy: hoursPerDay === null ? null : measured ? "pressure" : "configuration",
    pressureM: mean((supply) => supply.pressureM),
    pressureBy: areas.every(({ supply }) => supply.pressureBy === "measured") ? "measured" : "assumed",
  };
}

function moneyOf(
  area: {
    readonly balance: ReportBalance;
    readonly indicators: AreaReport["indicators"];
    readonly leaks: LeakStatistics;
  },
  days: number,
  valuePerM3: number,
): Money {
  const worth = (volumeM3: number | null) => (volumeM3 === null ? null : volumeM3 * valuePerM3);
  const { realLossesM3PerDay } = area.indicators;
  return {
    nonRevenueWater: worth(area.balance.lines.nonRevenueWater.volumeM3),
    realLosses: worth(realLossesM3PerDay === null ? null : realLossesM3PerDay * days),
    leaks: area.leaks.lostM3 * valuePerM3,
    savedPerYear: area.leaks.stoppedM3h * 24 * DAYS_PER_YEAR * valuePerM3,
  };
}

function summedMoney(areas: readonly AreaReport[]): Money {
  const sum = (figure: (money: Money) => number | null) => {
    const values = areas.map(({ money }) => figure(money));
    return values.includes(null) ? null : values.reduce<number>((total, value) => total + (value ?? 0), 0);
  };
  return {
    nonRevenueWater: sum((money) => money.nonRevenueWater),
    realLosses: sum((money) => money.realLosses),
    leaks: areas.reduce((total, { money }) => total + money.leaks, 0),
    savedPerYear: areas.reduce((total, { money }) => total + money.savedPerYear, 0),
  };
}

function surveyOf({ survey }: Utility, mainsKm: number, waterValuePerM3: number): SurveyAdvice | null {
  if (!survey || !(mainsKm > 0) || !(waterValuePerM3 > 0)) return null;
  const { costPerKm: surveyCostPerKm, leakageRiseM3PerKmDayYear } = survey;
  return economicIntervention({ mainsKm, surveyCostPerKm, waterValuePerM3, leakageRiseM3PerKmDayYear });
}

/** Whole local days, also where one of them has 23 or 25 hours. */
function daysOf({ fromMs, toMs }: TimeRange, timeZone: string): number {
  const first = Date.parse(`${localDateOf(fromMs, timeZone)}T00:00:00Z`);
  return Math.round((Date.parse(`${localDateOf(toMs, timeZone)}T00:00:00Z`) - first) / DAY_MS);
}

function believed(
  hours: ReadonlyMap<string, HourlyMeans>,
  alarms: readonly AlarmView[],
): ReadonlyMap<string, HourlyMeans> {
  const faulty = new Map<string, TimeRange[]>();
  for (const { verdict } of alarms) {
    const { subject, kind, startMs, endMs } = verdict;
    if (subject.kind !== "sensor" || !NOT_BELIEVED.includes(kind)) continue;
    const range = { fromMs: startMs, toMs: endMs ?? Number.POSITIVE_INFINITY };
    faulty.set(subject.id, [...(faulty.get(subject.id) ?? []), range]);
  }
  return new Map(
    [...hours].map(([sensor, means]) => [sensor, withoutRanges(means, faulty.get(sensor) ?? [])]),
  );
}
