/**
 * The demo's meters in chambers, a process of its own: loggers that publish each reading by itself as JSON, as third-party devices
 * do. They keep nothing: what they read while the broker is away is lost, and they go on when it is back.
 *
 *   node src/demo/mqtt-meters.ts --broker mqtt://127.0.0.1:1883 --world data/demo/world.json
 *
 * Says "ready BROKER" on standard output once it is connected for the first time.
 */
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { messageOf } from "../model/failure.ts";
import { arrivals } from "./arrivals.ts";
import { MQTT_METERS, meterTopic } from "./demo-sites.ts";
import { liveWorld, readWorld } from "./demo-world.ts";
import { startLiveRhythm } from "./live-rhythm.ts";

const { values: given } = parseArgs({
  options: {
    broker: { type: "string", default: "mqtt://127.0.0.1:1883" },
    world: { type: "string", default: "data/demo/world.json" },
  },
});

try {
  const simulation = await liveWorld(readWorld(given.world));
  const arriving = arrivals(simulation);
  const client = mqtt.connect(given.broker, {
    clientId: `ziwani-meters-${process.pid}`,
    reconnectPeriod: 1000,
    queueQoSZero: false,
  });
  client.once("connect", () => process.stdout.write(`ready ${given.broker}\n`));
  // Emitted for each failed attempt; the client tries again by itself.
  client.on("error", (error) => process.stderr.write(`${messageOf(error)}\n`));
  const read = (nowMs: number) => {
    for (const sensor of MQTT_METERS) {
      for (const { timeMs, value } of arriving(sensor, nowMs)) {
        if (client.connected) client.publish(meterTopic(sensor), JSON.stringify({ time: timeMs, value }));
      }
    }
  };
  const rhythm = startLiveRhythm({ worldFile: given.world, simulation, read });
  process.once("SIGTERM", () => {
    rhythm.stop();
    client.end(false, {}, () => process.exit(0));
  });
} catch (thrown) {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
}
