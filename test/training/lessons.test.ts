/** The lessons that ship: graded, told in three languages, winnable; and one of them played to its report. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { newWorld, readScenario, readWorld } from "../../src/demo/demo-world.ts";
import { ziwani } from "../../src/demo/ziwani.ts";
import { openExercise } from "../../src/exercise.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { LANGUAGES } from "../../src/model/language.ts";
import { scenarioEndsMs, troublesOf } from "../../src/simulate/scenario.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = fileURLToPath(new URL("../../config/lessons", import.meta.url));
const files = readdirSync(folder).sort();
const read = readCentreConfig(fileURLToPath(new URL("../../config/demo", import.meta.url)));
if (!read.ok || !read.config.network) throw new Error("config/demo is wrong");
const { utility, network } = read.config;

describe("lessons", () => {
  test("are five, from grade 1 to 5, each with a brief of its own in every language", () => {
    const lessons = files.map((file) => readScenario(join(folder, file)).lesson!);
    expect(lessons.map(({ grade }) => grade)).toEqual([1, 2, 3, 4, 5]);
    for (const language of LANGUAGES) {
      const briefs = lessons.map(({ brief }) => brief[language]);
      expect(new Set(briefs).size).toBe(5);
      for (const brief of briefs) expect(brief.length).toBeGreaterThan(200);
    }
    expect(new Set(lessons.flatMap(({ brief }) => Object.values(brief))).size).toBe(15);
  });

  test("the last is a mixed night: festival, sensor fault, boundary valve and two leaks", () => {
    const kinds = readScenario(join(folder, files[4]!)).troubles.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["custom", "stuck", "valve", "leak"]));
    expect(kinds.filter((kind) => kind === "leak")).toHaveLength(2);
  });

  test("nothing has happened yet when a lesson is opened, and everything happens within it", () => {
    for (const file of files) {
      const lesson = readScenario(join(folder, file));
      const world = newWorld(join(folder, file), Date.parse("2026-06-01T08:00:00Z"));
      const { timeZone } = ziwani().calendar;
      const endsMs = scenarioEndsMs(lesson, world.startMs, timeZone);
      expect(lesson.troubles.length, file).toBeGreaterThan(0);
      for (const { fromMs } of troublesOf(lesson, world.startMs, timeZone)) {
        expect(fromMs, file).toBeGreaterThan(world.simulatedMs);
        expect(fromMs, file).toBeLessThan(endsMs - 2 * HOUR_MS);
      }
    }
  });
});

/** On a clock of the test's own. */
async function opened(file: string) {
  const data = await temporaryFolder();
  let machineMs = Date.parse("2026-06-01T08:00:00Z");
  const world = newWorld(join(folder, file), machineMs);
  const options = {
    folder: data,
    world,
    utility,
    network: network!,
    clock: () => machineMs,
    alarms: () => [],
  };
  const exercise = await openExercise(options);
  return {
    data,
    exercise,
    reopen: () => openExercise({ ...options, world: readWorld(join(data, "world.json")) }),
    async passes(simulatedMs: number) {
      machineMs += simulatedMs / exercise.view().speed;
      await exercise.tick();
    },
  };
}

test("lesson 1, played well: the leak is mended in the running town and the report says what was saved", {
  timeout: 240_000,
}, async () => {
  const { data, exercise, passes, reopen } = await opened(files[0]!);
  const begun = exercise.view();
  expect(begun).toMatchObject({ grade: 1, crews: 1, paused: true, report: null });
  await passes(5 * HOUR_MS);
  expect(exercise.view().nowMs).toBe(begun.nowMs);

  await exercise.act({ type: "resume", speed: 300 });
  await passes(2.25 * HOUR_MS);
  await exercise.act({ type: "judge", district: "reli", judgement: "leak" });
  await exercise.act({ type: "send", district: "reli", task: "search" });
  await expect(exercise.act({ type: "send", district: "sokoni", task: "search" })).rejects.toThrow(
    "Every crew is out.",
  );
  await expect(exercise.act({ type: "judge", district: "nowhere", judgement: "leak" })).rejects.toThrow(
    "nowhere",
  );
  await passes(4 * HOUR_MS);
  const [mission] = exercise.view().exercise.missions;
  expect(mission!.found).toEqual({ place: "RE-P05" });
  expect(exercise.world().mendings).toEqual([{ trouble: 0, atMs: mission!.doneMs }]);

  // Broken off and opened again: it goes on where it was, and waits.
  const again = await reopen();
  expect(again.view()).toMatchObject({ paused: true, exercise: exercise.view().exercise });

  await passes(24 * HOUR_MS);
  const { report, paused, exercise: played } = exercise.view();
  expect(played.endedMs).toBe(played.endsMs);
  expect(paused).toBe(true);
  expect(report!.lost.m3).toBeLessThan(0.4 * report!.lostByDoingNothing.m3);
  expect(report!.lost.m3).toBeGreaterThan(report!.lostAtBest.m3);
  expect(report!.lost.money).toBeCloseTo(65 * report!.lost.m3, 6);
  expect(report!.points).toBeGreaterThan(90);
  expect(report!.troubles).toMatchObject([{ what: "leak", district: "reli", place: "RE-P05" }]);
  expect(readFileSync(join(data, "report.md"), "utf8")).toContain(`**${report!.points} of 100 points**`);
  await expect(exercise.act({ type: "resume" })).rejects.toThrow("over");
});
