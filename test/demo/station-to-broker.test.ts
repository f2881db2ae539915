/** From the station's instruments to the broker: OPC UA server, agent and spool as the processes they are. */
import { expect, onTestFinished, test } from "vitest";
import { startDemoProcesses } from "../../src/demo/demo-processes.ts";
import { liveWorld } from "../../src/demo/demo-world.ts";
import { livePeriodMs } from "../../src/demo/live-rhythm.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { freePort, startBroker } from "./demo-network.ts";
import { logger, quietWorld } from "./demo-town.ts";

test("the agent sends what the station's meters read, in the units inside and at the time they were read", async () => {
  const broker = await startBroker();
  const world = quietWorld();
  const processes = await startDemoProcesses({
    world,
    folder: await temporaryFolder(),
    brokerUrl: broker.url,
    stationPort: await freePort(),
    logger,
  });
  onTestFinished(() => processes.stop());
  const simulation = await liveWorld(world);
  let series = (await broker.nextBatch()).series;
  while (series.length === 0) series = (await broker.nextBatch()).series;
  for (const { sensor, t, v } of series) {
    expect(t[0]! % livePeriodMs(1)).toBe(0);
    expect(v[0]).toBeCloseTo(simulation.reading(sensor, t[0]!)!.value, 9);
  }
});
