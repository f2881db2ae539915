import { describe, expect, test } from "vitest";
import { type AlarmEvent, applyChange, type ChangeType } from "../../src/alarm/alarm-life-cycle.ts";
import { type Alarm, type AlarmChange, type AlarmState, isRefusal } from "../../src/model/alarm.ts";
import { START_MS, verdict } from "./sample-verdicts.ts";

const leak = verdict("leak");

const CHANGES: Record<ChangeType, AlarmChange> = {
  activated: { type: "activated", verdict: leak },
  "re-alarmed": { type: "re-alarmed", verdict: leak },
  revised: { type: "revised", verdict: leak },
  cleared: { type: "cleared", verdict: null },
  acknowledged: { type: "acknowledged" },
  confirmed: { type: "confirmed" },
  commented: { type: "commented", text: "crew sent" },
  assigned: { type: "assigned", to: "juma" },
  "worked-on": {
    type: "worked-on",
    work: { step: "opened", crew: "leak crew 2", reference: null, dueMs: START_MS + 100 },
  },
  shelved: { type: "shelved", reason: "repair planned", untilMs: START_MS + 100 },
  unshelved: { type: "unshelved" },
  suppressed: { type: "suppressed", reason: "supply off" },
  unsuppressed: { type: "unsuppressed" },
  "taken-out-of-service": { type: "taken-out-of-service", reason: "meter exchanged" },
  "returned-to-service": { type: "returned-to-service" },
};

const event = (type: ChangeType, timeMs = START_MS): AlarmEvent => ({
  alarm: "the-alarm",
  timeMs,
  actor: "amina",
  change: CHANGES[type],
});

function applied(alarm: Alarm | null, ...types: ChangeType[]): Alarm {
  let now = alarm;
  for (const type of types) {
    const outcome = applyChange(now, event(type));
    if (isRefusal(outcome)) throw new Error(`${type}: ${outcome.message}`);
    now = outcome;
  }
  if (!now) throw new Error("no change given");
  return now;
}

const IN_STATE: Record<AlarmState, Alarm> = {
  unacknowledged: applied(null, "activated"),
  acknowledged: applied(null, "activated", "acknowledged"),
  "returned-unacknowledged": applied(null, "activated", "cleared"),
  normal: applied(null, "activated", "acknowledged", "cleared"),
};

/** Written out by hand from ISA-18.2, so that the table in the code is compared with something. No overlay is on. */
const EXPECTED: Record<AlarmState, Record<ChangeType, string>> = {
  normal: {
    activated: "unacknowledged",
    "re-alarmed": "refused: not-active",
    revised: "normal",
    cleared: "refused: not-active",
    acknowledged: "refused: nothing-to-acknowledge",
    confirmed: "refused: not-active",
    commented: "normal",
    assigned: "refused: not-standing",
    "worked-on": "refused: not-standing",
    shelved: "refused: not-standing",
    unshelved: "refused: not-shelved",
    suppressed: "normal",
    unsuppressed: "refused: not-suppressed",
    "taken-out-of-service": "refused: not-standing",
    "returned-to-service": "refused: in-service",
  },
  unacknowledged: {
    activated: "refused: already-active",
    "re-alarmed": "refused: not-acknowledged",
    revised: "unacknowledged",
    cleared: "returned-unacknowledged",
    acknowledged: "acknowledged",
    confirmed: "refused: not-acknowledged",
    commented: "unacknowledged",
    assigned: "unacknowledged",
    "worked-on": "unacknowledged",
    shelved: "unacknowledged",
    unshelved: "refused: not-shelved",
    suppressed: "unacknowledged",
    unsuppressed: "refused: not-suppressed",
    "taken-out-of-service": "unacknowledged",
    "returned-to-service": "refused: in-service",
  },
  acknowledged: {
    activated: "refused: already-active",
    "re-alarmed": "unacknowledged",
    revised: "acknowledged",
    cleared: "normal",
    acknowledged: "refused: already-acknowledged",
    confirmed: "acknowledged",
    commented: "acknowledged",
    assigned: "acknowledged",
    "worked-on": "acknowledged",
    shelved: "acknowledged",
    unshelved: "refused: not-shelved",
    suppressed: "acknowledged",
    unsuppressed: "refused: not-suppressed",
    "taken-out-of-service": "acknowledged",
    "returned-to-service": "refused: in-service",
  },
  "returned-unacknowledged": {
    activated: "unacknowledged",
    "re-alarmed": "refused: not-active",
    revised: "returned-unacknowledged",
    cleared: "refused: not-active",
    acknowledged: "normal",
    confirmed: "refused: not-active",
    commented: "returned-unacknowledged",
    assigned: "returned-unacknowledged",
    "worked-on": "returned-unacknowledged",
    shelved: "returned-unacknowledged",
    unshelved: "refused: not-shelved",
    suppressed: "returned-unacknowledged",
    unsuppressed: "refused: not-suppressed",
    "taken-out-of-service": "returned-unacknowledged",
    "returned-to-service": "refused: in-service",
  },
};

const cases = Object.entries(EXPECTED).flatMap(([state, row]) =>
  Object.entries(row).map(([type, expected]) => ({
    state: state as AlarmState,
    type: type as ChangeType,
    expected,
  })),
);

describe("each change in each state", () => {
  test.each(cases)("$state, $type: $expected", ({ state, type, expected }) => {
    const outcome = applyChange(IN_STATE[state], event(type));
    expect(isRefusal(outcome) ? `refused: ${outcome.code}` : outcome.state).toBe(expected);
  });

  test.each(Object.keys(CHANGES))("an alarm that never was: %s", (type) => {
    const outcome = applyChange(null, event(type as ChangeType));
    if (type === "activated") expect(outcome).toMatchObject({ state: "unacknowledged", activations: 1 });
    else expect(outcome).toMatchObject({ code: "unknown-alarm" });
  });
});

describe("what an alarm remembers", () => {
  test("who acknowledged, and forgets it when the alarm comes back", () => {
    const acknowledged = applied(null, "activated", "acknowledged");
    expect(acknowledged).toMatchObject({ acknowledgedBy: "amina", acknowledgedMs: START_MS });
    const again = applied(acknowledged, "cleared", "activated");
    expect(again).toMatchObject({
      acknowledgedBy: null,
      acknowledgedAs: null,
      clearedMs: null,
      activations: 2,
    });
  });

  test("what was acknowledged, until it asks again; and who is to see to it, throughout", () => {
    const acknowledged = applied(null, "activated", "assigned", "acknowledged");
    expect(acknowledged.acknowledgedAs).toEqual({ kind: "leak", size: leak.size });
    expect(applied(acknowledged, "re-alarmed")).toMatchObject({
      state: "unacknowledged",
      acknowledgedBy: null,
      acknowledgedAs: null,
      assigned: { to: "juma", by: "amina" },
      activations: 1,
    });
  });

  test("who confirmed that the work is done, once, until it asks again", () => {
    const confirmed = applied(null, "activated", "acknowledged", "confirmed");
    expect(confirmed.confirmed).toEqual({ timeMs: START_MS, by: "amina" });
    expect(applyChange(confirmed, event("confirmed"))).toMatchObject({ code: "already-confirmed" });
    expect(applied(confirmed, "re-alarmed", "acknowledged").confirmed).toBeNull();
  });

  test("the verdict that stands now", () => {
    const larger = verdict("leak", { flowM3h: 9 });
    const outcome = applyChange(IN_STATE.acknowledged, {
      alarm: "the-alarm",
      timeMs: START_MS,
      actor: "nightflow",
      change: { type: "revised", verdict: larger },
    });
    expect(outcome).toMatchObject({ state: "acknowledged", verdict: { size: { estimate: 9 } } });
  });

  test("comments with time and name, oldest first", () => {
    expect(applied(null, "activated", "commented", "commented").comments).toEqual([
      { timeMs: START_MS, by: "amina", text: "crew sent" },
      { timeMs: START_MS, by: "amina", text: "crew sent" },
    ]);
  });
});

describe("overlays", () => {
  test("all three at once do not stop the state from moving", () => {
    const hidden = applied(null, "activated", "shelved", "suppressed", "taken-out-of-service");
    const moved = applied(hidden, "cleared", "activated", "acknowledged");
    expect(moved).toMatchObject({
      state: "acknowledged",
      activations: 2,
      shelved: { reason: "repair planned", by: "amina" },
      suppressed: { reason: "supply off" },
      outOfService: { reason: "meter exchanged", by: "amina" },
    });
  });

  test("each is taken off by its own change, in every state", () => {
    const hidden = applied(null, "activated", "shelved", "suppressed", "taken-out-of-service");
    const normal = applied(hidden, "acknowledged", "cleared");
    const bare = applied(normal, "unshelved", "unsuppressed", "returned-to-service");
    expect(bare).toMatchObject({ state: "normal", shelved: null, suppressed: null, outOfService: null });
  });

  test("a shelf until normal ends with the alarm's return; another outlives it", () => {
    const shelve = (untilNormal: boolean) =>
      applyChange(IN_STATE.acknowledged, {
        ...event("shelved"),
        change: { type: "shelved", reason: "seen", untilMs: START_MS + 100, untilNormal },
      }) as Alarm;
    expect(applied(shelve(true), "cleared").shelved).toBeNull();
    expect(applied(shelve(false), "cleared").shelved).toMatchObject({ reason: "seen" });
  });

  test("shelving again replaces reason and expiry; suppressing or taking out again is refused", () => {
    const hidden = applied(null, "activated", "shelved", "suppressed", "taken-out-of-service");
    const longer = applyChange(hidden, {
      alarm: "the-alarm",
      timeMs: START_MS,
      actor: "juma",
      change: { type: "shelved", reason: "pipe ordered", untilMs: START_MS + 200 },
    });
    expect(longer).toMatchObject({
      shelved: { reason: "pipe ordered", untilMs: START_MS + 200, by: "juma" },
    });
    expect(applyChange(hidden, event("suppressed"))).toMatchObject({ code: "already-suppressed" });
    expect(applyChange(hidden, event("taken-out-of-service"))).toMatchObject({
      code: "already-out-of-service",
    });
  });
});
