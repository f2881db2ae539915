/** A scenario cuts the station's link and power, and the real agent's spool carries the readings over both. */
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startDemoProcesses } from "../../src/demo/demo-processes.ts";
import { atSpeed, newWorld } from "../../src/demo/demo-world.ts";
import { MINUTE_MS } from "../../src/model/clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { freePort, startBroker } from "./demo-network.ts";
import { logger } from "./demo-town.ts";

const SPEED = 120;
const at = (time: string) => Date.parse(`2026-02-04T${time}:00+03:00`);

test("what was read while the link was cut comes later; a killed agent comes back with its power", {
  timeout: 240_000,
}, async () => {
  const broker = await startBroker();
  const file = fileURLToPath(new URL("./cut-days.yaml", import.meta.url));
  const world = atSpeed(newWorld(file, Date.now()), SPEED, Date.now());
  const processes = await startDemoProcesses({
    world,
    folder: await temporaryFolder(),
    brokerUrl: broker.url,
    stationPort: await freePort(),
    logger,
  });
  onTestFinished(() => processes.stop());
  const agent = () => processes.running().find(({ name }) => name === "kilima-agent")?.pid;
  const firstPid = agent();
  const read = new Set<number>();
  const readUntil = async (timeMs: number) => {
    while (![...read].some((one) => one >= timeMs))
      for (const { sensor, t } of (await broker.nextBatch()).series)
        if (sensor === "sokoni-inflow") for (const time of t) read.add(time);
  };
  await readUntil(at("07:12"));
  const times = [...read].filter((time) => time > at("06:00")).sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  // Readings are four minutes apart at this speed; one or the other may be missed by the sampling, an hour may not.
  expect(Math.max(...gaps)).toBeLessThanOrEqual(20 * MINUTE_MS);
  await until("the agent runs again", () => ![firstPid, undefined].includes(agent()), 120_000);
  await readUntil(at("07:45"));
});
