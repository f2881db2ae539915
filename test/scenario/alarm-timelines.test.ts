/** Days in a control room on a clock of the test's own: what the operator is asked, and what they are spared. */
import { describe, expect, test } from "vitest";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Night } from "../../src/model/night.ts";
import { RULES, START_MS, verdict } from "../alarm/sample-verdicts.ts";
import { timeline } from "../alarm/timeline.ts";
import * as synthetic from "../detect/synthetic-district.ts";

type Time = ReturnType<typeof timeline>;

/** What stands, a line for each alarm: its state, and what hides it. */
function list(time: Time): readonly string[] {
  const lines = time.standing().map(({ verdict, state, shelved, suppressed, outOfService }) => {
    const overlays = [shelved && "shelved", suppressed && "suppressed", outOfService && "out of service"];
    return [`${verdict.subject.id} ${verdict.kind}: ${state}`, ...overlays.filter(Boolean)].join(", ");
  });
  return lines.sort();
}

function asked(time: Time): number {
  return time.log.filter(
    ({ body }) =>
      body.kind === "alarm" && (body.change.type === "activated" || body.change.type === "re-alarmed"),
  ).length;
}

describe("one cause, one alarm", () => {
  test("a burst at noon that every night finds again is one alarm, acknowledged once", () => {
    const burstMs = synthetic.START_MS + 25 * DAY_MS + 12 * HOUR_MS;
    const inlets = [
      synthetic.inletFlow("east", 40, 1, (timeMs) => (timeMs >= burstMs ? 9 : 0)),
      synthetic.inletFlow("west", 40, 2),
    ];
    const judge = createUtilityJudge(synthetic.UTILITY, DEFAULT_DETECTION);
    const time = timeline({ ...RULES, utility: synthetic.UTILITY });
    const perHour = HOUR_MS / synthetic.INTERVAL_MS;
    for (let hour = 0; hour < 40 * 24; hour += 1) {
      const found = judge.take(
        inlets.map((inlet) => synthetic.slice(inlet, hour * perHour, (hour + 1) * perHour)),
      );
      time.passes(HOUR_MS);
      for (const night of found.nights) time.sleeps(night);
      time.finds(...found.verdicts);
      for (const alarm of time.standing())
        if (alarm.state === "unacknowledged") time.does({ type: "acknowledge", alarm: alarm.id });
    }
    const leaks = time.alarms().filter(({ verdict }) => verdict.subject.kind === "district");
    expect(leaks).toMatchObject([{ state: "acknowledged", activations: 1 }]);
    // Found within the day, before any night could show it.
    expect(leaks[0]!.verdict.decidedMs - burstMs).toBeLessThan(14 * HOUR_MS);
    expect(asked(time)).toBe(1);
  });

  test("the same finding told again and again asks once", () => {
    const time = timeline();
    for (let again = 0; again < 20; again += 1) {
      time.finds(verdict("leak"), verdict("leak"));
      time.passes(MINUTE_MS);
    }
    expect(asked(time)).toBe(1);
    expect(list(time)).toEqual(["north leak: unacknowledged"]);
  });

  test("a meter that flaps twenty times is one alarm that says so, though every end is acknowledged", () => {
    const time = timeline();
    for (let again = 0; again < 20; again += 1) {
      const startMs = time.nowMs();
      time.finds(verdict("sensor-stuck", { startMs, decidedMs: startMs }));
      for (const { id } of time.standing()) time.does({ type: "acknowledge", alarm: id });
      time.passes(10_000);
      const endMs = time.nowMs();
      time.finds(verdict("sensor-stuck", { startMs, endMs, decidedMs: endMs }));
      time.passes(10_000);
    }
    const alarms = time.alarms();
    // The first is acknowledged and over; the third within a minute shows that it chatters, and is the second again.
    expect(alarms.map(({ activations }) => activations)).toEqual([1, 19]);
    expect(alarms.at(-1)?.chattering).toBe(true);
  });
});

describe("hidden, and evaluated all the same", () => {
  test("a meter that is exchanged: out of service in the morning, its faults hidden until it is back", () => {
    const time = timeline();
    time.finds(verdict("sensor-stuck"));
    const [alarm] = time.alarms();
    const id = alarm?.id ?? "";
    time.does({ type: "take-out-of-service", alarm: id, reason: "meter exchanged" });
    expect(list(time)).toEqual(["inlet sensor-stuck: unacknowledged, out of service"]);
    time.passes(2 * HOUR_MS);
    const endMs = time.nowMs();
    time.finds(verdict("sensor-stuck", { endMs, decidedMs: endMs }));
    expect(list(time)).toEqual(["inlet sensor-stuck: returned-unacknowledged, out of service"]);
    time.passes(HOUR_MS);
    time.finds(verdict("sensor-stuck", { decidedMs: time.nowMs() }));
    time.passes(40 * DAY_MS);
    expect(list(time)).toEqual(["inlet sensor-stuck: unacknowledged, out of service"]);
    time.does({ type: "return-to-service", alarm: id });
    expect(list(time)).toEqual(["inlet sensor-stuck: unacknowledged"]);
  });

  test("a long repair: shelved, found larger, off the shelf by itself, and asking for the larger flow", () => {
    const time = timeline();
    time.finds(verdict("leak", { flowM3h: 5 }));
    const id = time.alarms()[0]?.id ?? "";
    time.does({ type: "acknowledge", alarm: id });
    const untilMs = time.nowMs() + 3 * DAY_MS;
    time.does({ type: "shelve", alarm: id, reason: "pipe ordered", untilMs });
    time.passes(DAY_MS);
    time.finds(verdict("leak", { flowM3h: 9 }));
    expect(list(time)).toEqual(["north leak: unacknowledged, shelved"]);
    time.passes(2 * DAY_MS);
    expect(list(time)).toEqual(["north leak: unacknowledged"]);
  });

  test("a bad day: works, a silent site and no supply hide what they explain, each for as long as it lasts", () => {
    const works = {
      districts: ["north"],
      fromMs: START_MS,
      toMs: START_MS + 6 * HOUR_MS,
      reason: "flushing",
      kinds: ["leak" as const],
    };
    const time = timeline({ ...RULES, plannedWorks: [works] });
    time.finds(verdict("leak"));
    time.finds(verdict("data-gap", { id: "inlet" }), verdict("data-gap", { id: "outlet" }));
    time.finds(verdict("sensor-dead", { id: "outlet" }));
    expect(list(time)).toEqual([
      "inlet data-gap: unacknowledged, suppressed",
      "north leak: unacknowledged, suppressed",
      "outlet data-gap: unacknowledged, suppressed",
      "outlet sensor-dead: unacknowledged",
      "station-1 telemetry-outage: unacknowledged",
    ]);
    time.sleeps(dryNight("south"));
    time.passes(6 * HOUR_MS);
    const endMs = time.nowMs();
    time.finds(verdict("data-gap", { id: "inlet", endMs, decidedMs: endMs }));
    expect(list(time)).toEqual([
      "inlet data-gap: returned-unacknowledged",
      "north leak: unacknowledged",
      "outlet data-gap: unacknowledged",
      "outlet sensor-dead: unacknowledged, suppressed",
      "station-1 telemetry-outage: returned-unacknowledged",
    ]);
  });
});

function dryNight(district: string): Night {
  return {
    district,
    date: "2026-03-01",
    windowStartMs: START_MS - 3 * HOUR_MS,
    windowEndMs: START_MS - HOUR_MS,
    completeness: 1,
    outcome: { kind: "not-assessable", because: [{ code: "supply-off", figures: {} }] },
  };
}
