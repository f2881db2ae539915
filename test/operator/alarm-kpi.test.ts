/** The measures of an alarm system over histories that alarms really live through, against figures counted by hand. */
import { expect, test } from "vitest";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import type { AlarmKpis } from "../../src/model/alarm-kpi.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { createStanding } from "../../src/operator/standing.ts";
import { POSITIONS, RULES, START_MS, verdict } from "../alarm/sample-verdicts.ts";
import { timeline } from "../alarm/timeline.ts";

/** Of the position that watches the district, from the start of the timeline on. */
function kpisOf(time: ReturnType<typeof timeline>, position: string, days = 30): AlarmKpis {
  const standing = createStanding({ ...RULES, positions: POSITIONS, applyChange, newestMs: () => null });
  expect(standing.apply(time.log.map((event, index) => ({ ...event, cursor: index + 1 })))).toEqual([]);
  const kpis = standing.kpis({ fromMs: START_MS, toMs: START_MS + days * DAY_MS });
  return kpis.find((one) => one.position === position)!;
}

const leaks = (count: number, id = "north") =>
  Array.from({ length: count }, (_, i) => verdict("leak", { id, startMs: START_MS - i * HOUR_MS }));

test("nothing at all is good, and divides by nothing", () => {
  expect(kpisOf(timeline(), "north-desk")).toMatchObject({
    annunciations: 0,
    perDay: { value: 0, target: 150, most: 300, rating: "good" },
    mostInTenMinutes: 0,
    topTenPercent: { value: 0 },
    priorityPercent: { low: 0, medium: 0, high: 0 },
    medianAcknowledgeMs: null,
    acknowledgedInTimePercent: null,
  });
});

test("rates are averages over the whole time, a position's own", () => {
  const time = timeline();
  time.finds(...leaks(3));
  time.finds(...leaks(2, "south"));
  time.finds(verdict("data-gap", { id: "inlet" }));
  const kpis = kpisOf(time, "north-desk", 1);
  expect(kpis.annunciations).toBe(4);
  expect(kpis.perDay.value).toBeCloseTo(4);
  expect(kpis.perHour.value).toBeCloseTo(4 / 24);
  expect(kpis.perTenMinutes.value).toBeCloseTo(4 / 144);
  expect(kpisOf(time, "south-desk", 1).annunciations).toBe(2);
});

test("more than ten in ten minutes are a flood; quiet periods count too", () => {
  const time = timeline();
  time.finds(...leaks(10));
  time.passes(20 * MINUTE_MS);
  time.finds(...leaks(22));
  const kpis = kpisOf(time, "north-desk", 1);
  expect(kpis.mostInTenMinutes).toBe(12);
  expect(kpis.floodPercent).toMatchObject({ value: 100 / 144, rating: "good" });
  expect(kpisOf(time, "north-desk", 1 / 24).floodPercent).toMatchObject({ value: 100 / 6, rating: "over" });
});

test("an alarm that stands for over a day is stale, unless it is shelved or over", () => {
  const time = timeline();
  const found = leaks(3);
  time.finds(...found);
  const [first, second, third] = found.map(({ key }) => key) as [string, string, string];
  time.does({ type: "acknowledge", alarm: first });
  time.does({ type: "shelve", alarm: second, reason: "repair", untilMs: START_MS + 20 * DAY_MS });
  time.passes(3 * DAY_MS);
  time.finds({ ...found[2]!, endMs: START_MS + DAY_MS });
  const kpis = kpisOf(time, "north-desk");
  expect(kpis.stale).toEqual([first]);
  expect(kpis.staleOnWorstDay).toMatchObject({ value: 2, target: 4 });
  expect(kpis.stale).not.toContain(third);
});

test("what asked again, what was hidden from the first moment, and how soon was answered", () => {
  const works = {
    districts: ["south"],
    fromMs: START_MS,
    toMs: START_MS + DAY_MS,
    reason: "r",
    kinds: null,
  };
  const time = timeline({ ...RULES, plannedWorks: [works] });
  time.finds(verdict("leak", { flowM3h: 5 }), verdict("burst", { id: "south" }));
  const alarm = verdict("leak").key;
  time.passes(10 * MINUTE_MS);
  time.does({ type: "acknowledge", alarm });
  time.finds(verdict("leak", { flowM3h: 9 }));
  time.passes(40 * MINUTE_MS);
  time.does({ type: "acknowledge", alarm });
  expect(kpisOf(time, "north-desk")).toMatchObject({
    annunciations: 2,
    medianAcknowledgeMs: 10 * MINUTE_MS,
    // The time to respond is 30 minutes.
    acknowledgedInTimePercent: 50,
    priorityPercent: { low: 0, medium: 100, high: 0 },
  });
  expect(kpisOf(time, "south-desk").annunciations).toBe(0);
});

test("what asks most often, and what chatters", () => {
  const time = timeline();
  for (const night of [0, 1, 2]) {
    const startMs = START_MS + night * DAY_MS;
    time.finds(verdict("leak", { startMs }));
    time.finds(verdict("leak", { startMs, endMs: startMs + 3 * HOUR_MS }));
    time.passes(DAY_MS);
  }
  time.finds(verdict("data-gap", { id: "inlet" }));
  const kpis = kpisOf(time, "north-desk");
  expect(kpis.topTen).toEqual([
    { cause: "district:north:leak", annunciations: 3 },
    { cause: "sensor:inlet:data-gap", annunciations: 1 },
  ]);
  expect(kpis.topTenPercent).toMatchObject({ value: 100, rating: "over" });
  expect(kpis.chattering).toEqual([{ cause: "district:north:leak", annunciations: 1 }]);
});
