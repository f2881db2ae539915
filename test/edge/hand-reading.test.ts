/** Meters read by people: what is kept, what is refused and why, and that it arrives as every other reading does. */
import { execFile } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { figuresOf, lastOf, noticesOf, startCentre, until } from "./opcua-scene.ts";

vi.setConfig({ testTimeout: 300_000 });

const main = fileURLToPath(new URL("../../edge/main.ts", import.meta.url));
/** The command line of the whole system, which hands the words on. */
const nightflow = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

const counter = { largestFlowM3h: 40, rolloverAt: 100_000 };
const hand = [
  { meter: "tank", sensor: "tank-level", quantity: "level", unit: "cm", least: 0, most: 500 },
  { meter: "bulk", sensor: "bulk-flow", quantity: "flow", unit: "m3", counter },
  { meter: "bulk", sensor: "bulk-volume", quantity: "volume", unit: "m3" },
];

const read = (config: string, ...words: string[]) => run(main, "read", ...words, "--config", config);

async function run(...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)(process.execPath, args, { env: { ...process.env, TZ: "UTC" } })).stdout;
  } catch (error) {
    return `refused: ${(error as { stderr: string }).stderr}`;
  }
}

const NIGHT_MS = Date.UTC(2026, 2, 1);

test("a reading is kept whether the agent runs or not, and arrives as a sample with its own time", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const config = await writeAgentConfig(folder, url, { hand }, { batchAgeMs: 50 });
  const first = ["bulk", "99990", "--at", "2026-03-01 01:00", "--by", "Amina"];
  expect(await run(nightflow, "edge", "read", ...first, "--config", config)).toBe(
    "kept: bulk 99990 m3 at 2026-03-01T01:00:00.000Z, read by Amina\n",
  );
  const agent = startAgentProcess(config);
  await until("it is stored", () => lastOf(centre, "bulk-volume")?.v === 99_990);
  expect(lastOf(centre, "bulk-volume")?.t).toBe(NIGHT_MS + 3_600_000);
  expect(figuresOf(centre, "hand-reading")).toMatchObject({ meter: "bulk", value: 99_990, by: "Amina" });
  expect(lastOf(centre, "bulk-flow"), "one reading is no flow yet").toBeUndefined();

  await read(config, "bulk", "20", "--at", "2026-03-01T07:00:00+03:00");
  await until("the register went round", () => lastOf(centre, "bulk-flow") !== undefined);
  expect(lastOf(centre, "bulk-flow")).toMatchObject({ t: NIGHT_MS + 4 * 3_600_000, v: 10 });
  expect(noticesOf(centre)).toContain("counter-rolled-over bulk-flow");
  await read(config, "tank", "250");
  await until("the level is stored", () => lastOf(centre, "tank-level")?.v === 2.5);

  await agent.signal("SIGKILL");
  await read(config, "bulk", "7", "--at", "2026-03-01 05:00", "--exchanged");
  await read(config, "bulk", "17", "--at", "2026-03-01 06:00");
  startAgentProcess(config);
  await until(
    "both are stored",
    () => lastOf(centre, "bulk-flow")?.v === 10 && lastOf(centre, "bulk-volume")?.v === 17,
  );
  expect(noticesOf(centre)).toContain("counter-exchanged bulk-flow");
});

test("what cannot be true is refused with the reason, and keeps nothing", async () => {
  const folder = await temporaryFolder();
  const config = await writeAgentConfig(folder, "mqtt://127.0.0.1:9", { hand });
  expect(await read(config, "bulk", "5000", "--at", "2026-03-01 01:00")).toContain("kept");
  for (const [words, reason] of [
    [["pump", "1"], 'there is no meter "pump" under sources.hand; there are: tank, bulk'],
    [["tank", "12,5"], '"12,5" is not a number such as 1234.5'],
    [["tank", "501"], "501 cm is above 500, the most this meter shows"],
    [["tank", "1", "--at", "2999-01-01 00:00"], "is in the future"],
    [["tank", "1", "--at", "yesterday"], '"yesterday" is not a time such as'],
    [
      ["bulk", "4000", "--at", "2026-03-01 02:00"],
      "4000 is less than the last reading, 5000 at 2026-03-01T01:00",
    ],
    [
      ["bulk", "5100", "--at", "2026-03-01 02:00"],
      "5100 is more than water can have made since the last reading",
    ],
    [["bulk"], "a meter and a value are wanted"],
  ] as const) {
    expect(await read(config, ...words)).toContain(reason);
  }
  expect(readdirSync(join(folder, "spool.sqlite-readings"))).toHaveLength(1);
});

test("a file in the folder that is no reading is told, set aside, and hurts no other", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const config = await writeAgentConfig(folder, url, { hand }, { batchAgeMs: 50 });
  await read(config, "tank", "100");
  writeFileSync(join(folder, "spool.sqlite-readings", "1-0a.json"), "{");
  startAgentProcess(config);
  await until("the other is stored", () => lastOf(centre, "tank-level")?.v === 1);
  await until("it is told", () => noticesOf(centre).includes("hand-reading-rejected"));
  expect(readdirSync(join(folder, "spool.sqlite-readings")).toSorted()).toEqual([
    "1-0a.json.rejected",
    "last.json",
  ]);
});
