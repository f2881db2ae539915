/**
 * Plays the agents of a town in a process of its own: every site publishes a batch with the time of the moment ten times a second, until
 * SIGTERM. As agents do, each keeps what is not acknowledged, sends no more than a window ahead of it, and sends again what was not taken.
 * Then it waits for what is under way and prints {"published", "acknowledged", "sentAgainBatches"}, the first two in samples.
 */
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connectAsync } from "mqtt";
import { topicOf } from "../../src/model/wire.ts";
import { BATCH_EVERY_MS, LOAD_UTILITY, SITES, samplesABatch, sensorsAt, siteName } from "./live-load.ts";

/** Batches of a site that are sent and not acknowledged. */
const WINDOW = 16;
/** Without any acknowledgement for so long, what is not acknowledged is sent again. */
const SEND_AGAIN_AFTER_MS = 2_000;
const LAST_WAIT_MS = 20_000;

const { values } = parseArgs({
  options: { url: { type: "string", default: "" }, rate: { type: "string", default: "10000" } },
});
const perSensor = samplesABatch(Number(values.rate));
const stepMs = BATCH_EVERY_MS / perSensor;
const client = await connectAsync(values.url, { protocolVersion: 5 });
const epoch = `load-${process.pid}`;

interface Site {
  readonly name: string;
  readonly sensors: readonly string[];
  /** Batches not acknowledged, the first of them with the number after `stored`. */
  readonly kept: string[];
  stored: number;
  sent: number;
  progressMs: number;
}

const sites = Array.from({ length: SITES }, (_, site): Site => {
  return { name: siteName(site), sensors: sensorsAt(site), kept: [], stored: 0, sent: 0, progressMs: 0 };
});
const startedMs = Date.now();
let seq = 0;
let sentAgainBatches = 0;
let stopping = false;

client.on("message", (topic, payload) => {
  const ack = JSON.parse(payload.toString());
  const site = sites.find(({ name }) => topic.includes(`/${name}/`));
  if (!site || ack.epoch !== epoch || ack.stored <= site.stored) return;
  site.kept.splice(0, ack.stored - site.stored);
  site.stored = ack.stored;
  site.progressMs = Date.now();
  send(site);
});
await client.subscribeAsync(topicOf(LOAD_UTILITY, "+", "ack"), { qos: 1 });
process.once("SIGTERM", () => {
  stopping = true;
});

function send(site: Site): void {
  for (; site.sent < Math.min(seq, site.stored + WINDOW); site.sent += 1) {
    const payload = site.kept[site.sent - site.stored];
    if (payload !== undefined)
      client.publish(topicOf(LOAD_UTILITY, site.name, "telemetry"), payload, { qos: 1 });
  }
}

function makeBatches(): void {
  seq += 1;
  const fromMs = startedMs + (seq - 1) * BATCH_EVERY_MS;
  const t = Array.from({ length: perSensor }, (_, i) => Math.floor(fromMs + i * stepMs));
  for (const { sensors, kept } of sites) {
    const series = sensors.map((sensor) => ({
      sensor,
      t,
      v: t.map(() => Math.round(100 * (40 + 10 * Math.random())) / 100),
    }));
    kept.push(JSON.stringify({ epoch, seq, first: 1, series }));
  }
}

function sendAll(): void {
  const nowMs = Date.now();
  for (const site of sites) {
    if (site.sent === site.stored) site.progressMs = nowMs;
    if (nowMs - site.progressMs > SEND_AGAIN_AFTER_MS) {
      sentAgainBatches += site.sent - site.stored;
      site.sent = site.stored;
      site.progressMs = nowMs;
    }
    send(site);
  }
}

while (!stopping) {
  makeBatches();
  sendAll();
  await wait(Math.max(0, startedMs + seq * BATCH_EVERY_MS - Date.now()));
}
for (
  const endMs = Date.now() + LAST_WAIT_MS;
  Date.now() < endMs && sites.some(({ stored }) => stored < seq);
) {
  sendAll();
  await wait(100);
}
const samplesOf = (batches: number, sensors: readonly string[]) => batches * sensors.length * perSensor;
const published = sites.reduce((sum, { sensors }) => sum + samplesOf(seq, sensors), 0);
const acknowledged = sites.reduce((sum, { sensors, stored }) => sum + samplesOf(stored, sensors), 0);
process.stdout.write(`${JSON.stringify({ published, acknowledged, sentAgainBatches })}\n`, () =>
  process.exit(0),
);
