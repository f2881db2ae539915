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
};

export function unitFault(issue: { readonly input: unknown }): string {
  const { quantity, unit } = issue.input as { quantity: Quantity; unit: string };
  return `unit "${unit}" is not one of ${quantity}: ${unitsOf(quantity).join(", ")}`;
}

export function unitFits({ quantity, unit }: { quantity: Quantity; unit: string }): boolean {
  return factorToInside(quantity, unit) !== undefined;
}
