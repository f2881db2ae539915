/**
 * The file by which utilities show each other how their networks do, version 1: figures of one period, of the utility and of its
 * districts, by name or under codes. JSON; the schema in docs/schema is made from this, and docs/reports.md explains it.
 */
import { z } from "zod";

export const EXCHANGE_FORMAT = "nightflow-exchange";

const figure = z.number().nullable();

export const exchangeAreaSchema = z
  .object({
    kind: z.enum(["utility", "district"]),
    name: z.string().min(1).max(100).describe("a name, or a code such as D1"),
    mainsKm: z.number().min(0),
    connections: z.number().min(0),
    supplyHoursPerDay: z.number().min(0).max(24).nullable().describe("null: not known; so for every figure"),
    systemInputM3PerDay: figure,
    systemInputMarginPercent: z.number().min(0).nullable().describe("95 %"),
    billedM3PerDay: figure,
    nrwPercent: figure.describe("IBNET 6.1; below 0 more was billed than supplied"),
    nrwM3PerKmDay: figure.describe("IBNET 6.2"),
    nrwM3PerConnectionDay: figure.describe("IBNET 6.3"),
    realLossesM3PerDay: figure,
    realLossesBy: z.enum(["balance", "night-flow"]).nullable(),
    realLossesLPerConnectionDayWsp: figure.describe("per day of full supply (w.s.p.)"),
    ili: figure.describe("infrastructure leakage index, by UARL of the hours of supply"),
    iliOutsideValidity: z.boolean().describe("the UARL equation was not made for a network such as this"),
    minimumNightFlowLPerConnectionH: figure,
    excessNightFlowLPerConnectionH: figure,
  })
  .strict();

export const exchangeFileSchema = z
  .object({
    format: z.literal(EXCHANGE_FORMAT),
    version: z.literal(1),
    madeOn: z.iso.date(),
    utility: z.string().min(1).max(100).describe("its name, or whatever it calls itself here"),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, "must be an ISO 3166 code such as KE")
      .optional(),
    period: z
      .object({
        kind: z.enum(["month", "year"]),
        name: z
          .string()
          .regex(/^\d{4}(-(0[1-9]|1[0-2]))?$/, "must be a year such as 2026 or a month such as 2026-03"),
        days: z.number().min(0).max(366).describe("that the figures cover"),
      })
      .strict(),
    areas: z.array(exchangeAreaSchema).min(1).max(2000),
  })
  .strict()
  .superRefine(({ period, areas }, context) => {
    if ((period.kind === "month") !== period.name.includes("-"))
      context.addIssue({ code: "custom", path: ["period", "name"], message: `is not a ${period.kind}` });
    for (const [index, area] of areas.entries())
      for (const [key, message] of contradictionsIn(area))
        context.addIssue({ code: "custom", path: ["areas", index, key], message });
  });

export type ExchangeArea = z.infer<typeof exchangeAreaSchema>;
export type ExchangeFile = z.infer<typeof exchangeFileSchema>;

/** A partner utility's file as it is kept, under the name chosen here. */
export interface Partner {
  readonly id: string;
  readonly name: string;
  readonly file: ExchangeFile;
}

/** Figures are rounded where they are made; more than this apart they contradict each other. */
const ROUNDING_PERCENT = 0.6;

/** A figure that does not follow from the others it is made of: whoever compares by it would be misled. */
function contradictionsIn(area: z.infer<typeof exchangeAreaSchema>): [keyof typeof area, string][] {
  const {
    systemInputM3PerDay: input,
    billedM3PerDay: billed,
    nrwPercent,
    realLossesM3PerDay,
    realLossesBy,
  } = area;
  const found: [keyof typeof area, string][] = [];
  if (input !== null && billed !== null && nrwPercent !== null && input > 0) {
    const follows = (100 * (input - billed)) / input;
    if (Math.abs(follows - nrwPercent) > ROUNDING_PERCENT)
      found.push(["nrwPercent", `is ${nrwPercent}, but input and billed volume give ${follows.toFixed(1)}`]);
  }
  if ((realLossesM3PerDay === null) !== (realLossesBy === null))
    found.push(["realLossesBy", "belongs to realLossesM3PerDay: both or neither"]);
  return found;
}
