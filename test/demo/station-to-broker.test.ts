/** From the station's instruments to the broker: OPC UA server, agent and spool as the processes they are. */
import { expect, onTestFinished, test } from "vitest";
import { createDemandModel, LIVE_PERIOD_MS } from "../../src/demo/demand-model.ts";
import { startDemoProcesses } from "../../src/demo/demo-processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { freePort, startBroker } from "./demo-network.ts";
import { logger, town } from "./demo-town.ts";

test("the agent sends what the station's meters read, in the units inside and at the time they were read", async () => {
  const broker = await startBroker();
  const processes = await startDemoProcesses({
    town,
    folder: await temporaryFolder(),
    brokerUrl: broker.url,
    stationPort: await freePort(),
    logger,
  });
  onTestFinished(() => processes.stop());
  const model = createDemandModel(town);
  let series = (await broker.nextBatch()).series;
  while (series.length === 0) series = (await broker.nextBatch()).series;
  for (const { sensor, t, v } of series) {
    expect(t[0]! % LIVE_PERIOD_MS).toBe(0);
    expect(v[0]).toBeCloseTo(model.reading(sensor, t[0]!), 9);
  }
});
