/**
 * The report of a month or a year, of a district or of all of them together: what src/report makes, the HTTP interface answers with
 * and the page shows. A figure that is not known is null, and the report says why.
 */
import type { VolumeEntry } from "./entry.ts";
import type { ExchangeFile } from "./exchange-file.ts";
import type { AlarmView } from "./live.ts";
import type { LeakageBand, WasrebBand } from "./loss-bands.ts";
import type { Night } from "./night.ts";
import type { TimeRange } from "./sample.ts";
import type { District, Utility } from "./utility.ts";
import type { VerdictKind } from "./verdict.ts";

export type PeriodKind = "month" | "year";

export interface ReportPeriod {
  readonly kind: PeriodKind;
  /** "2026-03" or "2026". */
  readonly name: string;
  /** "2026-03", ...: the months it consists of, those that have begun. */
  readonly months: readonly string[];
}

/** In the order of the standard table of the IWA. */
export const BALANCE_LINES = [
  "systemInput",
  "billedMetered",
  "billedUnmetered",
  "billedAuthorised",
  "unbilledMetered",
  "unbilledUnmetered",
  "unbilledAuthorised",
  "authorised",
  "nonRevenueWater",
  "waterLosses",
  "unauthorised",
  "meterError",
  "dataHandling",
  "apparentLosses",
  "realLosses",
] as const;

export type BalanceLineName = (typeof BALANCE_LINES)[number];

export interface ReportLine {
  readonly volumeM3: number | null;
  /** 95 %, m3. */
  readonly marginM3: number | null;
  readonly from: "measured" | "entered" | "assumed" | "derived" | "unknown";
  /** Of an assumed line: percent, and where the figure comes from. */
  readonly assumed?: { readonly percent: number; readonly source: string };
  /** Why it is not known: months without an entry, sensors without data, or other lines. */
  readonly missing?: {
    readonly what: "months" | "sensors" | "lines" | "districts";
    readonly names: readonly string[];
  };
}

export interface ReportBalance {
  readonly lines: Readonly<Record<BalanceLineName, ReportLine>>;
  readonly meters: readonly MeterShare[];
}

/** What one boundary meter contributed to the system input. */
export interface MeterShare {
  readonly sensor: string;
  /** Signed: water that leaves is negative. Null with too few hours to say. */
  readonly volumeM3: number | null;
  /** Share of the hours that were measured and can be believed, 0..1; the others are filled with the mean of their hour of day. */
  readonly knownShare: number;
  readonly accuracyPercent: number;
  /** The configuration does not say how accurate it is. */
  readonly accuracyAssumed: boolean;
}

export interface NightIndicators {
  /** Of several districts together: those without an assessed night, which the sums leave out. */
  readonly leftOut: readonly string[];
  /** Nights of the period that have been judged, and those of them that could be assessed. */
  readonly judged: number;
  readonly assessed: number;
  /** How often each reason made a night not assessable. */
  readonly notAssessable: Readonly<Record<string, number>>;
  readonly medianMinimumM3h: number | null;
  readonly leastMinimum: { readonly date: string; readonly flowM3h: number } | null;
  /** UKWIR: 20th percentile of the last seven nights, at the beginning of the period and at its end. */
  readonly reportingFirstM3h: number | null;
  readonly reportingLastM3h: number | null;
  /** Means of the assessed nights. */
  readonly legitimateUseM3h: number | null;
  readonly backgroundM3h: number | null;
  readonly excessM3h: number | null;
  readonly bursts: number | null;
  /** Nights whose excess was below zero. */
  readonly negativeNights: number;
  /** Night flow less legitimate use, times the night-day factor, over the days covered. */
  readonly realLossesM3: number | null;
  /** h/day; by measured pressure, or the hours of supply where none is measured. */
  readonly nightDayFactor: number | null;
  readonly nightDayFactorBy: "pressure" | "hours" | null;
}

export interface SupplyFigures {
  readonly hoursPerDay: number | null;
  readonly hoursBy: "pressure" | "configuration" | null;
  /** Mean over the hours of supply. */
  readonly pressureM: number | null;
  readonly pressureBy: "measured" | "assumed";
}

/** What regulators and partners compare by. */
export interface Indicators {
  readonly mainsKm: number;
  readonly connections: number;
  /** IBNET 6.1, 6.2, 6.3. */
  readonly nrwPercent: number | null;
  readonly nrwM3PerKmDay: number | null;
  readonly nrwM3PerConnectionDay: number | null;
  readonly wasreb: WasrebBand | null;
  /** By the balance where it reaches so far, else by night flow. */
  readonly realLossesM3PerDay: number | null;
  readonly realLossesBy: "balance" | "night-flow" | null;
  /** Per day of full supply (w.s.p.). */
  readonly realLossesLPerConnectionDayWsp: number | null;
  readonly unavoidableM3PerDay: number | null;
  readonly ili: number | null;
  readonly iliBand: LeakageBand | null;
  /** Why the UARL equation does not hold here. */
  readonly iliWarnings: readonly string[];
}

/** Awareness, location, repair (IWA): each of what came to its end in the period. */
export interface StageTimes {
  readonly count: number;
  readonly medianMs: number | null;
  readonly longestMs: number | null;
}

export interface LeakStatistics {
  /** Raised in the period, by kind, those about data included. */
  readonly raised: Readonly<Partial<Record<VerdictKind, number>>>;
  /** Leaks and bursts. */
  readonly leaksRaised: number;
  readonly leaksStanding: number;
  readonly awareness: StageTimes;
  readonly location: StageTimes;
  readonly repair: StageTimes;
  /** Repairs reported in the period, by what the night flow says of them. */
  readonly repairs: Readonly<Record<"confirmed" | "not-confirmed" | "unknown" | "pending", number>>;
  /** Of leaks and bursts, in the period, at the size they were last found to have. */
  readonly lostM3: number;
  /** Flow that confirmed repairs stopped. */
  readonly stoppedM3h: number;
}

/** In the utility's currency. */
export interface Money {
  readonly nonRevenueWater: number | null;
  readonly realLosses: number | null;
  readonly leaks: number;
  /** What confirmed repairs save a year, if they last. */
  readonly savedPerYear: number;
}

/** How often it pays to survey (economic intervention). */
export interface SurveyAdvice {
  readonly intervalMonths: number;
  readonly surveyedPercentPerYear: number;
  readonly budgetPerYear: number;
  readonly economicLossesM3PerYear: number;
}

export interface AreaReport {
  /** Null for all districts together. */
  readonly district: string | null;
  readonly range: TimeRange;
  /** Days of the period that are over. */
  readonly days: number;
  readonly balance: ReportBalance;
  readonly nights: NightIndicators;
  readonly supply: SupplyFigures;
  readonly indicators: Indicators;
  readonly leaks: LeakStatistics;
  readonly money: Money;
  readonly survey: SurveyAdvice | null;
}

export interface Report {
  readonly utility: string;
  readonly currency: string;
  readonly period: ReportPeriod;
  readonly madeMs: number;
  /** False while the period has not ended. */
  readonly complete: boolean;
  /** Null for whoever may not see all districts. */
  readonly total: AreaReport | null;
  readonly districts: readonly AreaReport[];
}

/** One mean an hour of a sensor, NaN where there is none. */
export interface HourlyMeans {
  readonly startsMs: Float64Array;
  readonly means: Float64Array;
}

/** What a report is made of. */
export interface ReportSources {
  readonly utility: Utility;
  /** Those to be reported on. */
  readonly districts: readonly District[];
  /** Whether they are all there are, so that a sum of them means something. */
  readonly all: boolean;
  readonly kind: PeriodKind;
  readonly name: string;
  readonly nowMs: number;
  /** By sensor, over the range of the period in its district's zone; one without hours has never sent. */
  readonly hours: ReadonlyMap<string, HourlyMeans>;
  /** Ascending by date. */
  readonly nightsOf: (district: string) => readonly Night[];
  /** Of all time. */
  readonly alarms: readonly AlarmView[];
  readonly volumes: readonly VolumeEntry[];
}

export interface PeriodSoFar extends ReportPeriod {
  readonly range: TimeRange;
  /** The period is over. */
  readonly complete: boolean;
}

export interface ExchangeNaming {
  /** What the utility calls itself in the file. */
  readonly utility: string;
  readonly country?: string | undefined;
  /** Districts by their names, or as D1, D2, ... */
  readonly named: boolean;
}

/** The science of reports, handed to whoever serves them. */
export interface Reporting {
  /** `name` is "2026-03" or "2026". */
  periodSoFar(kind: PeriodKind, name: string, timeZone: string, nowMs: number): PeriodSoFar;
  makeReport(sources: ReportSources): Report;
  exchangeFileOf(report: Report, utility: Utility, naming: ExchangeNaming): ExchangeFile;
}
