import { expect, test } from "vitest";
import { evidence } from "../../src/model/evidence.ts";
import { explain, sentenceOf } from "../../src/model/explanation.ts";
import { ENGLISH } from "../../src/model/sentences-en.ts";
import { tellingFor } from "../../src/model/telling.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { RULES } from "../alarm/sample-verdicts.ts";

const leak: Verdict = {
  key: "district:north:leak:2026-03-01T02:00:00.000Z",
  subject: { kind: "district", id: "north" },
  kind: "leak",
  startMs: Date.UTC(2026, 2, 1, 2),
  endMs: null,
  decidedMs: Date.UTC(2026, 2, 2, 4),
  size: { estimate: 5.2371, low: 4.1, high: 6.349 },
  confidence: 0.9,
  evidence: [{ code: "night-flow-rose", figures: { beforeM3h: 2, afterM3h: 7.2371, nights: 3 } }],
  ruledOut: [
    { kind: "boundary-valve", because: { code: "neighbours-unchanged", figures: { neighbour: "south" } } },
  ],
  missing: [{ code: "level-missing", figures: { sensor: "tank-1" } }],
};

test("a verdict is told as claim and size, evidence, what was ruled out, what is missing", () => {
  expect(explain(leak, ENGLISH)).toEqual([
    "Water leaks in the district: 5.24 m3/h, between 4.1 and 6.35.",
    "Night flow rose (before 2 m3/h, after 7.24 m3/h, nights 3).",
    "Not boundary valve: neighbours unchanged (neighbour south).",
    "Not known: the level of a tank in the district is missing (sensor tank-1).",
  ]);
});

test("evidence with a sentence of its own has its figures where they belong", () => {
  const found = evidence("daily-minimum-rose", {
    minimumM3h: 14.41,
    baselineM3h: 10,
    risePercent: 44.1,
    limitPercent: 20,
  });
  expect(sentenceOf(found, ENGLISH)).toBe(
    "The least flow of the day was 14.4 m3/h, 44.1 % above the least of the quiet days before, 10 m3/h; up to 20 % is usual.",
  );
  expect(sentenceOf(evidence("no-samples", { lastedH: 3.5, expectedEveryMs: 300_000 }), ENGLISH)).toBe(
    "No sample has come for 3.5 h; one is expected every 5 min.",
  );
});

test("a figure that the sentence does not use follows it, one that it lacks leaves none out", () => {
  const figures = { lastedH: 3, sensor: "inlet" };
  expect(sentenceOf({ code: "value-moves-again", figures }, ENGLISH)).toBe(
    "The value moves again, after 3 h (sensor inlet).",
  );
  expect(sentenceOf({ code: "no-samples", figures }, ENGLISH)).toBe("No samples (lasted 3 h, sensor inlet).");
});

test("a verdict without a size claims none", () => {
  expect(explain({ ...leak, kind: "sensor-stuck", size: null }, ENGLISH)[0]).toBe(
    "The sensor is stuck: its value does not move.",
  );
});

test("names and the wall clock at home are told instead of ids and UTC", () => {
  const { utility } = RULES;
  const [sensor] = utility.sensors;
  const telling = tellingFor(utility, "Africa/Nairobi");
  const figures = { sensor: sensor?.id ?? "", sinceMs: Date.UTC(2026, 2, 1, 2, 30) };
  expect(sentenceOf({ code: "too-few-samples", figures }, ENGLISH, telling)).toBe(
    `Too few good samples came (sensor ${sensor?.name}, since 2026-03-01 05:30).`,
  );
});

test.each([
  [{ completenessShare: 0.4132 }, "completeness 41.3 %"],
  [{ completenessPercent: 41 }, "completeness 41 %"],
  [{ pressureM: 31.25 }, "pressure 31.3 m"],
  [{ lostM3: 1204 }, "lost 1204 m3"],
  [{ sinceMs: Date.UTC(2026, 2, 1, 2, 30) }, "since 2026-03-01 02:30 UTC"],
  [{ silentMs: 5_400_000 }, "silent 1.5 h"],
  [{ silentMs: 90_000 }, "silent 1.5 min"],
  [{ lastedDays: 1 }, "lasted 24 h"],
  [{ lastedH: 0.25 }, "lasted 15 min"],
  [{ silentMs: 259_200_000 }, "silent 3 days"],
  [{ sensor: "inlet" }, "sensor inlet"],
])("%o is told with its unit: %s", (figures, told) => {
  expect(sentenceOf({ code: "too-few-samples", figures }, ENGLISH)).toBe(
    `Too few good samples came (${told}).`,
  );
});
