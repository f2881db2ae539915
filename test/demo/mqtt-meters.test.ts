/** The demo's MQTT meters publish readings a third-party device could have sent, and outlive their broker. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { liveWorld, writeWorld } from "../../src/demo/demo-world.ts";
import { keepProcess } from "../../src/demo/kept-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startBroker } from "./demo-network.ts";
import { logger, quietWorld } from "./demo-town.ts";

test("bare readings arrive as JSON and go on after the broker was away", async () => {
  const broker = await startBroker();
  const world = quietWorld();
  const file = join(await temporaryFolder(), "world.json");
  writeWorld(file, world);
  const meters = keepProcess({
    name: "mqtt-meters",
    script: new URL("../../src/demo/mqtt-meters.ts", import.meta.url),
    arguments: ["--world", file, "--broker", broker.url],
    logger,
  });
  onTestFinished(() => meters.stop());
  const simulation = await liveWorld(world);
  const { sensor, time, value } = await broker.nextReading();
  expect(value).toBe(simulation.reading(sensor, time)?.value);
  expect(Math.abs(Date.now() - time)).toBeLessThan(20_000);
  const pid = meters.pid();
  await broker.close();
  const again = await startBroker(broker.port);
  expect((await again.nextReading()).time).toBeGreaterThan(time);
  expect(meters.pid()).toBe(pid);
});
