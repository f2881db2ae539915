import { describe, expect, test } from "vitest";
import type { AlarmRules } from "../../src/alarm/alarm-book.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import type { Night } from "../../src/model/night.ts";
import { RULES, START_MS, UTILITY, verdict } from "./sample-verdicts.ts";
import { timeline } from "./timeline.ts";

const later = (hours: number) => START_MS + hours * HOUR_MS;
const gap = (id: string, startMs: number, endMs: number | null = null) =>
  verdict("data-gap", { id, startMs, endMs, decidedMs: endMs ?? startMs + HOUR_MS, flowM3h: null });

function night(date: string, because: "supply-off" | "meter-silent"): Night {
  return {
    district: "north",
    date,
    windowStartMs: START_MS,
    windowEndMs: START_MS + 2 * HOUR_MS,
    completeness: 0,
    outcome: { kind: "not-assessable", because: [{ code: because, figures: {} }] },
  };
}

/** Two meters at one station, a third at another. */
const STATIONS: AlarmRules = {
  ...RULES,
  utility: {
    ...UTILITY,
    sensors: [...UTILITY.sensors, { ...UTILITY.sensors[0]!, id: "far", site: "station-2" }],
  },
};

describe("a silent site", () => {
  test("is one alarm, behind which those of its sensors step back, and from which they return", () => {
    const time = timeline(STATIONS);
    expect(time.finds(gap("inlet", later(0)))).toEqual(["activated"]);
    expect(time.finds(gap("outlet", later(1)))).toEqual([
      "activated",
      "activated",
      "suppressed",
      "suppressed",
    ]);
    expect(
      time
        .standing()
        .map(({ verdict: { kind, subject }, suppressed }) => [kind, subject.id, suppressed !== null]),
    ).toEqual([
      ["data-gap", "inlet", true],
      ["telemetry-outage", "station-1", false],
      ["data-gap", "outlet", true],
    ]);
    expect(time.standing()[1]?.verdict).toMatchObject({ startMs: later(1), endMs: null });

    expect(time.finds(gap("outlet", later(1), later(5)))).toEqual([
      "cleared",
      "cleared",
      "unsuppressed",
      "unsuppressed",
    ]);
    expect(time.alarms()[1]).toMatchObject({
      state: "returned-unacknowledged",
      verdict: { endMs: later(5) },
    });
    expect(time.passes(HOUR_MS)).toEqual([]);
  });

  test("does not hide a gap elsewhere, nor another fault of its own sensors", () => {
    const time = timeline(STATIONS);
    time.finds(verdict("sensor-stuck", { id: "inlet", flowM3h: null }));
    time.finds(gap("far", later(0)));
    time.finds(gap("inlet", later(0)));
    time.finds(gap("outlet", later(0)));
    const shown = time.standing().filter(({ suppressed }) => suppressed === null);
    expect(shown.map((alarm) => alarm.verdict.kind)).toEqual([
      "sensor-stuck",
      "data-gap",
      "telemetry-outage",
    ]);
  });

  test("of a single sensor is that sensor's alarm", () => {
    const time = timeline(STATIONS);
    expect(time.finds(gap("far", later(0)))).toEqual(["activated"]);
  });

  test("is no alarm of its own where the utility has none, and then hides nothing", () => {
    const rationalisations = RULES.rationalisations.filter(({ kind }) => kind !== "telemetry-outage");
    const time = timeline({ ...STATIONS, rationalisations });
    time.finds(gap("inlet", later(0)));
    expect(time.finds(gap("outlet", later(1)))).toEqual(["activated"]);
  });
});

describe("planned works", () => {
  const works = {
    districts: ["north"],
    fromMs: later(1),
    toMs: later(4),
    reason: "flushing of the mains",
    kinds: null,
  };
  const during = () => {
    const time = timeline({ ...RULES, plannedWorks: [works] });
    time.passes(2 * HOUR_MS);
    return time;
  };

  test("hide what they raise in their districts, meters included, until they are over", () => {
    const time = during();
    expect(time.finds(verdict("burst"))).toEqual(["activated", "suppressed"]);
    expect(time.finds(verdict("sensor-stuck", { id: "inlet" }))).toEqual(["activated", "suppressed"]);
    expect(time.finds(verdict("burst", { id: "south" }))).toEqual(["activated"]);
    expect(time.standing()[0]?.suppressed?.reason).toBe(
      "Planned works until 2026-03-01 06:00 UTC: flushing of the mains",
    );
    expect(time.passes(2 * HOUR_MS - 1)).toEqual([]);
    expect(time.passes(1)).toEqual(["unsuppressed", "unsuppressed"]);
  });

  test("do not hide what stood before them, nor kinds they cannot raise", () => {
    const time = timeline({ ...RULES, plannedWorks: [{ ...works, kinds: ["burst"] }] });
    time.finds(verdict("leak"));
    expect(time.passes(2 * HOUR_MS)).toEqual([]);
    expect(time.finds(verdict("sensor-stuck", { id: "inlet" }))).toEqual(["activated"]);
  });
});

test("a meter that reads nothing while the supply is off is no fault, until a night with supply", () => {
  const time = timeline();
  time.finds(verdict("sensor-dead", { id: "inlet" }));
  time.finds(verdict("sensor-dead", { id: "outlet" }));
  expect(time.sleeps(night("2026-03-01", "supply-off"))).toEqual(["suppressed"]);
  expect(time.standing()[0]?.suppressed?.reason).toContain("supply of north is off");
  expect(time.sleeps(night("2026-02-28", "meter-silent"))).toEqual([]);
  expect(time.sleeps(night("2026-03-02", "meter-silent"))).toEqual(["unsuppressed"]);
});

describe("a boundary valve that was moved", () => {
  const NEIGHBOURS: AlarmRules = {
    ...RULES,
    utility: {
      ...UTILITY,
      districts: UTILITY.districts.map((district) => ({
        ...district,
        neighbours: [district.id === "north" ? "south" : "north"],
      })),
    },
  };
  const moved = (startMs: number, endMs: number | null = null) =>
    verdict("boundary-valve", { id: "south", startMs, endMs, decidedMs: endMs ?? startMs });

  test("explains the leak that began with it on either side, for as long as it stands", () => {
    const time = timeline(NEIGHBOURS);
    time.finds(verdict("leak", { id: "north" }));
    expect(time.finds(moved(START_MS + 3 * HOUR_MS))).toEqual(["suppressed"]);
    expect(time.standing()[0]?.suppressed?.reason).toContain("boundary valve of south");
    expect(time.finds(moved(START_MS + 3 * HOUR_MS, START_MS + DAY_MS))).toEqual(["unsuppressed"]);
  });

  test("does not explain a leak that began days before", () => {
    const time = timeline(NEIGHBOURS);
    time.finds(verdict("leak", { id: "north" }));
    expect(time.finds(moved(START_MS + 2 * DAY_MS))).toEqual([]);
  });
});

test("an alarm that returns to normal is no longer suppressed", () => {
  const time = timeline();
  time.finds(verdict("sensor-dead", { id: "inlet" }));
  time.sleeps(night("2026-03-01", "supply-off"));
  const [alarm] = time.standing();
  time.does({ type: "acknowledge", alarm: alarm!.id });
  expect(time.finds(verdict("sensor-dead", { id: "inlet", endMs: later(3) }))).toEqual([
    "cleared",
    "unsuppressed",
  ]);
});
