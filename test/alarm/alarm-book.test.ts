import { describe, expect, test } from "vitest";
import { emptyBook, replay } from "../../src/alarm/alarm-book.ts";
import { MAX_SHELF_MS } from "../../src/model/alarm.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { NewEvent } from "../../src/model/event.ts";
import type { Action } from "../../src/model/live.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { RULES, START_MS, verdict } from "./sample-verdicts.ts";
import { timeline } from "./timeline.ts";

const later = (hours: number) => START_MS + hours * HOUR_MS;
const ALARM = "district:north:leak:2026-03-01T02:00:00.000Z";

describe("what becomes an alarm", () => {
  test("a kind with a rationalisation, once", () => {
    const time = timeline();
    expect(time.finds(verdict("leak"))).toEqual(["activated"]);
    expect(time.finds(verdict("leak"))).toEqual([]);
    expect(time.alarms()).toHaveLength(1);
  });

  test("a kind without one stays an event", () => {
    const time = timeline();
    expect(time.finds(verdict("boundary-valve"))).toEqual([]);
    expect(time.finds(verdict("not-assessable"))).toEqual([]);
    expect(time.alarms()).toEqual([]);
  });

  test("a sensor fault is an alarm of its own beside the leak", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.finds(verdict("sensor-stuck", { flowM3h: null }));
    expect(time.alarms().map((alarm) => alarm.verdict.kind)).toEqual(["leak", "sensor-stuck"]);
  });

  test("a finding that was over before anyone was told stays an event", () => {
    const time = timeline();
    expect(time.finds(verdict("burst", { endMs: later(1) }))).toEqual([]);
  });
});

describe("one cause, one alarm", () => {
  test("two leaks that run in one district at once are two alarms, each cleared by its own end", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.does({ type: "acknowledge", alarm: ALARM });
    const burst = { startMs: later(24), decidedMs: later(27), flowM3h: 30 };
    expect(time.finds(verdict("burst", burst))).toEqual(["activated"]);
    expect(time.finds(verdict("leak", { endMs: later(30), decidedMs: later(32) }))).toEqual(["cleared"]);
    expect(time.alarms().map(({ state, verdict: { kind } }) => [kind, state])).toEqual([
      ["leak", "normal"],
      ["burst", "unacknowledged"],
    ]);
  });

  test("leaks of two districts are two alarms", () => {
    const time = timeline();
    time.finds(verdict("leak", { id: "north" }));
    time.finds(verdict("leak", { id: "south" }));
    expect(time.standing()).toHaveLength(2);
  });

  test("a finding that flaps comes back as the same alarm while nobody acknowledged it", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.finds(verdict("leak", { endMs: later(3), decidedMs: later(3) }));
    expect(time.finds(verdict("leak", { startMs: later(4), decidedMs: later(5) }))).toEqual(["activated"]);
    expect(time.alarms()).toMatchObject([{ id: ALARM, activations: 2, state: "unacknowledged" }]);
  });

  test("a leak after one that was acknowledged and repaired is a new alarm", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.does({ type: "acknowledge", alarm: ALARM });
    time.finds(verdict("leak", { endMs: later(30), decidedMs: later(30) }));
    time.finds(verdict("leak", { startMs: later(90), decidedMs: later(92) }));
    expect(time.alarms().map((alarm) => alarm.state)).toEqual(["normal", "unacknowledged"]);
  });
});

describe("a cause that comes back", () => {
  const days = (count: number) => later(24 * count);

  test("after more than seven days is a new alarm, though nobody acknowledged the last one", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.finds(verdict("leak", { endMs: days(1), decidedMs: days(1) }));
    time.finds(verdict("leak", { startMs: days(8) + 1, decidedMs: days(9) }));
    expect(time.alarms()).toMatchObject([
      { state: "returned-unacknowledged", activations: 1 },
      { state: "unacknowledged", activations: 1 },
    ]);
  });

  test("for the third time in seven nights is chattering, and one alarm though each was acknowledged", () => {
    const time = timeline();
    for (const night of [0, 2, 4, 6]) {
      time.finds(verdict("leak", { startMs: days(night), decidedMs: days(night + 0.2) }));
      const alarm = time.standing()[0]?.id ?? "";
      time.does({ type: "acknowledge", alarm });
      const endMs = days(night + 1);
      time.finds(verdict("leak", { startMs: days(night), endMs, decidedMs: endMs }));
    }
    expect(time.alarms()).toMatchObject([
      { activations: 1, chattering: false },
      { activations: 3, chattering: true },
    ]);
  });

  test("of a meter chatters when it comes three times within a minute", () => {
    const time = timeline();
    const secondsMs = (count: number) => START_MS + count * 1000;
    for (const [startS, chattering] of [
      [0, false],
      [20, false],
      [40, true],
      [200, false],
    ] as const) {
      const startMs = secondsMs(startS);
      time.finds(verdict("sensor-stuck", { startMs, decidedMs: startMs }));
      expect(time.standing()).toMatchObject([{ chattering }]);
      const endMs = startMs + 10_000;
      time.finds(verdict("sensor-stuck", { startMs, endMs, decidedMs: endMs }));
    }
  });
});

describe("an acknowledged alarm asks again", () => {
  test("when the leak has left the interval that was acknowledged, once until it is acknowledged again", () => {
    const time = timeline();
    time.finds(verdict("leak", { flowM3h: 5 }));
    time.does({ type: "acknowledge", alarm: ALARM });
    expect(time.finds(verdict("leak", { flowM3h: 6 }))).toEqual(["revised"]);
    expect(time.finds(verdict("leak", { flowM3h: 6.1 }))).toEqual(["re-alarmed"]);
    expect(time.passes(HOUR_MS)).toEqual([]);
    expect(time.finds(verdict("leak", { flowM3h: 9 }))).toEqual(["revised"]);
    time.does({ type: "acknowledge", alarm: ALARM });
    expect(time.finds(verdict("leak", { flowM3h: 10 }))).toEqual(["revised"]);
  });

  test("when what is found has become more urgent; not the other way round", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.does({ type: "acknowledge", alarm: ALARM });
    const burst: Verdict = { ...verdict("leak"), kind: "burst" };
    expect(time.finds(burst)).toEqual(["re-alarmed"]);
    time.does({ type: "acknowledge", alarm: ALARM });
    expect(time.finds(verdict("leak"))).toEqual(["revised"]);
  });
});

test("an alarm is assigned to somebody and handed back", () => {
  const time = timeline();
  time.finds(verdict("leak"));
  time.does({ type: "assign", alarm: ALARM, to: "juma" });
  expect(time.standing()).toMatchObject([{ assigned: { to: "juma", by: "amina" } }]);
  time.does({ type: "assign", alarm: ALARM, to: null });
  expect(time.standing()).toMatchObject([{ assigned: null }]);
});

describe("late data", () => {
  test("a revised size replaces the verdict of the standing alarm, and of one that returned", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    expect(time.finds(verdict("leak", { flowM3h: 8 }))).toEqual(["revised"]);
    time.finds(verdict("leak", { flowM3h: 8, endMs: later(9), decidedMs: later(9) }));
    expect(time.finds(verdict("leak", { flowM3h: 7, endMs: later(9), decidedMs: later(9) }))).toEqual([
      "revised",
    ]);
    expect(time.alarms()[0]).toMatchObject({
      state: "returned-unacknowledged",
      verdict: { size: { estimate: 7 } },
    });
  });

  test("an end that is taken back activates the same alarm again", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.does({ type: "acknowledge", alarm: ALARM });
    time.finds(verdict("leak", { endMs: later(9), decidedMs: later(10) }));
    expect(time.finds(verdict("leak", { decidedMs: later(11) }))).toEqual(["activated"]);
    expect(time.alarms()).toMatchObject([{ id: ALARM, state: "unacknowledged" }]);
  });

  test("the newest word of a finding counts, though it was decided by an earlier sample", () => {
    const time = timeline();
    time.finds(verdict("leak", { decidedMs: later(10) }));
    expect(time.finds(verdict("leak", { endMs: later(5), decidedMs: later(6) }))).toEqual(["cleared"]);
  });

  test("a leak that began at another moment than was said is the same alarm, with all that was done about it", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.does({ type: "acknowledge", alarm: ALARM });
    const withdrawn = verdict("leak", { endMs: START_MS, decidedMs: later(2) });
    expect(time.finds(withdrawn, verdict("leak", { startMs: later(-3) }))).toEqual(["revised"]);
    expect(time.alarms()).toMatchObject([
      { id: ALARM, state: "acknowledged", verdict: { startMs: later(-3), endMs: null } },
    ]);
    expect(time.passes(HOUR_MS)).toEqual([]);
  });

  test("a leak that was none clears; the other that runs in the district goes on", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.finds(verdict("leak", { startMs: later(10) }));
    expect(time.finds(verdict("leak", { endMs: START_MS, decidedMs: later(2) }))).toEqual(["cleared"]);
    expect(time.alarms().map(({ state }) => state)).toEqual(["returned-unacknowledged", "unacknowledged"]);
  });

  test("a finding whose end is taken back after its alarm went on to another gets an alarm of its own", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.finds(verdict("leak", { endMs: later(3), decidedMs: later(3) }));
    time.finds(verdict("leak", { startMs: later(4), decidedMs: later(5) }));
    expect(time.finds(verdict("leak", { decidedMs: later(6) }))).toEqual(["activated"]);
    expect(time.alarms().map(({ id }) => id)).toEqual([ALARM, `${ALARM}:2`]);
    expect(time.passes(HOUR_MS)).toEqual([]);
  });
});

test("a repair is an event: what it ended says so itself", () => {
  const time = timeline();
  time.finds(verdict("leak"));
  expect(time.finds(verdict("repair", { startMs: later(40) }))).toEqual([]);
});

describe("shelving", () => {
  const shelve = (untilMs: number): Action => ({
    type: "shelve",
    alarm: ALARM,
    reason: "repair on Friday",
    untilMs,
  });

  test("ends by itself at its expiry and not before", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    expect(time.does(shelve(later(2)))).toEqual(["shelved"]);
    expect(time.passes(2 * HOUR_MS - 1)).toEqual([]);
    expect(time.passes(1)).toEqual(["unshelved"]);
    expect(time.passes(HOUR_MS)).toEqual([]);
    expect(time.standing()[0]?.shelved).toBeNull();
    expect(time.log.at(-1)).toMatchObject({ actor: "nightflow", timeMs: later(2) });
  });

  test("does not stop evaluation, and outlives a return to normal", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    time.does(shelve(later(10)));
    time.does({ type: "acknowledge", alarm: ALARM });
    expect(time.finds(verdict("leak", { endMs: later(3), decidedMs: later(4) }))).toEqual(["cleared"]);
    expect(time.finds(verdict("leak", { decidedMs: later(5) }))).toEqual(["activated"]);
    expect(time.standing()).toMatchObject([{ state: "unacknowledged", shelved: { by: "amina" } }]);
  });

  test("needs a time to come, within the longest shelf", () => {
    const time = timeline();
    time.finds(verdict("leak"));
    expect(time.does(shelve(time.nowMs()))).toBe("shelf-in-the-past");
    expect(time.does(shelve(time.nowMs() + MAX_SHELF_MS + 1))).toBe("shelf-too-long");
    expect(time.does(shelve(time.nowMs() + MAX_SHELF_MS))).toEqual(["shelved"]);
  });
});

test("an action on an alarm that is not there, or not possible now, is refused", () => {
  const time = timeline();
  expect(time.does({ type: "acknowledge", alarm: ALARM })).toBe("unknown-alarm");
  time.finds(verdict("leak"));
  time.does({ type: "acknowledge", alarm: ALARM });
  expect(time.does({ type: "acknowledge", alarm: ALARM })).toBe("already-acknowledged");
});

test("an event that contradicts the history changes nothing and is handed back", () => {
  const event: NewEvent = {
    timeMs: START_MS,
    actor: "amina",
    body: { kind: "alarm", alarm: ALARM, change: { type: "acknowledged" } },
  };
  const outcome = replay(emptyBook(RULES), [event]);
  expect(outcome.contradictions).toMatchObject([{ alarm: ALARM, refusal: { code: "unknown-alarm" } }]);
  expect(outcome.book.alarms.size).toBe(0);
});
