/** The agent as it is packed for a board: without types, without the centre, started by its own command. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { writeAgentConfig } from "./agent-process.ts";
import { startFakeCentre, startTestBroker, timesOf } from "./fake-centre.ts";
import { START_MS } from "./opcua-scene.ts";

vi.setConfig({ testTimeout: 300_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));

test("plays a recording to the centre, and its example is right", async () => {
  const folder = await temporaryFolder();
  const packed = join(folder, "packed");
  execFileSync(process.execPath, [join(root, "edge/packaging/pack.mjs"), packed], { stdio: "pipe" });
  symlinkSync(join(root, "node_modules"), join(packed, "node_modules"));
  const command = join(packed, "nightflow-edge");
  const example = execFileSync(command, ["--config", join(packed, "agent.yaml"), "--check"], {
    encoding: "utf8",
  });
  expect(example).toContain("agent.yaml: right");

  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  writeFileSync(join(folder, "log.csv"), `Time,Flow\n${new Date(START_MS).toISOString()},1\n`);
  const columns = { Flow: { sensor: "inflow", quantity: "flow", unit: "L/s" } };
  const csv = [{ name: "log", file: "log.csv", recording: { timeColumn: "Time", columns } }];
  const config = await writeAgentConfig(folder, url, { csv });
  const agent = spawn(command, ["--config", config, "--until-drained"], { stdio: "ignore" });
  const [code] = await once(agent, "exit");
  expect(code).toBe(0);
  expect(timesOf(centre.stored, "inflow")).toEqual([START_MS]);
});
