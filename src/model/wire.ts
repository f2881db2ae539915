/**
 * Wire format v1, spoken on MQTT between agents and centre. JSON, optionally gzip; documented for third parties in
 * docs/wire.md and docs/schema/. This file is the one source of types, checks and JSON Schema.
 *
 *   agent  -> nightflow/v1/{utility}/{site}/telemetry   QoS 1            TelemetryMessage
 *   agent  -> nightflow/v1/{utility}/{site}/status      QoS 1, retained  StatusMessage (also the last will)
 *   centre -> nightflow/v1/{utility}/{site}/ack         QoS 1, retained  AckMessage
 *
 * A spool numbers its batches 1, 2, 3, ... under an epoch drawn when the spool is created. The centre stores a batch only when it is the
 * next one, or when the agent says by `first` that it holds nothing older. It answers with the highest number
 * stored with no gap before it; the same answer twice asks for everything after it again.
 */
import { z } from "zod";
import { agentReportSchema } from "./agent-report.ts";
import { BAD } from "./status.ts";

export const WIRE_VERSION = "v1";
const ROOT = `nightflow/${WIRE_VERSION}/`;

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Name of a utility, site or sensor: also an MQTT topic level and a file name. */
export const idSchema = z
  .string()
  .regex(idPattern, "must be 1 to 128 letters, digits, '.', '_' or '-', starting with a letter or digit");

const seqSchema = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const wireSeriesSchema = z
  .object({
    sensor: idSchema,
    t: z.array(z.number()).min(1).describe("source times, ms since 1970 UTC"),
    v: z.array(z.number().nullable()).describe("values in the quantity's unit; null where there is none"),
    q: z
      .array(z.number().int().min(0).max(0xffff_ffff))
      .optional()
      .describe("OPC UA status codes, one a value; all good when left out"),
    d: z
      .array(z.number().int().nullable())
      .optional()
      .describe(
        "the server's time less the source's, ms, one a value; null where there is none, and left out when there is none at all",
      ),
  })
  .strict()
  .describe("one sensor's samples as columns of equal length");

export const wireNoticeSchema = z
  .object({
    t: z.number().describe("ms since 1970 UTC"),
    code: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
    sensor: idSchema.optional(),
    figures: z.record(z.string().max(64), z.union([z.number(), z.string().max(1000)])).default({}),
  })
  .strict()
  .describe("something the agent noticed");

export const telemetrySchema = z
  .object({
    epoch: z.string().min(1).max(64).describe("drawn once when the spool is created"),
    seq: seqSchema.describe("grows by one a batch"),
    first: seqSchema
      .optional()
      .describe("lowest number the spool still holds; the batch's own when left out"),
    series: z.array(wireSeriesSchema).max(10_000),
    notices: z.array(wireNoticeSchema).max(10_000).optional(),
  })
  .strict();

export const ackSchema = z.object({
  epoch: z.string().min(1).max(64),
  stored: z.number().int().min(0).describe("every batch up to this one is durably stored"),
  timeMs: z
    .number()
    .optional()
    .describe(
      "the centre's clock when it answered, ms since 1970 UTC: an agent tells by it that its own is wrong",
    ),
});

export const statusSchema = z.object({
  online: z.boolean(),
  timeMs: z.number(),
  version: z.string().max(64).optional(),
  /** Time of the oldest sample not yet acknowledged; null when the spool is empty. */
  oldestUnacknowledgedMs: z.number().nullable().optional(),
  /** Left out by a last will, which a broker speaks, and by third parties. */
  agent: agentReportSchema.optional(),
});

/** Between centres that divide a utility's districts: samples that one has stored and others watch. */
export const storedSchema = z
  .object({
    centre: z.string().min(1).max(200).describe("who stored them, in this run"),
    number: z.number().int().min(1).describe("of this centre's messages on this topic, without a gap"),
    series: wireSeriesSchema.nullable().describe("null when a centre has begun"),
  })
  .strict();

export type StoredMessage = z.infer<typeof storedSchema>;
export type WireSeries = z.infer<typeof wireSeriesSchema>;
export type WireNotice = z.infer<typeof wireNoticeSchema>;
export type TelemetryMessage = z.infer<typeof telemetrySchema>;
export type AckMessage = z.infer<typeof ackSchema>;
export type StatusMessage = z.infer<typeof statusSchema>;

export type Channel = "telemetry" | "ack" | "status";

export function topicOf(utility: string, site: string, channel: Channel): string {
  return `${ROOT}${utility}/${site}/${channel}`;
}

/** Where it is told that samples of a sensor have been stored. */
export function storedTopicOf(utility: string, sensor: string): string {
  return `${ROOT}${utility}/${sensor}/stored`;
}

/** The parts of one of our topics, or undefined for any other topic. */
export function parseTopic(topic: string): { utility: string; site: string; channel: Channel } | undefined {
  // Most of what comes by itself is of others' topics.
  if (!topic.startsWith(ROOT)) return undefined;
  const [utility, site, channel, ...rest] = topic.slice(ROOT.length).split("/");
  if (rest.length > 0) return undefined;
  if (!utility || !site || !idPattern.test(utility) || !idPattern.test(site)) return undefined;
  if (channel !== "telemetry" && channel !== "ack" && channel !== "status") return undefined;
  return { utility, site, channel };
}

/** JSON has no NaN: a missing value is null, and its status is bad. */
export function wireValue(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Server delays as columns inside have them: NaN where there is none. */
export function receivedDelays(delays: readonly (number | null)[] | undefined): Float64Array | undefined {
  return delays && Float64Array.from(delays, (delayMs) => delayMs ?? Number.NaN);
}

/** The status of a value as received: a null value is bad whatever it was said to be. */
export function receivedStatus(value: number | null, status: number | undefined): number {
  if (value === null) return status !== undefined && status >>> 31 === 1 ? status : BAD;
  return status ?? 0;
}
