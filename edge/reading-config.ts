/** What the configuration of every kind of source is made of: which sensor a reading is of, and the unit it arrives in. */
import { z } from "zod";
import { factorToInside, QUANTITIES, type Quantity, unitsOf } from "../src/model/units.ts";
import { idSchema } from "../src/model/wire.ts";

export const pathSchema = z.string().min(1);
export const nameSchema = z.string().min(1).max(64);

export function urlSchema(...schemes: readonly string[]) {
  return z.string().refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)), {
    error: `must be a URL starting with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
  });
}

/** A register that counts volume, and becomes a flow. */
const counterSchema = z
  .object({
    largestFlowM3h: z.number().positive().describe("what the meter can pass: Q4 on the plate"),
    rolloverAt: z
      .number()
      .positive()
      .optional()
      .describe("the reading at which the register begins again from 0"),
    bothWays: z.boolean().default(false).describe("water that flows back counts down"),
    spanMs: z.number().int().min(1000).default(60_000).describe("a flow is the mean over at least this"),
    longestSpanMs: z
      .number()
      .int()
      .min(1000)
      .default(3_600_000)
      .describe("a mean over more than this is uncertain"),
  })
  .strict();

const UNITS = QUANTITIES.map((quantity) => `${quantity} in ${unitsOf(quantity).join(", ")}`).join("; ");

/** What every reading says of itself: which sensor, and which unit it arrives in. */
export const reading = {
  sensor: idSchema.describe("as in the centre's configuration"),
  quantity: z.enum(QUANTITIES as [Quantity, ...Quantity[]]),
  unit: z.string().describe(`the unit it comes in: ${UNITS}`),
  scale: z
    .number()
    .refine((scale) => scale !== 0, { error: "must not be 0" })
    .default(1)
    .describe("reading times scale plus offset is in unit: a pulse of 10 L has scale 10"),
  offset: z.number().default(0).describe("added after scale"),
  counter: counterSchema.optional().describe("for a register that counts volume and becomes a flow"),
};

export interface ReadingConfig {
  readonly quantity: Quantity;
  readonly unit: string;
  readonly scale: number;
  readonly offset: number;
  readonly counter?: z.infer<typeof counterSchema> | undefined;
}

export interface Conversion {
  readonly factor: number;
  readonly offset: number;
}

/** What turns a reading into the unit inside: times `factor`, plus `offset`. NaN for a unit that is not of the quantity. */
export function conversionOf(config: ReadingConfig): Conversion {
  const toInside = factorToInside(arrivingQuantity(config), config.unit) ?? Number.NaN;
  return { factor: config.scale * toInside, offset: config.offset * toInside };
}

/** A counter's reading arrives as a volume, whatever becomes of it. */
export function arrivingQuantity({
  quantity,
  counter,
}: Pick<ReadingConfig, "quantity" | "counter">): Quantity {
  return counter ? "volume" : quantity;
}

export function unitFault(issue: { readonly input: unknown }): string {
  const config = issue.input as ReadingConfig;
  const { quantity, unit, counter, scale } = config;
  if (counter && quantity !== "flow") return `a counter gives a flow, not a ${quantity}`;
  if (counter && scale < 0) return "a counter's scale must be above 0";
  const arriving = arrivingQuantity(config);
  const what = counter ? "volume, which a counter counts" : arriving;
  return `unit "${unit}" is not one of ${what}: ${unitsOf(arriving).join(", ")}`;
}

export function unitFits(config: ReadingConfig): boolean {
  if (config.counter && (config.quantity !== "flow" || config.scale < 0)) return false;
  return factorToInside(arrivingQuantity(config), config.unit) !== undefined;
}
