/**
 * Plays the agents of a town in a process of its own: every site publishes a batch with the time of the moment ten times a second, until
 * SIGTERM. Then it waits for what is under way and prints {"published", "acknowledged"} in samples.
 */
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connectAsync } from "mqtt";
import { topicOf } from "../../src/model/wire.ts";
import { BATCH_EVERY_MS, LOAD_UTILITY, SITES, samplesABatch, sensorsAt, siteName } from "./live-load.ts";

const { values } = parseArgs({
  options: { url: { type: "string", default: "" }, rate: { type: "string", default: "10000" } },
});
const perSensor = samplesABatch(Number(values.rate));
const stepMs = BATCH_EVERY_MS / perSensor;
const client = await connectAsync(values.url, { protocolVersion: 5 });
const epoch = `load-${process.pid}`;
const sites = Array.from({ length: SITES }, (_, site) => ({
  name: siteName(site),
  sensors: sensorsAt(site),
  stored: 0,
}));
const startedMs = Date.now();
let seq = 0;
let stopping = false;

client.on("message", (topic, payload) => {
  const ack = JSON.parse(payload.toString());
  const site = sites.find(({ name }) => topic.includes(`/${name}/`));
  if (site && ack.epoch === epoch) site.stored = Math.max(site.stored, ack.stored);
});
await client.subscribeAsync(topicOf(LOAD_UTILITY, "+", "ack"), { qos: 1 });
process.once("SIGTERM", () => {
  stopping = true;
});

function publishAll(): void {
  seq += 1;
  const fromMs = startedMs + (seq - 1) * BATCH_EVERY_MS;
  const t = Array.from({ length: perSensor }, (_, i) => Math.floor(fromMs + i * stepMs));
  for (const { name, sensors } of sites) {
    const series = sensors.map((sensor) => ({
      sensor,
      t,
      v: t.map(() => Math.round(100 * (40 + 10 * Math.random())) / 100),
    }));
    client.publish(
      topicOf(LOAD_UTILITY, name, "telemetry"),
      JSON.stringify({ epoch, seq, first: 1, series }),
      {
        qos: 1,
      },
    );
  }
}

while (!stopping) {
  publishAll();
  await wait(Math.max(0, startedMs + seq * BATCH_EVERY_MS - Date.now()));
}
for (let i = 0; i < 100 && sites.some(({ stored }) => stored < seq); i += 1) await wait(100);
const samplesOf = (batches: number, sensors: readonly string[]) => batches * sensors.length * perSensor;
const published = sites.reduce((sum, { sensors }) => sum + samplesOf(seq, sensors), 0);
const acknowledged = sites.reduce((sum, { sensors, stored }) => sum + samplesOf(stored, sensors), 0);
process.stdout.write(`${JSON.stringify({ published, acknowledged })}\n`, () => process.exit(0));
