/** What was said of one thing that happened, and the table of it. */
import { expect, test } from "vitest";
import { answerOf, confusionOf, formatConfusion, wasCalledLeak } from "../../src/backtest/confusion.ts";
import { openFinding } from "../../src/detect/standing-finding.ts";
import type { Verdict, VerdictKind } from "../../src/model/verdict.ts";

function finding(kind: VerdictKind, decidedMs: number, endMs: number | null = null): Verdict {
  const found = openFinding({ kind: "district", id: "a" }, kind, 100, {
    decidedMs,
    confidence: 1,
    evidence: [],
  });
  return { ...found, endMs };
}

test("a leak that stands outweighs what explains it, and what was taken back was not said", () => {
  const valve = [finding("boundary-valve", 200)];
  expect(answerOf([[finding("burst", 150)], valve], 100)).toBe("burst");
  expect(answerOf([[finding("burst", 150), finding("burst", 150, 100)], valve], 100)).toBe("boundary-valve");
  expect(wasCalledLeak([[finding("burst", 150), finding("burst", 150, 100)]], 100)).toBe(true);
});

test("a burst that ended by itself is what it turned out to be", () => {
  expect(answerOf([[finding("burst", 150, 900)], [finding("large-user", 950, 900)]], 100)).toBe("large-user");
  expect(answerOf([[finding("burst", 150, 900)]], 100)).toBe("burst");
});

test("what was said before is no answer, and nothing is one", () => {
  expect(answerOf([[finding("leak", 50)]], 100)).toBe("nothing");
  expect(answerOf([[finding("not-assessable", 150)]], 100)).toBe("nothing");
});

test("the table counts runs by what happened and what was said", () => {
  const rows = confusionOf(
    ["leak", "data-gap", "burst"],
    [
      { cause: "leak", said: "leak", calledLeak: true },
      { cause: "leak", said: "nothing", calledLeak: false },
      { cause: "data-gap", said: "data-gap", calledLeak: false },
    ],
  );
  expect(rows).toEqual([
    { cause: "leak", runs: 2, said: { leak: 1, nothing: 1 }, rightPercent: 50, calledLeak: 1 },
    { cause: "data-gap", runs: 1, said: { "data-gap": 1 }, rightPercent: 100, calledLeak: 0 },
  ]);
  expect(formatConfusion(rows)).toMatch(/leak +1 +\. +1 +50 % +1 of 2/);
});
