/** What people entered, as events tell it; the compiler holds it to entry.ts by the live stream's check. */
import { z } from "zod";
import { handReadingSchema, volumeEntrySchema } from "./entry.ts";
import { exchangeFileSchema } from "./exchange-file.ts";

const workSchema = z.object({
  districts: z.array(z.string()).readonly(),
  fromMs: z.number(),
  toMs: z.number(),
  reason: z.string(),
  kinds: z
    .array(z.string())
    .readonly()
    .nullable()
    .describe("alarms the works may raise; null: of every kind"),
});

const spanSchema = z
  .object({
    fromMs: z.number(),
    volumeM3: z.number(),
    flowM3h: z.number(),
    measuredM3: z.number().nullable().describe("by the sensor itself; null where it was silent"),
  })
  .describe("what passed the register since its reading before");

export const entrySchema = z
  .discriminatedUnion("type", [
    volumeEntrySchema.extend({ type: z.literal("volume") }),
    handReadingSchema
      .omit({ unit: true })
      .extend({ type: z.literal("hand-reading"), timeMs: z.number(), since: spanSchema.nullable() }),
    z.object({ type: z.literal("work-planned"), id: z.string(), work: workSchema }),
    z.object({ type: z.literal("work-cancelled"), id: z.string() }),
    z.object({
      type: z.literal("partner-imported"),
      id: z.string(),
      name: z.string(),
      file: exchangeFileSchema,
    }),
    z.object({ type: z.literal("partner-removed"), id: z.string() }),
  ])
  .describe("something a person entered");
