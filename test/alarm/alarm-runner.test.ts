import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AlarmRunner, createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import { isActive, isRefusal } from "../../src/model/alarm.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { NewEvent, StoredEvent } from "../../src/model/event.ts";
import type { Verdict, VerdictKind } from "../../src/model/verdict.ts";
import { RULES, START_MS, verdict } from "./sample-verdicts.ts";

/** An event log in memory that can be made to fail, with the runner on a clock of its own. */
function setUp() {
  const log: StoredEvent[] = [];
  const state = { nowMs: START_MS, failing: false };
  const append = async (events: readonly NewEvent[]) => {
    // The queue must hold across a real suspension.
    await Promise.resolve();
    if (state.failing) throw new Error("disk full");
    const stored = events.map((event, index) => ({ ...event, cursor: log.length + index + 1 }));
    log.push(...stored);
    return stored;
  };
  const options = { ...RULES, append, clock: () => state.nowMs };
  const runner = createAlarmRunner(options);
  /** As the centre does: the verdict first becomes durable, then the alarms follow. */
  const told = (found: Verdict): NewEvent => ({
    timeMs: state.nowMs,
    actor: "nightflow",
    body: { kind: "verdict", revision: 0, verdict: found },
  });
  const finds = async (found: Verdict) => runner.onFindings(await append([told(found)]));
  return { log, state, append, runner, told, finds, restarted: () => createAlarmRunner(options) };
}

const ALARM = "district:north:leak:2026-03-01T02:00:00.000Z";
const listOf = (runner: AlarmRunner) => [...runner.alarms().values()];

test("a verdict, an action and an expired shelf are recorded in order with time and actor", async () => {
  const { log, runner, state, told } = setUp();
  await runner.onFindings([told(verdict("leak"))]);
  await runner.act({ type: "shelve", alarm: ALARM, reason: "repair", untilMs: START_MS + 10 }, "amina");
  state.nowMs += 10;
  await runner.tick();
  expect(
    log.map(({ actor, timeMs, body }) => [actor, timeMs, body.kind === "alarm" && body.change.type]),
  ).toEqual([
    ["nightflow", START_MS, "activated"],
    ["amina", START_MS, "shelved"],
    ["nightflow", START_MS + 10, "unshelved"],
  ]);
});

test("two who acknowledge at the same moment: one does, the other is refused", async () => {
  const { runner, told } = setUp();
  await runner.onFindings([told(verdict("leak"))]);
  const outcomes = await Promise.all(
    ["amina", "juma"].map((actor) => runner.act({ type: "acknowledge", alarm: ALARM }, actor)),
  );
  expect(outcomes.map((outcome) => isRefusal(outcome))).toEqual([false, true]);
  expect(listOf(runner)[0]?.acknowledgedBy).toBe("amina");
});

test("what could not be recorded did not happen, holds nobody up, and is recorded by a later tick", async () => {
  const { runner, state, told } = setUp();
  state.failing = true;
  await expect(runner.onFindings([told(verdict("leak"))])).rejects.toThrow("disk full");
  expect(listOf(runner)).toEqual([]);
  state.failing = false;
  expect(await runner.onFindings([told(verdict("leak", { id: "south" }))])).toHaveLength(1);
  expect(await runner.tick()).toHaveLength(1);
  expect(listOf(runner)).toHaveLength(2);
});

describe("after a crash between a verdict and its alarm", () => {
  const ended = verdict("leak", { endMs: START_MS + 5, decidedMs: START_MS + 3 * HOUR_MS });
  const stored = (found: Verdict): NewEvent => ({
    timeMs: START_MS,
    actor: "nightflow",
    body: { kind: "verdict", revision: 0, verdict: found },
  });

  test("the missing activation is recorded at the next start, once", async () => {
    const { log, append, restarted } = setUp();
    await append([stored(verdict("leak"))]);
    const runner = restarted();
    runner.replay(log);
    expect(await runner.tick()).toHaveLength(1);
    expect(await runner.tick()).toHaveLength(0);
    expect(listOf(runner)).toMatchObject([{ state: "unacknowledged" }]);
  });

  test("the missing clearing by its end is recorded at the next start", async () => {
    const { log, append, finds, restarted } = setUp();
    await finds(verdict("leak"));
    await append([stored(ended)]);
    const runner = restarted();
    runner.replay(log);
    expect(await runner.tick()).toHaveLength(1);
    expect(listOf(runner)).toMatchObject([{ state: "returned-unacknowledged" }]);
  });
});

const kinds: VerdictKind[] = ["leak", "burst", "repair", "sensor-stuck", "data-gap", "boundary-valve"];
const step = fc.oneof(
  fc.record({
    do: fc.constant("find" as const),
    kind: fc.constantFrom(...kinds),
    id: fc.constantFrom("north", "south", "inlet", "outlet"),
    startH: fc.integer({ min: 0, max: 3 }),
    decidedH: fc.integer({ min: 0, max: 5 }),
    flowM3h: fc.integer({ min: 1, max: 3 }),
    ended: fc.boolean(),
  }),
  fc.record({
    do: fc.constantFrom("acknowledge" as const, "unshelve" as const, "return-to-service" as const),
    which: fc.nat(5),
  }),
  fc.record({
    do: fc.constantFrom("shelve" as const, "take-out-of-service" as const, "comment" as const),
    which: fc.nat(5),
  }),
  fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 5 }) }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(system: ReturnType<typeof setUp>, one: Step): Promise<void> {
  const { runner, state, finds } = system;
  if (one.do === "wait") {
    state.nowMs += one.hours * HOUR_MS;
    await runner.tick();
  } else if (one.do === "find") {
    const startMs = START_MS + one.startH * HOUR_MS;
    const decidedMs = START_MS + one.decidedH * HOUR_MS;
    const endMs = one.ended ? decidedMs : null;
    await finds(verdict(one.kind, { id: one.id, startMs, decidedMs, endMs, flowM3h: one.flowM3h }));
  } else {
    const alarm = [...runner.alarms().keys()][one.which] ?? "nobody";
    const untilMs = state.nowMs + 2 * HOUR_MS;
    const texts = {
      shelve: { reason: "r", untilMs },
      "take-out-of-service": { reason: "r" },
      comment: { text: "t" },
    };
    if (one.do === "acknowledge" || one.do === "unshelve" || one.do === "return-to-service")
      await runner.act({ type: one.do, alarm }, "amina");
    else if (one.do === "shelve") await runner.act({ type: one.do, alarm, ...texts.shelve }, "amina");
    else if (one.do === "comment") await runner.act({ type: one.do, alarm, ...texts.comment }, "amina");
    else await runner.act({ type: one.do, alarm, ...texts["take-out-of-service"] }, "amina");
  }
}

/** What stands by the newest word on each finding, of the kinds that are alarms. */
function standingKeys(log: readonly StoredEvent[]): readonly string[] {
  const alarming = new Set(RULES.rationalisations.map(({ kind }) => kind));
  const newest = new Map(
    log.flatMap(({ body }) => (body.kind === "verdict" ? [[body.verdict.key, body.verdict] as const] : [])),
  );
  return [...newest.values()]
    .filter(({ kind, endMs }) => alarming.has(kind) && endMs === null)
    .map(({ key }) => key)
    .sort();
}

test("random histories: replay gives the same alarms, one active alarm a finding, no shelf overdue", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const system = setUp();
      for (const one of steps) await take(system, one);
      await system.runner.tick();

      const alarms = listOf(system.runner);
      const active = alarms.filter(isActive).map(({ verdict: { key } }) => key);
      expect(active.filter((key) => !key.startsWith("site:")).sort()).toEqual(standingKeys(system.log));
      expect(alarms.filter(({ shelved }) => shelved && shelved.untilMs <= system.state.nowMs)).toEqual([]);

      const restarted = system.restarted();
      const wire: StoredEvent[] = JSON.parse(JSON.stringify(system.log));
      expect(restarted.replay(wire)).toEqual([]);
      expect(listOf(restarted)).toEqual(alarms);
      expect(await restarted.tick()).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
