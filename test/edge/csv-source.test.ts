import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { startFakeCentre, startTestBroker, timesOf } from "./fake-centre.ts";

const ROWS = 20_000;
const START_MS = Date.UTC(2026, 0, 1);
const columns = {
  Flow: { sensor: "inflow", quantity: "flow", unit: "L/s" },
  Level: { sensor: "tank", quantity: "level", unit: "m" },
};

function recording(rows = ROWS): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const time = new Date(START_MS + row * 60_000).toISOString();
    return `${time},${row % 100},${row % 7}`;
  });
  return ["Time,Flow,Level", ...lines, ""].join("\n");
}

const allTimes = Array.from({ length: ROWS }, (_, row) => START_MS + row * 60_000);

function csvSources(file: string) {
  return {
    csv: [{ name: "recording", file, recording: { timeColumn: "Time", columns }, pauseAboveBatches: 20 }],
  };
}

test("plays a compressed recording through the spool, and exits 0 when all of it is acknowledged", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "recording.csv.gz"), gzipSync(recording()));
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  const agent = startAgentProcess(
    await writeAgentConfig(folder, url, csvSources("recording.csv.gz")),
    "--until-drained",
  );
  expect(await agent.exited).toBe(0);
  expect(timesOf(centre.stored, "inflow")).toEqual(allTimes);
  expect(timesOf(centre.stored, "tank")).toEqual(allTimes);
  expect(centre.stored[0]?.series.find(({ sensor }) => sensor === "inflow")?.v.slice(0, 3)).toEqual([
    0, 3.6, 7.2,
  ]);
  await until("the agent said goodbye", () => centre.statuses.at(-1)?.online === false);
  expect(centre.statuses.at(-1)?.oldestUnacknowledgedMs).toBeNull();
});

test("killed with SIGKILL mid-stream and started again, the centre sees every sample", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "recording.csv"), recording());
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  const config = await writeAgentConfig(folder, url, csvSources("recording.csv"));
  const first = startAgentProcess(config, "--until-drained");
  await until("it is mid-stream", () => centre.stored.length > 10);
  expect(await first.signal("SIGKILL")).toBeUndefined();
  expect(new Set(timesOf(centre.stored, "inflow")).size).toBeLessThan(ROWS);
  expect(await startAgentProcess(config, "--until-drained").exited).toBe(0);
  const seen = [...new Set(timesOf(centre.stored, "inflow"))].sort((a, b) => a - b);
  expect(seen).toEqual(allTimes);
  expect(centre.stored.map(({ seq }) => seq)).toEqual(centre.stored.map((_, index) => index + 1));
  expect(new Set(centre.stored.map(({ epoch }) => epoch)).size).toBe(1);
});

test("faulty rows are counted in a notice, and a missing column fails the run in words", async () => {
  const folder = await temporaryFolder();
  const text = recording(10).replace(",3,3\n", ",x,3\n").replace("Level", "Pegel");
  await writeFile(join(folder, "recording.csv"), text);
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  const agent = startAgentProcess(
    await writeAgentConfig(folder, url, csvSources("recording.csv")),
    "--until-drained",
  );
  expect(await agent.exited).toBe(1);
  expect(agent.errors()).toMatch(/recording\.csv lacks 1 of the columns/);
  await until("the notice arrived", () => centre.stored.some(({ notices }) => notices?.length));
  expect(centre.stored.flatMap(({ notices }) => notices ?? [])[0]).toMatchObject({
    code: "recording-faults",
    figures: { "missing-column": 1, "unreadable-value": 1 },
  });
  expect(timesOf(centre.stored, "inflow")).toEqual(allTimes.slice(0, 10));
});

test("SIGTERM stops an agent that waits for nothing, with exit code 0", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "recording.csv"), recording(10));
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  const agent = startAgentProcess(await writeAgentConfig(folder, url, csvSources("recording.csv")));
  await until("all is stored", () => timesOf(centre.stored, "inflow").length === 10);
  expect(await agent.signal("SIGTERM")).toBe(0);
});
