/** Operating positions in alarms.yaml: every district is watched by one of them, or nothing starts. */
import { appendFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const shipped = fileURLToPath(new URL("../../config", import.meta.url));

async function withPositions(lines: string) {
  const folder = await temporaryFolder();
  cpSync(join(shipped, "example"), folder, { recursive: true });
  cpSync(join(shipped, "alarms.yaml"), join(folder, "alarms.yaml"));
  appendFileSync(join(folder, "alarms.yaml"), lines);
  const result = readCentreConfig(folder);
  return result.ok ? result.config.positions : result.faults.map(({ key, message }) => `${key}: ${message}`);
}

test("without any, one control room watches all districts", async () => {
  expect(await withPositions("")).toEqual([
    { id: "control-room", name: "Control room", districts: ["north", "south"] },
  ]);
});

test.each([
  ["positions: [{ id: a, name: A, districts: [north] }]", ["positions: nobody watches south"]],
  [
    "positions: [{ id: a, name: A, districts: [north, south, west] }]",
    ['positions[0].districts[2]: there is no district "west" in utility.yaml'],
  ],
  [
    "positions: [{ id: a, name: A, districts: [north, south] }, { id: b, name: B, districts: [south] }]",
    ['positions[1].districts[0]: "south" is watched by "a" already'],
  ],
])("%s is refused", async (lines, faults) => {
  expect(await withPositions(lines)).toEqual(faults);
});
