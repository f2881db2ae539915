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

/** What every reading says of itself: which sensor, and which unit it arrives in. */
export const reading = {
  sensor: idSchema,
  quantity: z.enum(QUANTITIES as [Quantity, ...Quantity[]]),
  unit: z.string(),
  /** Reading times scale plus offset is in `unit`: a pulse of 10 L has scale 10, a 4-20 mA card its own two. */
  scale: z
    .number()
    .refine((scale) => scale !== 0, { error: "must not be 0" })
    .default(1),
  offset: z.number().default(0),
};

export interface Conversion {
  readonly factor: number;
  readonly offset: number;
}

/** What turns a reading into the unit inside: times `factor`, plus `offset`. NaN for a unit that is not of the quantity. */
export function conversionOf({
  quantity,
  unit,
  scale,
  offset,
}: {
  readonly quantity: Quantity;
  readonly unit: string;
  readonly scale: number;
  readonly offset: number;
}): Conversion {
  const toInside = factorToInside(quantity, unit) ?? Number.NaN;
  return { factor: scale * toInside, offset: offset * toInside };
}

export function unitFault(issue: { readonly input: unknown }): string {
  const { quantity, unit } = issue.input as { quantity: Quantity; unit: string };
  return `unit "${unit}" is not one of ${quantity}: ${unitsOf(quantity).join(", ")}`;
}

export function unitFits({ quantity, unit }: { quantity: Quantity; unit: string }): boolean {
  return factorToInside(quantity, unit) !== undefined;
}
