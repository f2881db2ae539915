/** The demo's processes start together, are started again when they die, and never outlive the demo. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startDemoProcesses } from "../../src/demo/demo-processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { freePort, startBroker, takenPort } from "./demo-network.ts";
import { logger, quietWorld } from "./demo-town.ts";

test("they start, a killed one comes back, and all are gone when stopped", async () => {
  const broker = await startBroker();
  const processes = await startDemoProcesses({
    world: quietWorld(),
    folder: await temporaryFolder(),
    brokerUrl: broker.url,
    stationPort: await freePort(),
    logger,
  });
  onTestFinished(() => processes.stop());
  const pidOf = (name: string) => processes.running().find((one) => one.name === name)?.pid;
  expect(pidOf("opcua-station")).toBeDefined();
  const metersPid = pidOf("mqtt-meters")!;
  process.kill(metersPid, "SIGKILL");
  await until("the meters run again", () => ![metersPid, undefined].includes(pidOf("mqtt-meters")));
  await broker.nextReading();
  const pids = processes.running().map(({ pid }) => pid);
  await processes.stop();
  expect(pids.filter(isAlive)).toEqual([]);
  expect(processes.running()).toEqual([]);
});

test("a station that cannot have its port fails the start and leaves nothing behind", async () => {
  const broker = await startBroker();
  const stationPort = await takenPort();
  const starting = startDemoProcesses({
    world: quietWorld(),
    folder: await temporaryFolder(),
    brokerUrl: broker.url,
    stationPort,
    logger,
  });
  await expect(starting).rejects.toThrow(`port ${stationPort} is in use`);
});

test("none outlives a starter that was killed", async () => {
  const { starter, pids } = await startElsewhere();
  starter.kill("SIGKILL");
  // An agent that nobody answers takes its time to hand over what it has.
  await until("all have ended", () => !pids.some(isAlive), 60_000);
}, 180_000);

test("Ctrl-C, which a terminal sends to everyone at once, ends them in order and without complaint", async () => {
  const { starter, pids, said } = await startElsewhere();
  process.kill(-starter.pid!, "SIGINT");
  const [code] = await once(starter, "close");
  expect({ code, said, alive: pids.filter(isAlive) }).toEqual({ code: 0, said: [], alive: [] });
});

/** A demo in a process group of its own, as a shell would start it. */
async function startElsewhere() {
  const broker = await startBroker();
  const script = fileURLToPath(new URL("./demo-starter.ts", import.meta.url));
  const given = [await temporaryFolder(), broker.url, String(await freePort())];
  const starter = spawn(process.execPath, [script, ...given], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const lines = createInterface({ input: starter.stdout });
  const [line] = await once(lines, "line");
  const pids: number[] = JSON.parse(line);
  onTestFinished(() => {
    for (const pid of [starter.pid!, ...pids].filter(isAlive)) process.kill(pid, "SIGKILL");
  });
  expect(pids.length).toBe(3);
  const said: string[] = [];
  lines.on("line", (more) => said.push(more));
  return { starter, pids, said };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
