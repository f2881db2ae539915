/** Who is told of what, and when: alarms that really live, on a clock of their own. */
import { describe, expect, test } from "vitest";
import type { AlarmRules } from "../../src/alarm/alarm-book.ts";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { Action } from "../../src/model/live.ts";
import type { NotificationSettings, Route } from "../../src/model/notification.ts";
import { topologyOf } from "../../src/model/topology.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import {
  due,
  firstPlan,
  type PlanContext,
  type PlanState,
  planWith,
} from "../../src/notify/notification-plan.ts";
import { createStanding } from "../../src/operator/standing.ts";
import { POSITIONS, RULES, START_MS, UTILITY, verdict } from "../alarm/sample-verdicts.ts";
import { timeline } from "../alarm/timeline.ts";

const ROUTE: Route = {
  id: "duty",
  channels: ["mail"],
  districts: null,
  priorities: null,
  kinds: null,
  hours: null,
  groupWaitMs: 30_000,
  repeatMs: null,
  escalation: null,
};

/** A plan that follows a timeline. Each step hands back the messages that became due with it. */
function planned(
  routes: readonly Partial<Route>[],
  settings: Partial<NotificationSettings> = {},
  rules: AlarmRules = RULES,
) {
  const time = timeline(rules);
  const standing = createStanding({ ...RULES, positions: POSITIONS, applyChange, newestMs: () => null });
  const context: PlanContext = {
    settings: {
      language: "en",
      pageUrl: null,
      channels: [],
      routes: routes.map((route) => ({ ...ROUTE, ...route })),
      watchdog: null,
      alarmTopics: false,
      ...settings,
    },
    topology: topologyOf(UTILITY),
    alarm: standing.alarm,
  };
  let state: PlanState = firstPlan(0, [], context);
  const follow = () => {
    const events = time.log.map((event, index) => ({ ...event, cursor: index + 1 })).slice(state.cursor);
    standing.apply(events);
    state = planWith(state, events, context);
    const told = due(state, time.nowMs(), context);
    // What the outbox keeps is JSON.
    state = JSON.parse(JSON.stringify(told.state));
    return told.messages.map(({ occasion, route, channels, asking, over }) => ({
      occasion,
      route,
      channels: channels.join(),
      asking: asking.map(({ id }) => id),
      over: over.map(({ id }) => id),
    }));
  };
  return {
    finds(...found: readonly Verdict[]) {
      time.finds(...found);
      return follow();
    },
    does(action: Action) {
      time.does(action);
      return follow();
    },
    passes(ms: number) {
      time.passes(ms);
      return follow();
    },
    watchdog: () => due(state, time.nowMs(), context).watchdog,
    state: () => state,
    standing,
    context,
  };
}

const NORTH = verdict("leak");
const SOUTH = verdict("leak", { id: "south" });
const over = (found: Verdict): Verdict => ({ ...found, endMs: START_MS + 3 * HOUR_MS });

describe("news", () => {
  test("wait for others and are told together, once", () => {
    const plan = planned([{}]);
    expect(plan.finds(NORTH)).toEqual([]);
    expect(plan.passes(20_000)).toEqual([]);
    expect(plan.finds(SOUTH)).toEqual([]);
    expect(plan.passes(10_000)).toEqual([
      { occasion: "news", route: "duty", channels: "mail", asking: [NORTH.key, SOUTH.key], over: [] },
    ]);
    expect(plan.passes(HOUR_MS)).toEqual([]);
  });

  test("that were answered before they were told are told to nobody", () => {
    const plan = planned([{}]);
    plan.finds(NORTH);
    plan.does({ type: "acknowledge", alarm: NORTH.key });
    expect(plan.passes(HOUR_MS)).toEqual([]);
    plan.finds(over(NORTH));
    expect(plan.passes(HOUR_MS)).toEqual([]);
    expect(plan.state().routes).toEqual({});
  });

  test("that are over before they were told are told, because nobody has seen them", () => {
    const plan = planned([{}]);
    plan.finds(NORTH);
    plan.finds(over(NORTH));
    expect(plan.passes(30_000)).toMatchObject([{ asking: [NORTH.key], over: [] }]);
    expect(plan.passes(HOUR_MS)).toEqual([]);
  });

  test("are told again when an acknowledged alarm asks again", () => {
    const plan = planned([{ groupWaitMs: 0 }]);
    expect(plan.finds(NORTH)).toHaveLength(1);
    plan.does({ type: "acknowledge", alarm: NORTH.key });
    expect(plan.finds(verdict("leak", { flowM3h: 50 }))).toMatchObject([{ asking: [NORTH.key] }]);
  });

  test("of a shelved alarm wait until it comes off the shelf", () => {
    const plan = planned([{}]);
    plan.finds(NORTH);
    plan.does({ type: "shelve", alarm: NORTH.key, reason: "r", untilMs: START_MS + HOUR_MS });
    expect(plan.passes(30 * MINUTE_MS)).toEqual([]);
    expect(plan.passes(30 * MINUTE_MS)).toMatchObject([{ asking: [NORTH.key] }]);
  });

  test("that a rule suppresses from the first moment are not told", () => {
    const works = {
      districts: ["north"],
      fromMs: START_MS,
      toMs: START_MS + HOUR_MS,
      reason: "r",
      kinds: null,
    };
    const plan = planned([{ groupWaitMs: 0 }], {}, { ...RULES, plannedWorks: [works] });
    expect(plan.finds(NORTH)).toEqual([]);
    expect(plan.passes(HOUR_MS)).toMatchObject([{ asking: [NORTH.key] }]);
  });

  test("the end of what was told is told too, once", () => {
    const plan = planned([{}]);
    plan.finds(NORTH);
    plan.passes(30_000);
    plan.does({ type: "acknowledge", alarm: NORTH.key });
    plan.finds(over(NORTH));
    expect(plan.passes(30_000)).toMatchObject([{ asking: [], over: [NORTH.key] }]);
    expect(plan.passes(HOUR_MS)).toEqual([]);
    expect(plan.state().routes).toEqual({});
  });
});

describe("a route", () => {
  test.each<[string, Partial<Route>, readonly string[]]>([
    [
      "of a district, with its meters",
      { districts: ["south"] },
      [SOUTH.key, "sensor:outlet:data-gap:2026-03-01T02:00:00.000Z"],
    ],
    ["of priorities", { priorities: ["high"] }, ["district:north:burst:2026-03-01T02:00:00.000Z"]],
    ["of kinds", { kinds: ["data-gap"] }, ["sensor:outlet:data-gap:2026-03-01T02:00:00.000Z"]],
  ])("%s takes those alone", (_, route, told) => {
    const plan = planned([{ ...route, groupWaitMs: 0 }]);
    const messages = plan.finds(NORTH, SOUTH, verdict("burst"), verdict("data-gap", { id: "outlet" }));
    expect(messages.flatMap(({ asking }) => asking).sort()).toEqual([...told].sort());
  });

  test("with hours keeps news until they begin, over midnight as well", () => {
    // The timeline starts at 05:00 in Nairobi.
    const zone = "Africa/Nairobi";
    const day = { fromMinute: 7 * 60, toMinute: 17 * 60, timeZone: zone };
    const night = { fromMinute: 18 * 60, toMinute: 6 * 60, timeZone: zone };
    const plan = planned([
      { id: "office", hours: day, groupWaitMs: 0 },
      { id: "watch", hours: night, groupWaitMs: 0 },
    ]);
    expect(plan.finds(NORTH)).toMatchObject([{ route: "watch" }]);
    expect(plan.passes(2 * HOUR_MS - 1)).toEqual([]);
    expect(plan.passes(1)).toMatchObject([{ route: "office", asking: [NORTH.key] }]);
    expect(plan.finds(SOUTH)).toMatchObject([{ route: "office" }]);
    expect(plan.passes(11 * HOUR_MS - 1)).toEqual([]);
    expect(plan.passes(1)).toMatchObject([{ route: "watch", asking: [SOUTH.key] }]);
  });
});

describe("while nobody acknowledges", () => {
  test("all that stand unanswered are told again together, until they are answered", () => {
    const plan = planned([{ groupWaitMs: 0, repeatMs: HOUR_MS }]);
    plan.finds(NORTH);
    plan.passes(30 * MINUTE_MS);
    plan.finds(SOUTH);
    expect(plan.passes(30 * MINUTE_MS - 1)).toEqual([]);
    expect(plan.passes(1)).toMatchObject([{ occasion: "reminder", asking: [NORTH.key, SOUTH.key] }]);
    plan.does({ type: "acknowledge", alarm: NORTH.key });
    expect(plan.passes(HOUR_MS)).toMatchObject([{ occasion: "reminder", asking: [SOUTH.key] }]);
    plan.does({ type: "acknowledge", alarm: SOUTH.key });
    expect(plan.passes(HOUR_MS)).toEqual([]);
  });

  test("it is handed up once, at any hour, and not when somebody has answered", () => {
    const never = { fromMinute: 0, toMinute: 0, timeZone: "Africa/Nairobi" };
    const escalation = { afterMs: 30 * MINUTE_MS, channels: ["boss"] };
    const plan = planned([{ hours: never, escalation }]);
    plan.finds(NORTH, SOUTH);
    plan.does({ type: "acknowledge", alarm: SOUTH.key });
    expect(plan.passes(30 * MINUTE_MS - 1)).toEqual([]);
    expect(plan.passes(1)).toEqual([
      { occasion: "escalation", route: "duty", channels: "boss", asking: [NORTH.key], over: [] },
    ]);
    expect(plan.passes(HOUR_MS)).toEqual([]);
  });
});

test("the watchdog says at the start, and then at its pace, that all is well", () => {
  const plan = planned([], { watchdog: { everyMs: HOUR_MS, channels: ["mail"] } });
  expect(plan.watchdog()).toBe(true);
  plan.passes(0);
  plan.passes(HOUR_MS - 1);
  expect(plan.watchdog()).toBe(false);
});

test("at the first start what asks now is told, and what was is not", () => {
  const plan = planned([{ groupWaitMs: 0 }]);
  plan.finds(NORTH, SOUTH);
  plan.does({ type: "acknowledge", alarm: SOUTH.key });
  const fresh = firstPlan(99, plan.standing.alarms("standing"), plan.context);
  expect(fresh.cursor).toBe(99);
  expect(due(fresh, START_MS, plan.context).messages).toMatchObject([{ asking: [{ id: NORTH.key }] }]);
});

test("a thousand alarms in a minute are a few messages, and take little time", () => {
  const plan = planned([{}]);
  const leaks = Array.from({ length: 1000 }, (_, i) =>
    verdict("leak", { startMs: START_MS - i * MINUTE_MS }),
  );
  const messages = [];
  const startedMs = performance.now();
  for (let second = 0; second < 60; second += 1) {
    messages.push(...plan.finds(...leaks.slice((second * 1000) / 60, ((second + 1) * 1000) / 60)));
    messages.push(...plan.passes(1000));
  }
  messages.push(...plan.passes(30_000));
  expect(messages.length).toBeLessThanOrEqual(3);
  expect(messages.flatMap(({ asking }) => asking).sort()).toEqual(leaks.map(({ key }) => key).sort());
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});
