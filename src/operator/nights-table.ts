/** Nights as rows, for spreadsheets: each figure a column of its own, and why there are none. Pure. */
import type { Night, NightFlows } from "../model/night.ts";
import type { Column, Table } from "./table.ts";

const FIGURES = [
  "minimumNightFlowM3h",
  "rollingMinimumM3h",
  "legitimateNightUseM3h",
  "backgroundLeakageM3h",
  "netNightFlowM3h",
  "excessNightFlowM3h",
  "equivalentServicePipeBursts",
  "pressureM",
] as const satisfies readonly (keyof NightFlows)[];

export function nightsTable(nights: readonly Night[]): Table {
  const flowsOf = ({ outcome }: Night) => (outcome.kind === "assessed" ? outcome.flows : null);
  const text = (name: string, cell: (night: Night) => string | null): Column => ({
    name,
    kind: "text",
    values: nights.map(cell),
  });
  const number = (name: string, kind: "number" | "time", cell: (night: Night) => number | null): Column => ({
    name,
    kind,
    values: Float64Array.from(nights, (night) => cell(night) ?? Number.NaN),
  });
  return [
    text("district", ({ district }) => district),
    text("date", ({ date }) => date),
    number("windowStart", "time", ({ windowStartMs }) => windowStartMs),
    number("windowEnd", "time", ({ windowEndMs }) => windowEndMs),
    number("completeness", "number", ({ completeness }) => completeness),
    ...FIGURES.map((name) => number(name, "number", (night) => flowsOf(night)?.[name] ?? null)),
    text("pressureSource", (night) => flowsOf(night)?.pressureSource ?? null),
    text("notAssessableBecause", ({ outcome }) =>
      outcome.kind === "not-assessable" ? outcome.because.map(({ code }) => code).join(" ") : null,
    ),
  ];
}
