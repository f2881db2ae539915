/**
 * The demo's meters in chambers, a process of its own: loggers that publish each reading by itself as JSON, as third-party devices
 * do. They keep nothing: what they read while the broker is away is lost, and they go on when it is back.
 *
 *   node src/demo/mqtt-meters.ts --broker mqtt://127.0.0.1:1883 --seed 1 --first-start 1772000000000
 *
 * Says "ready BROKER" on standard output once it is connected for the first time.
 */
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { messageOf } from "../model/failure.ts";
import { createDemandModel } from "./demand-model.ts";
import { MQTT_METERS, meterTopic } from "./demo-sites.ts";
import { startLiveRhythm } from "./live-rhythm.ts";
import { townFromArguments } from "./town-arguments.ts";

const { values: given } = parseArgs({
  options: {
    broker: { type: "string", default: "mqtt://127.0.0.1:1883" },
    seed: { type: "string" },
    "first-start": { type: "string" },
  },
});

try {
  const model = createDemandModel(townFromArguments(given));
  const client = mqtt.connect(given.broker, {
    clientId: `ziwani-meters-${process.pid}`,
    reconnectPeriod: 1000,
    queueQoSZero: false,
  });
  client.once("connect", () => process.stdout.write(`ready ${given.broker}\n`));
  // Emitted for each failed attempt; the client tries again by itself.
  client.on("error", (error) => process.stderr.write(`${messageOf(error)}\n`));
  const rhythm = startLiveRhythm((timeMs) => {
    if (!client.connected) return;
    for (const sensor of MQTT_METERS) {
      client.publish(
        meterTopic(sensor),
        JSON.stringify({ time: timeMs, value: model.reading(sensor, timeMs) }),
      );
    }
  });
  process.once("SIGTERM", () => {
    rhythm.stop();
    client.end(false, {}, () => process.exit(0));
  });
} catch (thrown) {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
}
