/** What the other meters of a utility have changed by, whoever is judged first. */
import { expect, test } from "vitest";
import { createGrowthBoard, growthOfOthers, noteGrowth } from "../../src/detect/growth-board.ts";

test("a meter that two districts share counts among the others as any does", () => {
  const board = createGrowthBoard();
  for (const [day, share] of [
    [10, 0.1],
    [11, 0.2],
  ] as const) {
    for (const sensor of ["own", "shared", "shared", "other"]) noteGrowth(board, sensor, day, share, 20);
  }
  expect(growthOfOthers(board, "own", 11)).toBe(0.1);
  expect(growthOfOthers(board, "own", 12)).toBe(0.2);
});
