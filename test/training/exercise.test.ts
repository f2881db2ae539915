/** An exercise: crews are few, take their time, find what is there, and the score tells good play from bad. */
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { Exercise, Judgement, Task } from "../../src/model/training.ts";
import { acted, advanced, beginExercise, crewsOut } from "../../src/training/exercise.ts";
import type { HiddenTrouble } from "../../src/training/hidden-trouble.ts";
import { bestMendedMs, scoreOf } from "../../src/training/score.ts";

const startMs = Date.parse("2026-03-01T00:00:00Z");
const at = (hours: number) => startMs + hours * HOUR_MS;
const rules = { crews: 1, mainsKm: () => 8 };
const burst: HiddenTrouble = {
  trouble: 0,
  what: "leak",
  task: "search",
  place: "P1",
  districts: ["north"],
  fromMs: at(2),
  toMs: null,
};
const stuck: HiddenTrouble = {
  trouble: 1,
  what: "sensor-fault",
  task: "meter",
  place: "south-inflow",
  districts: ["south"],
  fromMs: at(4),
  toMs: null,
};
const begin = () => beginExercise(startMs, at(24));
const send = (exercise: Exercise, district: string, task: Task, hours: number) =>
  acted(exercise, { type: "send", district, task }, rules, at(hours));
const judge = (exercise: Exercise, district: string, judgement: Judgement, hours: number) =>
  acted(exercise, { type: "judge", district, judgement }, rules, at(hours));

describe("crews", () => {
  test("one that searches 8 km finds the leak after two hours and a half, and mends it two hours later", () => {
    const sent = send(begin(), "north", "search", 3);
    expect(advanced(sent, [burst], at(5.4)).mendings).toEqual([]);
    const { exercise, mendings } = advanced(sent, [burst], at(5.5));
    expect(mendings).toEqual([{ trouble: 0, atMs: at(7.5) }]);
    expect(exercise.missions[0]!.found).toEqual({ place: "P1" });
    // Found once, mended once.
    expect(advanced(exercise, [burst], at(6)).mendings).toEqual([]);
  });

  test("one that is out cannot be sent; one that found nothing is free at once", () => {
    const sent = send(begin(), "south", "search", 3);
    expect(() => send(sent, "north", "search", 4)).toThrow("Every crew is out.");
    const { exercise } = advanced(sent, [burst], at(5.5));
    expect(exercise.missions[0]!.found).toEqual({ place: null });
    expect(crewsOut(exercise, at(5.6))).toBe(0);
    send(exercise, "north", "search", 5.6);
  });

  test("it finds what has begun when it has looked, and only what it was sent for", () => {
    const early = advanced(send(begin(), "north", "search", 0), [{ ...burst, fromMs: at(3) }], at(2.5));
    expect(early.exercise.missions[0]!.found).toEqual({ place: null });
    const other = advanced(send(begin(), "south", "search", 5), [burst, stuck], at(8));
    expect(other.exercise.missions[0]!.found).toEqual({ place: null });
    const meters = advanced(send(begin(), "south", "meter", 5), [burst, stuck], at(8));
    expect(meters.mendings).toEqual([{ trouble: 1, atMs: at(7.5) }]);
  });

  test("of two leaks in a district each crew finds one", () => {
    const small = { ...burst, trouble: 2, place: "P2" };
    const two = { ...rules, crews: 2 };
    const order = { type: "send", district: "north", task: "search" } as const;
    const first = advanced(acted(begin(), order, two, at(3)), [burst, small], at(6)).exercise;
    const { exercise } = advanced(acted(first, order, two, at(6)), [burst, small], at(9));
    expect(exercise.missions.map(({ found }) => found?.place)).toEqual(["P1", "P2"]);
  });
});

test("the exercise ends when its time is over, and then nothing more can be done", () => {
  const { exercise } = advanced(begin(), [burst], at(25));
  expect(exercise.endedMs).toBe(at(24));
  expect(() => judge(exercise, "north", "leak", 25)).toThrow("The exercise is over.");
});

describe("the report", () => {
  const losses = (m3: number) => ({
    lost: { m3, money: m3 },
    lostAtBest: { m3: 100, money: 100 },
    lostByDoingNothing: { m3: 500, money: 500 },
  });
  const report = (exercise: Exercise, m3: number) =>
    scoreOf({ exercise, endedMs: at(24), hidden: [burst, stuck], acknowledged: [], ...losses(m3) });

  test("says when the trainee knew, which calls were right and which crew went in vain", () => {
    let played = judge(begin(), "north", "nothing", 1);
    played = judge(played, "north", "nothing", 3);
    played = judge(played, "north", "leak", 4);
    played = judge(played, "south", "leak", 5);
    played = advanced(send(played, "south", "search", 5), [burst, stuck], at(8)).exercise;
    const told = report(played, 300);
    expect(told.calls.map(({ right }) => right)).toEqual([true, false, true, false]);
    expect(told.missionsInVain).toBe(1);
    expect(told.troubles.map(({ what, awareMs }) => [what, awareMs])).toEqual([
      ["leak", at(4)],
      ["sensor-fault", null],
    ]);
  });

  test("an acknowledged alarm counts as knowing, if it says what it is and not before it is", () => {
    const acknowledged = [
      { districts: ["south"], atMs: at(3), what: "sensor-fault" as const },
      { districts: ["north"], atMs: at(5), what: "sensor-fault" as const },
      { districts: ["south"], atMs: at(6), what: "sensor-fault" as const },
    ];
    const told = scoreOf({
      exercise: begin(),
      endedMs: at(24),
      hidden: [burst, stuck],
      acknowledged,
      ...losses(500),
    });
    expect(told.troubles.map(({ awareMs }) => awareMs)).toEqual([null, at(6)]);
  });

  test("the best play has all points, doing nothing none, and better play more than worse", () => {
    let best = judge(begin(), "north", "leak", 2);
    best = advanced(send(best, "north", "search", 2), [burst, stuck], at(4.5)).exercise;
    best = judge(best, "south", "sensor-fault", 4.5);
    expect(report(best, 100).points).toBe(100);
    expect(report(begin(), 500).points).toBe(0);
    const late = judge(begin(), "north", "leak", 12);
    expect(report(late, 400).points).toBeGreaterThan(0);
    expect(report(late, 400).points).toBeLessThan(report(judge(begin(), "north", "leak", 4), 300).points);
  });

  test("the best is a crew that leaves the moment the pipe breaks, not before the exercise begins", () => {
    expect(bestMendedMs(burst, startMs, () => 8)).toBe(at(2 + 0.5 + 2 + 2));
    expect(bestMendedMs({ ...burst, fromMs: at(-5) }, startMs, () => 8)).toBe(at(4.5));
  });
});
