/** Messages of the live protocol that the page's tests speak in. */
import type { AlarmState } from "../../src/model/alarm.ts";
import type { AlarmView, ServerMessage, Snapshot } from "../../src/model/live.ts";
import type { Verdict } from "../../src/model/verdict.ts";

export const NOW_MS = Date.UTC(2026, 2, 1, 6);

export const VERDICT: Verdict = {
  key: "district:north:leak:2026-03-01T00:00:00.000Z",
  subject: { kind: "district", id: "north" },
  kind: "leak",
  startMs: NOW_MS - 6 * 3_600_000,
  endMs: null,
  decidedMs: NOW_MS - 3_600_000,
  size: { estimate: 6, low: 5, high: 7 },
  confidence: 0.9,
  evidence: [],
  ruledOut: [],
  missing: [],
};

export function alarmView(id: string, change: Partial<AlarmView> = {}): AlarmView {
  const state: AlarmState = "unacknowledged";
  return {
    id,
    state,
    shelved: null,
    suppressed: null,
    outOfService: null,
    verdict: VERDICT,
    activatedMs: NOW_MS,
    acknowledgedMs: null,
    acknowledgedBy: null,
    acknowledgedAs: null,
    confirmed: null,
    assigned: null,
    clearedMs: null,
    activations: 1,
    chattering: false,
    work: null,
    comments: [],
    rationalisation: {
      kind: "leak",
      priority: "medium",
      cause: "",
      consequence: "",
      response: "",
      timeToRespondMs: 0,
    },
    explanation: [],
    lostM3: 36,
    lostUntilMs: null,
    lostMoney: 18,
    moneyPerDay: 72,
    ...change,
  };
}

export function snapshot(cursor: number, change: Partial<Snapshot> = {}): ServerMessage {
  return {
    type: "snapshot",
    cursor,
    snapshot: {
      nowMs: NOW_MS,
      demo: false,
      configuration: "one",
      utility: { id: "u", name: "Utility", currency: "KES", sensors: [], districts: [] },
      districts: [],
      alarms: [],
      latest: [],
      sites: [],
      ...change,
    },
  };
}
