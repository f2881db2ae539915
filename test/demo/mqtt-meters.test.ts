/** The demo's MQTT meters publish readings a third-party device could have sent, and outlive their broker. */
import { expect, onTestFinished, test } from "vitest";
import { createDemandModel } from "../../src/demo/demand-model.ts";
import { keepProcess } from "../../src/demo/kept-process.ts";
import { townArguments } from "../../src/demo/town-arguments.ts";
import { startBroker } from "./demo-network.ts";
import { logger, town } from "./demo-town.ts";

test("bare readings arrive as JSON and go on after the broker was away", async () => {
  const broker = await startBroker();
  const meters = keepProcess({
    name: "mqtt-meters",
    script: new URL("../../src/demo/mqtt-meters.ts", import.meta.url),
    arguments: [...townArguments(town), "--broker", broker.url],
    logger,
  });
  onTestFinished(() => meters.stop());
  const model = createDemandModel(town);
  const { sensor, time, value } = await broker.nextReading();
  expect(value).toBe(model.reading(sensor, time));
  expect(Math.abs(Date.now() - time)).toBeLessThan(20_000);
  const pid = meters.pid();
  await broker.close();
  const again = await startBroker(broker.port);
  expect((await again.nextReading()).time).toBeGreaterThan(time);
  expect(meters.pid()).toBe(pid);
});
