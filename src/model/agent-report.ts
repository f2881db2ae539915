/**
 * What an agent says of itself on its status topic: how full its spool is, how its sources do, which certificates end when, how far its
 * clock is from others. The state of things now; what happened on the way is told in notices.
 */
import { z } from "zod";

const nameSchema = z.string().min(1).max(64);
const timeSchema = z.number().describe("ms since 1970 UTC");
const countSchema = z.number().int().min(0);

const spoolReportSchema = z
  .object({
    heldBatches: countSchema,
    heldBytes: countSchema,
    maxBytes: countSchema.describe("the cap; heldBytes / maxBytes is how full it is"),
    diskFull: z.boolean().describe("the disk has no room, the spool lives on what it has"),
    droppedSamples: countSchema.describe("given up by a limit since the agent started"),
  })
  .describe("what the agent holds that the centre has not acknowledged");

export const SOURCE_KINDS = ["opcua", "mqtt", "sparkplug", "csv", "hand"] as const;

/** `exhausted` is a recording that was played, `failed` one that could not be. */
export const SOURCE_STATES = ["connecting", "connected", "lost", "exhausted", "failed"] as const;

const sourceReportSchema = z
  .object({
    name: nameSchema,
    kind: z.enum(SOURCE_KINDS),
    state: z.enum(SOURCE_STATES),
    sinceMs: timeSchema.describe("when it came into this state"),
    reason: z.string().max(1000).optional().describe("why it is lost or failed"),
    lastValueMs: timeSchema
      .nullable()
      .describe("when its last value came, by the agent's clock; null before the first"),
    items: countSchema.describe("variables, topics, metrics, columns or meters it is to read"),
    lostItems: countSchema.describe("those of them that are not there now"),
    lackingSinceMs: timeSchema.optional().describe("since when not all of them are there"),
    birthsAsked: countSchema
      .optional()
      .describe("how often Sparkplug edge nodes were asked for their births"),
  })
  .describe("one server, broker or recording the agent reads");

const certificateReportSchema = z
  .object({
    of: nameSchema.describe('"uplink", or the name of the source it is used with'),
    owner: z.enum(["agent", "server", "authority"]),
    subject: z.string().max(200),
    fingerprint: z.string().max(100).describe("SHA-1, such as AB:CD:..."),
    notAfterMs: timeSchema.describe("when it ends"),
  })
  .describe("one certificate the agent or the other side uses");

const clockReportSchema = z
  .object({
    against: nameSchema.describe('"centre", or the name of an OPC UA source'),
    aheadMs: z.number().describe("by how much the agent's clock is ahead; negative when it is behind"),
    measuredMs: timeSchema,
  })
  .describe("the agent's clock beside another one");

export const agentReportSchema = z
  .object({
    startedMs: timeSchema,
    spool: spoolReportSchema,
    sources: z.array(sourceReportSchema).max(1000),
    certificates: z.array(certificateReportSchema).max(1000),
    clocks: z.array(clockReportSchema).max(1000),
    configuration: z.object({
      loadedMs: timeSchema.describe("when the configuration in force was read"),
      refused: z.string().max(1000).nullable().describe("why a newer one is not in force"),
    }),
  })
  .describe("how the agent does");

export type AgentReport = z.infer<typeof agentReportSchema>;
export type SpoolReport = z.infer<typeof spoolReportSchema>;
export type SourceReport = z.infer<typeof sourceReportSchema>;
export type CertificateReport = z.infer<typeof certificateReportSchema>;
export type ClockReport = z.infer<typeof clockReportSchema>;
