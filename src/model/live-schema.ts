/** What the centre says on the live stream, as schemas; the compiler holds them to the types of live.ts. */
import { z } from "zod";
import { agentReportSchema } from "./agent-report.ts";
import { alarmViewSchema, instantMs, nightSchema, storedEventSchema, verdictSchema } from "./alarm-schema.ts";
import type { ServerMessage } from "./live.ts";

const list = <T extends z.ZodType>(one: T) => z.array(one).readonly();

export const districtViewSchema = z
  .object({
    district: z.string(),
    lastNight: nightSchema.nullable(),
    trend: list(z.object({ date: z.string(), minimumNightFlowM3h: z.number().nullable() })).describe(
      "up to 30 nights, oldest first; null for one that was not assessable",
    ),
    standing: list(verdictSchema).describe("findings that last, about the district or one of its meters"),
  })
  .describe("how one district stands");

export const latestSchema = z
  .object({
    sensor: z.string(),
    timeMs: instantMs,
    value: z.number().nullable().describe("in the quantity's unit; null where there is none"),
    status: z.number().int().describe("OPC UA status code"),
  })
  .describe("the newest sample of a sensor");

export const siteSchema = z
  .object({
    site: z.string(),
    online: z.boolean().nullable(),
    lastHeardMs: instantMs.nullable(),
    oldestUnacknowledgedMs: instantMs.nullable(),
    version: z.string().nullable(),
    agent: agentReportSchema.nullable(),
    agentSaidMs: instantMs.nullable(),
  })
  .describe("one station's link");

const sensorSchema = z.object({
  id: z.string(),
  name: z.string(),
  site: z.string(),
  quantity: z.string(),
  intervalMs: z.number(),
});

/** More is told than stands here: the whole of utility.yaml, for which there is a schema of its own. */
export const utilitySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    currency: z.string().describe("ISO 4217"),
    sensors: list(sensorSchema),
    districts: list(
      z.object({
        id: z.string(),
        name: z.string(),
        timeZone: z.string().describe("IANA"),
        waterValuePerM3: z.number(),
        neighbours: list(z.string()),
      }),
    ),
  })
  .describe("the configured utility, as utility.yaml says it");

const readings = { latest: list(latestSchema), sites: list(siteSchema) };
const cursor = z.number().int().min(0).describe("of the last event the message covers");

export const SERVER_MESSAGES = {
  snapshot: z
    .object({
      type: z.literal("snapshot"),
      cursor,
      snapshot: z.object({
        nowMs: instantMs,
        demo: z.boolean(),
        configuration: z.string().describe("changes whenever the configuration does"),
        utility: utilitySchema,
        districts: list(districtViewSchema),
        alarms: list(alarmViewSchema),
        ...readings,
      }),
    })
    .describe("everything, as it stands"),
  events: z
    .object({
      type: z.literal("events"),
      cursor,
      events: list(storedEventSchema),
      alarms: list(alarmViewSchema),
      districts: list(districtViewSchema),
    })
    .describe("what happened since, with the new standing of all that it changed"),
  readings: z
    .object({ type: z.literal("readings"), nowMs: instantMs, ...readings })
    .describe("the newest readings; volatile, without a cursor"),
  heartbeat: z
    .object({ type: z.literal("heartbeat"), nowMs: instantMs, cursor })
    .describe("every 5 s; a client that hears nothing for 15 s connects again"),
  done: z
    .object({ type: z.literal("done"), request: z.string() })
    .describe("the action with this request is stored"),
  refused: z
    .object({
      type: z.literal("refused"),
      request: z.string().nullable().describe("null where the message was none that is known"),
      code: z.string(),
      message: z.string(),
    })
    .describe("what was asked for is not possible, and why"),
} as const;

export const serverMessageSchema = z.discriminatedUnion("type", [
  SERVER_MESSAGES.snapshot,
  SERVER_MESSAGES.events,
  SERVER_MESSAGES.readings,
  SERVER_MESSAGES.heartbeat,
  SERVER_MESSAGES.done,
  SERVER_MESSAGES.refused,
]);

/** Does not compile when the centre says something that the schemas do not know. */
type Holds<_Said extends z.input<typeof serverMessageSchema>> = true;
export type SchemasHoldTheProtocol = Holds<ServerMessage>;
