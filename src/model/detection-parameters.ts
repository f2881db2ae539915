/**
 * What a utility may tune in its judgement: few, named, each with a default that needs no tuning to start. Everything else the
 * detectors learn from a district's own history.
 */
import { z } from "zod";

export const detectionParametersSchema = z
  .object({
    latenessMinutes: z
      .number()
      .min(0)
      .max(1440)
      .default(15)
      .describe(
        "how long a stretch of time waits for a meter that is behind the others before it is judged without it",
      ),
    gapMinutes: z
      .number()
      .min(1)
      .default(30)
      .describe("a longer silence of a sensor is reported as a data gap; never under three of its intervals"),
    stuckMinutes: z
      .number()
      .min(10)
      .default(180)
      .describe("a value that stands still for longer is reported as stuck; never under six samples"),
    burstSigmas: z
      .number()
      .min(3)
      .default(6)
      .describe(
        "times its usual variation that the flow of some hours must stand above what is usual to be a burst",
      ),
    stepSigmas: z
      .number()
      .min(2)
      .default(2.6)
      .describe("times its usual variation that the offset of the last days must be to be a leak"),
    rampSigmas: z
      .number()
      .min(2)
      .default(2.8)
      .describe("times its usual variation that the creeping rise of the last weeks must be to be a leak"),
  })
  .strict();

export type DetectionParameters = z.infer<typeof detectionParametersSchema>;

export const DEFAULT_DETECTION: DetectionParameters = Object.freeze(detectionParametersSchema.parse({}));
