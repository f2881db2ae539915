/** From alarm to repair, as a crew lives it: nights go by, and the flow is down or it is not. */
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import { addDays } from "../../src/model/local-time.ts";
import type { Night } from "../../src/model/night.ts";
import { START_MS, verdict } from "./sample-verdicts.ts";
import { timeline } from "./timeline.ts";

const LEAK = verdict("leak", { flowM3h: 5 });
const ALARM = LEAK.key;
const FINDING = { where: "main", depthM: 1.2, pipeMaterial: "AC" } as const;

/** The night `count` days after the leak was found; null could not be assessed. */
function night(count: number, minimumNightFlowM3h: number | null): Night {
  const windowStartMs = START_MS + count * DAY_MS;
  return {
    district: "north",
    date: addDays("2026-03-01", count),
    windowStartMs,
    windowEndMs: windowStartMs + 2 * HOUR_MS,
    completeness: 1,
    outcome:
      minimumNightFlowM3h === null
        ? { kind: "not-assessable", because: [{ code: "meter-silent", figures: {} }] }
        : { kind: "assessed", flows: { ...FLOWS, minimumNightFlowM3h } },
  };
}

const FLOWS = {
  rollingMinimumM3h: null,
  rollingMinimumStartMs: null,
  legitimateNightUseM3h: 4,
  backgroundLeakageM3h: 3,
  netNightFlowM3h: 10,
  excessNightFlowM3h: 7,
  equivalentServicePipeBursts: 4,
  pressureM: 50,
  pressureSource: "assumed",
} as const;

/** A leak at work since its first day, with the nights of the days before. */
function atWork() {
  const time = timeline();
  for (const count of [-2, -1, 0]) time.sleeps(night(count, 15));
  time.finds(LEAK);
  time.passes(3 * HOUR_MS);
  time.does({
    type: "open-work",
    alarm: ALARM,
    crew: "crew 2",
    reference: "W-17",
    dueMs: START_MS + 9 * DAY_MS,
  });
  return time;
}

describe("opening", () => {
  test("sends a crew: the alarm is acknowledged and shelved until the crew is due", () => {
    const [alarm] = atWork().standing();
    expect(alarm).toMatchObject({
      state: "acknowledged",
      shelved: { reason: "crew 2 is at work, order W-17", untilMs: START_MS + 9 * DAY_MS, by: "amina" },
      work: { crew: "crew 2", reference: "W-17", openedBy: "amina", openedMs: START_MS + 3 * HOUR_MS },
    });
  });

  test("is refused while a crew is at work, and for an alarm that is over", () => {
    const time = atWork();
    const again = { type: "open-work", alarm: ALARM, crew: "crew 3", dueMs: START_MS + DAY_MS } as const;
    expect(time.does(again)).toBe("work-is-open");
    expect(time.does({ type: "close-work", alarm: ALARM, reason: "nothing heard" })).toEqual(["worked-on"]);
    expect(time.does({ type: "close-work", alarm: ALARM, reason: "again" })).toBe("no-open-work");
    time.finds({ ...LEAK, endMs: START_MS + DAY_MS });
    expect(time.does(again)).toBe("not-standing");
  });

  test("with a due date out of reach changes nothing at all", () => {
    const time = timeline();
    time.finds(LEAK);
    const far = { type: "open-work", alarm: ALARM, crew: "crew 2", dueMs: START_MS + 31 * DAY_MS } as const;
    expect(time.does(far)).toBe("shelf-too-long");
    expect(time.standing()).toMatchObject([{ state: "unacknowledged", work: null, shelved: null }]);
  });
});

test("what is reported adds up to what was found; it cannot lie in the future", () => {
  const time = atWork();
  const future = START_MS + DAY_MS;
  expect(time.does({ type: "report-location", alarm: ALARM, atMs: future, finding: FINDING })).toBe(
    "report-of-the-future",
  );
  time.does({ type: "report-location", alarm: ALARM, atMs: START_MS + 2 * HOUR_MS, finding: FINDING });
  time.passes(HOUR_MS);
  const photo = "https://photos.example/17.jpg";
  time.does({ type: "report-repair", alarm: ALARM, finding: { where: "main", photo } });
  expect(time.standing()[0]?.work).toMatchObject({
    locatedMs: START_MS + 2 * HOUR_MS,
    repairedMs: START_MS + 4 * HOUR_MS,
    finding: { ...FINDING, photo },
    expectedDropM3h: 5,
    check: null,
  });
});

describe("the check after a repair", () => {
  function repaired() {
    const time = atWork();
    time.passes(HOUR_MS);
    time.does({ type: "report-repair", alarm: ALARM, finding: FINDING });
    return time;
  }

  test("confirms it when three nights are down by half of what was lost, and ends the shelf", () => {
    const time = repaired();
    expect(time.sleeps(night(1, 12))).toEqual([]);
    expect(time.sleeps(night(2, 18))).toEqual([]);
    expect(time.sleeps(night(3, null))).toEqual([]);
    expect(time.sleeps(night(4, 12.5))).toEqual(["worked-on", "unshelved"]);
    expect(time.standing()[0]).toMatchObject({
      state: "acknowledged",
      work: { check: { outcome: "confirmed", beforeM3h: 15, afterM3h: 12.5, expectedDropM3h: 5 } },
    });
    expect(time.passes(HOUR_MS)).toEqual([]);
  });

  test("brings the alarm back when they are not; the next repair is checked anew", () => {
    const time = repaired();
    for (const count of [1, 2]) time.sleeps(night(count, 14));
    expect(time.sleeps(night(3, 12.6))).toEqual(["worked-on", "unshelved", "re-alarmed"]);
    expect(time.standing()[0]).toMatchObject({
      state: "unacknowledged",
      shelved: null,
      work: { check: { outcome: "not-confirmed", beforeM3h: 15, afterM3h: 14 } },
    });
    time.passes(4 * DAY_MS);
    time.does({ type: "report-repair", alarm: ALARM, finding: FINDING });
    for (const count of [5, 6]) time.sleeps(night(count, 8));
    expect(time.sleeps(night(7, 8))).toEqual(["worked-on"]);
    expect(time.standing()[0]?.work?.check).toMatchObject({
      outcome: "confirmed",
      beforeM3h: 14,
      afterM3h: 8,
    });
  });

  test("confirms a repair whose leak has cleared by itself", () => {
    const time = repaired();
    time.finds({ ...LEAK, endMs: START_MS + DAY_MS });
    for (const count of [1, 2, 3]) time.sleeps(night(count, 10));
    expect(time.alarms()[0]).toMatchObject({ state: "normal", work: { check: { outcome: "confirmed" } } });
  });

  test("is given up after two weeks without enough nights, and never made without nights before", () => {
    const time = repaired();
    for (const count of [1, 2]) time.sleeps(night(count, 10));
    expect(time.passes(13 * DAY_MS).filter((type) => type === "worked-on")).toEqual([]);
    expect(time.passes(DAY_MS + 1)).toEqual(["worked-on"]);
    expect(time.standing()[0]?.work?.check).toMatchObject({
      outcome: "unknown",
      beforeM3h: 15,
      afterM3h: null,
    });

    const blind = timeline();
    blind.finds(LEAK);
    blind.does({ type: "open-work", alarm: ALARM, crew: "crew 2", dueMs: START_MS + DAY_MS });
    blind.does({ type: "report-repair", alarm: ALARM, finding: FINDING });
    expect(blind.passes(1)).toEqual(["worked-on", "unshelved"]);
    expect(blind.standing()[0]?.work?.check).toMatchObject({ outcome: "unknown" });
  });
});
