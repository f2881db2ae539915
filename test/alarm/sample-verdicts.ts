/** The utility, its rules and the verdicts that the alarm tests speak in. */
import type { AlarmRules } from "../../src/alarm/alarm-book.ts";
import type { Rationalisation } from "../../src/model/alarm.ts";
import type { OperatingPosition } from "../../src/model/alarm-kpi.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { District, Utility } from "../../src/model/utility.ts";
import { type Verdict, type VerdictKind, verdictKey } from "../../src/model/verdict.ts";
import { sampleDistrict } from "../support/sample-district.ts";

export const START_MS = Date.UTC(2026, 2, 1, 2);

export function verdict(
  kind: VerdictKind,
  options: {
    id?: string;
    startMs?: number;
    endMs?: number | null;
    decidedMs?: number;
    flowM3h?: number | null;
  } = {},
): Verdict {
  const { startMs = START_MS, endMs = null, flowM3h = 5 } = options;
  const sensorFault = kind.startsWith("sensor-") || kind === "data-gap";
  const subject = sensorFault
    ? { kind: "sensor" as const, id: options.id ?? "inlet" }
    : { kind: "district" as const, id: options.id ?? "north" };
  return {
    key: verdictKey(subject, kind, startMs),
    subject,
    kind,
    startMs,
    endMs,
    decidedMs: options.decidedMs ?? startMs + 2 * HOUR_MS,
    size: flowM3h === null ? null : { estimate: flowM3h, low: flowM3h * 0.8, high: flowM3h * 1.2 },
    confidence: 0.9,
    evidence: [{ code: "night-flow-rose", figures: { beforeM3h: 2, afterM3h: 2 + (flowM3h ?? 0) } }],
    ruledOut: [],
    missing: [],
  };
}

const RATIONALISATIONS: readonly Rationalisation[] = (
  ["leak", "burst", "sensor-stuck", "sensor-dead", "data-gap", "telemetry-outage"] as const
).map((kind) => ({
  kind,
  priority: kind === "burst" ? "high" : "medium",
  cause: `cause of ${kind}`,
  consequence: `consequence of ${kind}`,
  response: `response to ${kind}`,
  responseIn: { sw: `jibu la ${kind}` },
  timeToRespondMs: 30 * MINUTE_MS,
}));

const district = (id: string, sensor: string): District =>
  sampleDistrict({ id, meters: [{ sensor, sign: 1 }], waterValuePerM3: 0.5 });

export const UTILITY: Utility = {
  id: "nakuru",
  name: "Nakuru",
  currency: "KES",
  sensors: ["inlet", "outlet"].map((id) => ({
    id,
    name: id,
    site: "station-1",
    quantity: "flow",
    intervalMs: 60_000,
  })),
  districts: [district("north", "inlet"), district("south", "outlet")],
};

export const RULES: AlarmRules = { utility: UTILITY, rationalisations: RATIONALISATIONS, plannedWorks: [] };

export const POSITIONS: readonly OperatingPosition[] = [
  { id: "north-desk", name: "North desk", districts: ["north"] },
  { id: "south-desk", name: "South desk", districts: ["south"] },
];
