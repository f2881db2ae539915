/** What an agent is told about a Sparkplug B group and the metrics it reads there; the connection's own keys stand with those of MQTT. */
import { z } from "zod";
import { nameSchema, reading, unitFault, unitFits } from "./reading-config.ts";

/** A level of a Sparkplug topic. */
const levelSchema = z.string().regex(/^[^+#/]+$/, "must be one level of a topic, without '+', '#' and '/'");

const metricSchema = z
  .object({
    node: levelSchema.describe("the edge node's id"),
    device: levelSchema.optional().describe("a metric of the edge node itself when left out"),
    metric: z.string().min(1).describe("its name in the births"),
    ...reading,
  })
  .strict()
  .refine(unitFits, { error: unitFault });

export const sparkplugKeys = {
  name: nameSchema,
  group: levelSchema.describe("the group's id"),
  hostId: levelSchema
    .optional()
    .describe("the host id that edge nodes wait for: while the agent is away they keep what they measure"),
  metrics: z.array(metricSchema).min(1),
};

export type SparkplugMetricConfig = z.infer<typeof metricSchema>;
