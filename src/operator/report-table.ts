/** A report as rows for spreadsheets: one figure a row, with its margin, its unit and where it comes from. Pure. */
import { type AreaReport, BALANCE_LINES, type Report, type StageTimes } from "../model/report.ts";
import type { Table } from "./table.ts";

interface Row {
  readonly section: string;
  readonly figure: string;
  readonly value: number | null;
  readonly margin?: number | null;
  readonly unit: string;
  readonly from?: string;
}

export function reportTable(report: Report | null): Table {
  const areas = report ? [...(report.total ? [report.total] : []), ...report.districts] : [];
  const rows = areas.flatMap((area) =>
    rowsOf(area, report?.currency ?? "").map((row) => ({
      ...row,
      area: area.district ?? "all",
      days: area.days,
    })),
  );
  const text = (name: string, cell: (row: (typeof rows)[number]) => string | null) =>
    ({ name, kind: "text", values: rows.map(cell) }) as const;
  const number = (name: string, cell: (row: (typeof rows)[number]) => number | null) =>
    ({ name, kind: "number", values: Float64Array.from(rows, (row) => cell(row) ?? Number.NaN) }) as const;
  return [
    text("period", () => report?.period.name ?? null),
    text("area", ({ area }) => area),
    number("days", ({ days }) => days),
    text("section", ({ section }) => section),
    text("figure", ({ figure }) => figure),
    number("value", ({ value }) => value),
    number("margin95", ({ margin }) => margin ?? null),
    text("unit", ({ unit }) => unit),
    text("from", ({ from }) => from ?? null),
  ];
}

function rowsOf(
  { balance, nights, supply, indicators, leaks, money, survey }: AreaReport,
  currency: string,
): readonly Row[] {
  const rows = (section: string, unit: string, figures: Readonly<Record<string, number | null>>): Row[] =>
    Object.entries(figures).map(([figure, value]) => ({ section, figure, value, unit }));
  const hours = ({ medianMs, longestMs, count }: StageTimes, name: string): Row[] => [
    { section: "leaks", figure: `${name}Count`, value: count, unit: "" },
    ...rows("leaks", "h", { [`${name}Median`]: inHours(medianMs), [`${name}Longest`]: inHours(longestMs) }),
  ];
  const { iliBand, iliWarnings, wasreb, realLossesBy } = indicators;
  return [
    ...BALANCE_LINES.map((name) => {
      const { volumeM3, marginM3, from } = balance.lines[name];
      return { section: "balance", figure: name, value: volumeM3, margin: marginM3, unit: "m3", from };
    }),
    ...balance.meters.map(({ sensor, volumeM3, knownShare }) => ({
      section: "meters",
      figure: sensor,
      value: volumeM3,
      unit: "m3",
      from: `${Math.round(100 * knownShare)} % of hours`,
    })),
    ...rows("nights", "", {
      judged: nights.judged,
      assessed: nights.assessed,
      negative: nights.negativeNights,
    }),
    ...rows("nights", "m3/h", {
      medianMinimum: nights.medianMinimumM3h,
      reportingFirst: nights.reportingFirstM3h,
      reportingLast: nights.reportingLastM3h,
      legitimateUse: nights.legitimateUseM3h,
      background: nights.backgroundM3h,
      excess: nights.excessM3h,
    }),
    ...rows("nights", "m3", { realLosses: nights.realLossesM3 }),
    {
      section: "supply",
      figure: "hours",
      value: supply.hoursPerDay,
      unit: "h/day",
      from: supply.hoursBy ?? "unknown",
    },
    { section: "supply", figure: "pressure", value: supply.pressureM, unit: "m", from: supply.pressureBy },
    {
      section: "indicators",
      figure: "nrw",
      value: indicators.nrwPercent,
      unit: "%",
      from: wasreb ?? "unknown",
    },
    ...rows("indicators", "m3/km/day", { nrw: indicators.nrwM3PerKmDay }),
    ...rows("indicators", "m3/connection/day", { nrw: indicators.nrwM3PerConnectionDay }),
    {
      section: "indicators",
      figure: "realLosses",
      value: indicators.realLossesM3PerDay,
      unit: "m3/day",
      from: realLossesBy ?? "unknown",
    },
    ...rows("indicators", "L/connection/day w.s.p.", {
      realLosses: indicators.realLossesLPerConnectionDayWsp,
    }),
    {
      section: "indicators",
      figure: "ili",
      value: indicators.ili,
      unit: "",
      from: [iliBand ?? "unknown", ...iliWarnings].join(" "),
    },
    ...rows("leaks", "", { raised: leaks.leaksRaised, standing: leaks.leaksStanding }),
    ...hours(leaks.awareness, "awareness"),
    ...hours(leaks.location, "location"),
    ...hours(leaks.repair, "repair"),
    ...rows("leaks", "m3", { lost: leaks.lostM3 }),
    ...rows("leaks", "m3/h", { stopped: leaks.stoppedM3h }),
    ...rows("money", currency, { ...money }),
    ...(survey ? rows("survey", "months", { interval: survey.intervalMonths }) : []),
    ...(survey ? rows("survey", `${currency}/year`, { budget: survey.budgetPerYear }) : []),
  ];
}

function inHours(ms: number | null): number | null {
  return ms === null ? null : ms / 3_600_000;
}
