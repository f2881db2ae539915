/** The smallest of the simulated score: it fails when the judgement says less of what happened than it did. Reads ../shared/data/networks. */
import { expect, test } from "vitest";
import { formatSimulated, simulatedScore } from "../../src/command/simulated-score.ts";
import { sharedData } from "../support/shared-data.ts";

const folder = sharedData("networks") ?? "";

test.skipIf(folder === "")(
  "on Hanoi's network what happened is what was said, and no sensor fault is called a leak",
  { timeout: 240_000 },
  async () => {
    const causes = ["leak", "burst", "meter-drift", "sensor-stuck", "data-gap", "nothing"] as const;
    const score = await simulatedScore({ folder, networks: ["Hanoi"], causes, runs: 2, seed: 1 });
    expect(score.rightPercent, formatSimulated(score)).toBeGreaterThanOrEqual(90);
    expect(score.sensorFaultsCalledLeak, formatSimulated(score)).toBe(0);
    expect(score.confusion.find(({ cause }) => cause === "nothing")?.rightPercent).toBe(100);
  },
);
