/**
 * What a client is told of alarms, nights and events, as schemas: for the description of the live protocol, and for whoever wants to check
 * what they receive. The types are those of the nouns; at the end of live-schema.ts the compiler holds the two together.
 */
import { z } from "zod";
import { PRIORITIES } from "./alarm.ts";
import { entrySchema } from "./entry-schema.ts";
import { VERDICT_KINDS } from "./verdict.ts";
import { leakFindingSchema } from "./work-order.ts";

export const instantMs = z.number().describe("ms since 1970 UTC");
const figures = z.record(z.string(), z.union([z.number(), z.string()])).readonly();
const list = <T extends z.ZodType>(one: T) => z.array(one).readonly();

const kindSchema = z.enum(VERDICT_KINDS);
const reasonSchema = z.object({ code: z.string(), figures });

const sizeSchema = z
  .object({ estimate: z.number(), low: z.number(), high: z.number() })
  .describe("m3/h, with its 95 % interval");

const subjectSchema = z.object({
  kind: z.enum(["district", "sensor", "site"]),
  id: z.string(),
});

export const verdictSchema = z
  .object({
    key: z.string().describe("the same finding made again, or revised by late data, has the same key"),
    subject: subjectSchema,
    kind: kindSchema,
    startMs: instantMs,
    endMs: instantMs.nullable().describe("null while it lasts"),
    decidedMs: instantMs.describe("source time of the sample that decided it"),
    size: sizeSchema.nullable().describe("the flow lost, or saved by a repair"),
    confidence: z.number().min(0).max(1),
    evidence: list(reasonSchema),
    ruledOut: list(z.object({ kind: kindSchema, because: reasonSchema })),
    missing: list(reasonSchema),
  })
  .describe("what was found, with its reasons");

const checkSchema = z.object({
  outcome: z.enum(["confirmed", "not-confirmed", "unknown"]),
  beforeM3h: z.number().nullable(),
  afterM3h: z.number().nullable(),
  expectedDropM3h: z.number().nullable(),
});

const workStepSchema = z.discriminatedUnion("step", [
  z.object({
    step: z.literal("opened"),
    crew: z.string(),
    reference: z.string().nullable(),
    dueMs: instantMs,
  }),
  z.object({ step: z.literal("located"), atMs: instantMs, finding: leakFindingSchema }),
  z.object({ step: z.literal("repaired"), atMs: instantMs, finding: leakFindingSchema }),
  z.object({ step: z.literal("checked"), check: checkSchema }),
  z.object({ step: z.literal("closed"), reason: z.string() }),
]);

const reason = z.string();

export const alarmChangeSchema = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("activated"),
      verdict: verdictSchema,
      chattering: z.boolean().optional(),
    }),
    z.object({ type: z.literal("re-alarmed"), verdict: verdictSchema }),
    z.object({ type: z.literal("revised"), verdict: verdictSchema }),
    z.object({ type: z.literal("cleared"), verdict: verdictSchema.nullable() }),
    z.object({ type: z.literal("acknowledged") }),
    z.object({ type: z.literal("confirmed") }),
    z.object({ type: z.literal("commented"), text: z.string() }),
    z.object({ type: z.literal("assigned"), to: z.string().nullable() }),
    z.object({ type: z.literal("worked-on"), work: workStepSchema }),
    z.object({
      type: z.literal("shelved"),
      reason,
      untilMs: instantMs,
      untilNormal: z.boolean().optional(),
    }),
    z.object({ type: z.literal("unshelved") }),
    z.object({ type: z.literal("suppressed"), reason }),
    z.object({ type: z.literal("unsuppressed") }),
    z.object({ type: z.literal("taken-out-of-service"), reason }),
    z.object({ type: z.literal("returned-to-service") }),
  ])
  .describe("one step in the life of an alarm");

export const workOrderSchema = z.object({
  crew: z.string(),
  reference: z.string().nullable(),
  dueMs: instantMs,
  openedMs: instantMs,
  openedBy: z.string(),
  locatedMs: instantMs.nullable(),
  repairedMs: instantMs.nullable(),
  finding: leakFindingSchema.nullable(),
  expectedDropM3h: z.number().nullable(),
  check: checkSchema.nullable(),
  closed: z.object({ timeMs: instantMs, by: z.string(), reason }).nullable(),
});

export const rationalisationSchema = z.object({
  kind: kindSchema,
  priority: z.enum(PRIORITIES),
  cause: z.string(),
  consequence: z.string(),
  response: z.string(),
  responseIn: z.object({ en: z.string(), fr: z.string(), sw: z.string() }).partial().optional(),
  timeToRespondMs: z.number(),
});

export const alarmViewSchema = z
  .object({
    id: z.string(),
    state: z.enum(["normal", "unacknowledged", "acknowledged", "returned-unacknowledged"]),
    shelved: z
      .object({ reason, untilMs: instantMs, untilNormal: z.boolean().optional(), by: z.string() })
      .nullable(),
    suppressed: z.object({ reason }).nullable(),
    outOfService: z.object({ reason, by: z.string() }).nullable(),
    verdict: verdictSchema,
    activatedMs: instantMs,
    acknowledgedMs: instantMs.nullable(),
    acknowledgedBy: z.string().nullable(),
    acknowledgedAs: z.object({ kind: kindSchema, size: sizeSchema.nullable() }).nullable(),
    confirmed: z.object({ timeMs: instantMs, by: z.string() }).nullable(),
    assigned: z.object({ to: z.string(), by: z.string() }).nullable(),
    clearedMs: instantMs.nullable(),
    activations: z.number().int(),
    chattering: z.boolean(),
    work: workOrderSchema.nullable(),
    comments: list(z.object({ timeMs: instantMs, by: z.string(), text: z.string() })),
    rationalisation: rationalisationSchema,
    explanation: list(z.string()).describe("sentences in English"),
    lostM3: z.number().nullable().describe("since the start of the finding"),
    lostUntilMs: instantMs.nullable(),
    lostMoney: z.number().nullable(),
    moneyPerDay: z.number().nullable(),
  })
  .describe("an alarm as people see it: its state, why it exists, what it has cost");

const flowsSchema = z.object({
  minimumNightFlowM3h: z.number(),
  rollingMinimumM3h: z.number().nullable(),
  rollingMinimumStartMs: instantMs.nullable(),
  legitimateNightUseM3h: z.number(),
  backgroundLeakageM3h: z.number(),
  netNightFlowM3h: z.number(),
  excessNightFlowM3h: z.number().describe("negative when parameters or data are wrong"),
  equivalentServicePipeBursts: z.number(),
  pressureM: z.number(),
  pressureSource: z.enum(["measured", "assumed"]),
});

export const nightSchema = z
  .object({
    district: z.string(),
    date: z.string().describe("local date of the morning, YYYY-MM-DD"),
    windowStartMs: instantMs,
    windowEndMs: instantMs,
    completeness: z.number().describe("share of good samples of the worst meter, 0 to 1"),
    outcome: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("assessed"), flows: flowsSchema }),
      z.object({ kind: z.literal("not-assessable"), because: list(reasonSchema) }),
    ]),
  })
  .describe("one district, one night");

export const storedEventSchema = z
  .object({
    cursor: z.number().int().min(1).describe("1, 2, 3, ... in the order of commit"),
    timeMs: instantMs,
    actor: z.string().describe('"nightflow", a station, or who did it'),
    body: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("night"), revision: z.number().int(), night: nightSchema }),
      z.object({ kind: z.literal("verdict"), revision: z.number().int(), verdict: verdictSchema }),
      z.object({ kind: z.literal("alarm"), alarm: z.string(), change: alarmChangeSchema }),
      z.object({
        kind: z.literal("notice"),
        site: z.string(),
        notice: z.object({ timeMs: instantMs, code: z.string(), sensor: z.string().optional(), figures }),
      }),
      z.object({ kind: z.literal("entry"), entry: entrySchema }),
    ]),
  })
  .describe("something that was concluded or done");
