/**
 * Plays agents for the ingest benchmark, in a process of its own: publishes made-up batches as fast as they are answered, and prints
 * {"seconds", "samples", "ackP50Ms", "ackP95Ms"} of what followed a warm-up. With --any-answer the broker's PUBACK is answer enough.
 */
import { parseArgs } from "node:util";
import { connectAsync } from "mqtt";
import { topicOf } from "../../src/model/wire.ts";
import { BENCH_UTILITY, benchSensors, SERIES_PER_BATCH } from "./ingest-utility.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    batches: { type: "string", default: "2000" },
    samples: { type: "string", default: "500" },
    window: { type: "string", default: "64" },
    "any-answer": { type: "boolean", default: false },
  },
});
const perBatch = Number(values.samples);
const batches = Number(values.batches);
const window = Number(values.window);
const warmUp = Math.floor(batches / 10);

/** Flow-like values with two decimals; made before the clock starts. */
function makePayload(seq: number, epoch: string): string {
  const seriesCount = Math.min(SERIES_PER_BATCH, perBatch);
  const rows = Math.ceil(perBatch / seriesCount);
  const startMs = Date.UTC(2026, 0, 1) + seq * rows * 1000;
  const series = benchSensors.slice(0, seriesCount).map((sensor, s) => ({
    sensor: sensor.id,
    t: Array.from({ length: rows }, (_, i) => startMs + i * 1000),
    v: Array.from({ length: rows }, (_, i) => {
      return Math.round(100 * (40 + 10 * Math.sin((seq * rows + i) / 5000 + s) + Math.random())) / 100;
    }),
  }));
  return JSON.stringify({ epoch, seq, first: 1, series });
}

const epoch = `bench-${process.pid}`;
const payloads = Array.from({ length: batches }, (_, i) => makePayload(i + 1, epoch));
const client = await connectAsync(values.url, { protocolVersion: 5 });
const topic = topicOf(BENCH_UTILITY, "bench", "telemetry");
const sentMs: number[] = [];
const delaysMs: number[] = [];
let sent = 0;
let answered = 0;
let started: { readonly atMs: number; readonly answered: number } | undefined;

function fill(): void {
  while (sent < batches && sent - answered < window) {
    const payload = payloads[sent]!;
    sentMs[sent] = performance.now();
    sent += 1;
    client.publish(topic, payload, { qos: 1 }, () => {
      if (values["any-answer"]) answeredUpTo(answered + 1);
    });
  }
}

function answeredUpTo(stored: number): void {
  const nowMs = performance.now();
  if (started === undefined && stored >= warmUp) started = { atMs: nowMs, answered: stored };
  else if (started) for (let i = answered; i < stored; i += 1) delaysMs.push(nowMs - sentMs[i]!);
  answered = Math.max(answered, stored);
  if (answered < batches) fill();
  else report(nowMs);
}

function report(nowMs: number): void {
  const from = started ?? { atMs: nowMs, answered: 0 };
  delaysMs.sort((a, b) => a - b);
  const at = (share: number) => delaysMs[Math.floor(share * (delaysMs.length - 1))];
  const seconds = (nowMs - from.atMs) / 1000;
  const samples = (batches - from.answered) * perBatch;
  process.stdout.write(`${JSON.stringify({ seconds, samples, ackP50Ms: at(0.5), ackP95Ms: at(0.95) })}\n`);
  client.end(true);
}

client.on("message", (_topic, payload) => {
  const answer = JSON.parse(payload.toString());
  if (answer.epoch === epoch) answeredUpTo(answer.stored);
});
await client.subscribeAsync(topicOf(BENCH_UTILITY, "bench", "ack"), { qos: 1 });
fill();
