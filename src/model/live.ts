/**
 * The live protocol between the centre and a control-room page, version 1: the whole contract of GET /api/v1/live (WebSocket)
 * and of the JSON the HTTP service answers with. Every message is one JSON object.
 *
 *   client: hello {cursor?, configuration?}           without a cursor: snapshot, then changes; with one: the events it missed, then changes
 *   server: snapshot | events | readings | heartbeat | refused
 *   client: act {...}                 acknowledge, comment, shelve, ...; answered by `done` with the same `request`, or `refused`
 *
 * `cursor` is that of the last event the message covers; a client that reconnects with it misses nothing, unless the
 * configuration has changed meanwhile: then it gets a snapshot. Readings are
 * volatile: only the newest of each sensor counts, and they carry no cursor.
 */
import { z } from "zod";
import type { AgentReport } from "./agent-report.ts";
import type { Alarm, Rationalisation } from "./alarm.ts";
import type { StoredEvent } from "./event.ts";
import type { LatestSample } from "./history-store.ts";
import { LIVE_VERSION } from "./live-version.ts";
import type { Night } from "./night.ts";
import type { Utility } from "./utility.ts";
import type { Subject, Verdict } from "./verdict.ts";
import { leakFindingSchema, type WorkOrder } from "./work-order.ts";

export { HEARTBEAT_MS } from "./live-version.ts";

const alarmId = z.string().min(1).max(300);

/** When the crew did it; now when left out. */
const reportedAt = z.number().int().positive().optional();

export const actionSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("acknowledge"), alarm: alarmId }).strict(),
  z.object({ type: z.literal("confirm"), alarm: alarmId }).strict(),
  z.object({ type: z.literal("comment"), alarm: alarmId, text: z.string().min(1).max(2000) }).strict(),
  z.object({ type: z.literal("assign"), alarm: alarmId, to: z.string().min(1).max(100).nullable() }).strict(),
  z
    .object({
      type: z.literal("shelve"),
      alarm: alarmId,
      reason: z.string().min(1).max(500),
      untilMs: z.number().int().positive(),
      untilNormal: z.boolean().optional().describe("also ends when the alarm returns to normal"),
    })
    .strict(),
  z.object({ type: z.literal("unshelve"), alarm: alarmId }).strict(),
  z
    .object({ type: z.literal("take-out-of-service"), alarm: alarmId, reason: z.string().min(1).max(500) })
    .strict(),
  z.object({ type: z.literal("return-to-service"), alarm: alarmId }).strict(),
  z
    .object({
      type: z.literal("open-work"),
      alarm: alarmId,
      crew: z.string().min(1).max(100),
      reference: z.string().min(1).max(100).optional(),
      dueMs: z.number().int().positive(),
    })
    .strict(),
  z
    .object({
      type: z.literal("report-location"),
      alarm: alarmId,
      atMs: reportedAt,
      finding: leakFindingSchema,
    })
    .strict(),
  z
    .object({
      type: z.literal("report-repair"),
      alarm: alarmId,
      atMs: reportedAt,
      finding: leakFindingSchema,
    })
    .strict(),
  z.object({ type: z.literal("close-work"), alarm: alarmId, reason: z.string().min(1).max(500) }).strict(),
]);

/** What an operator may do to an alarm. */
export type Action = z.infer<typeof actionSchema>;

export const CLIENT_MESSAGES = {
  hello: z
    .object({
      type: z.literal("hello"),
      version: z.literal(LIVE_VERSION),
      cursor: z.number().int().min(0).optional().describe("of the last event the client knows"),
      configuration: z
        .string()
        .max(64)
        .optional()
        .describe(
          "of the snapshot it began with; when it is not the centre's any more, a snapshot is the answer",
        ),
    })
    .strict(),
  act: z
    .object({ type: z.literal("act"), request: z.string().min(1).max(64), action: actionSchema })
    .strict(),
} as const;

export const clientMessageSchema = z.discriminatedUnion("type", [CLIENT_MESSAGES.hello, CLIENT_MESSAGES.act]);

export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** An alarm as people see it: the state, why it exists, and what it has cost up to now. */
export interface AlarmView extends Alarm {
  readonly rationalisation: Rationalisation;
  /** Sentences made from the verdict's evidence, in English. */
  readonly explanation: readonly string[];
  /** Since the verdict's start; null where the verdict has no size. */
  readonly lostM3: number | null;
  /** Source time up to which `lostM3` counts: what flows later comes on top, at the verdict's size. Null when no more is lost. */
  readonly lostUntilMs: number | null;
  readonly lostMoney: number | null;
  readonly moneyPerDay: number | null;
}

/** How alarms stand, by the events up to a cursor: the port by which those are served that follow alarms. */
export interface AlarmSource {
  cursor(): number;
  /** Null for one that is not known. */
  alarm(id: string): AlarmView | null;
  /** Newest activation first. */
  alarms(which: "standing" | "all"): readonly AlarmView[];
}

/** A work order with its times as the IWA counts them (awareness, location, repair); null while a time is not known. */
export interface WorkOrderView extends WorkOrder {
  readonly alarm: string;
  readonly subject: Subject;
  /** From the start of the leak, as it was found, to the alarm. */
  readonly awarenessMs: number;
  /** From the alarm to the location. */
  readonly locationMs: number | null;
  /** From the location to the repair. */
  readonly repairMs: number | null;
  readonly lostM3: number | null;
  readonly lostMoney: number | null;
}

/** One district's standing: its last night, and what is wrong with its meters. */
export interface DistrictView {
  readonly district: string;
  readonly lastNight: Night | null;
  /** Minimum night flow of up to 30 nights, oldest first; null for a night that was not assessable. */
  readonly trend: readonly { readonly date: string; readonly minimumNightFlowM3h: number | null }[];
  /** Verdicts that stand (have not ended), about the district or one of its meters. */
  readonly standing: readonly Verdict[];
}

/** Who sends: one agent's or device's link as the centre sees it. */
export interface SiteView {
  readonly site: string;
  readonly online: boolean | null;
  readonly lastHeardMs: number | null;
  readonly oldestUnacknowledgedMs: number | null;
  /** The agent's version, and what it last said of itself and when, by its own clock; null where it never did. */
  readonly version: string | null;
  readonly agent: AgentReport | null;
  readonly agentSaidMs: number | null;
}

export interface Snapshot {
  readonly nowMs: number;
  readonly demo: boolean;
  /** A training exercise: nothing that is shown is real. */
  readonly exercise?: boolean;
  /** Newcomers are shown around. */
  readonly tour?: boolean;
  /** Changes whenever the configuration does. */
  readonly configuration: string;
  readonly utility: Utility;
  readonly districts: readonly DistrictView[];
  readonly alarms: readonly AlarmView[];
  readonly latest: readonly LatestSample[];
  readonly sites: readonly SiteView[];
}

export type ServerMessage =
  | { readonly type: "snapshot"; readonly cursor: number; readonly snapshot: Snapshot }
  /** `alarms` and `districts` hold the new standing of everything that the events changed. */
  | {
      readonly type: "events";
      readonly cursor: number;
      readonly events: readonly StoredEvent[];
      readonly alarms: readonly AlarmView[];
      readonly districts: readonly DistrictView[];
    }
  | {
      readonly type: "readings";
      readonly nowMs: number;
      readonly latest: readonly LatestSample[];
      readonly sites: readonly SiteView[];
    }
  | { readonly type: "heartbeat"; readonly nowMs: number; readonly cursor: number }
  | { readonly type: "done"; readonly request: string }
  | {
      readonly type: "refused";
      readonly request: string | null;
      readonly code: string;
      readonly message: string;
    };
