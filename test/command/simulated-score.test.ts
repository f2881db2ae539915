/** A smaller part of the simulated score: it fails when the judgement says less of what happened than it did. Reads ../shared/data/networks. */
import { expect, test } from "vitest";
import { formatSimulated, simulatedScore } from "../../src/command/simulated-score.ts";
import { sharedData } from "../support/shared-data.ts";

const folder = sharedData("networks") ?? "";

test.skipIf(folder === "")(
  "on three networks, with tanks, without and supplied at some hours, what happened is what was said, and no sensor fault is called a leak",
  { timeout: 240_000 },
  async () => {
    const networks = [
      ...["Hanoi", "Net1", "Net3"].map((name) => ({ name, supply: "steady" as const })),
      { name: "Hanoi", supply: "intermittent" as const },
    ];
    const score = await simulatedScore({ folder, networks, runs: 1, seed: 1 });
    const told = formatSimulated(score);
    expect(score.rightPercent, told).toBeGreaterThanOrEqual(95);
    expect(score.sensorFaultsCalledLeak, told).toBe(0);
    expect(score.confusion.find(({ cause }) => cause === "nothing")?.rightPercent, told).toBe(100);
  },
);
