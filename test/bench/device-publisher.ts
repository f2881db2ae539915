/**
 * Plays bare devices for the ingest benchmark, in a process of its own: one reading a message at QoS 1, as fast as the broker takes them,
 * or at a rate. Prints {"seconds"} when it has taken all.
 */
import { parseArgs } from "node:util";
import { connectAsync } from "mqtt";
import { BENCH_UTILITY, benchSensors, deviceTopicOf, FIRST_READING_MS } from "./ingest-utility.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    messages: { type: "string", default: "10000" },
    from: { type: "string", default: "0" },
    window: { type: "string", default: "256" },
    rate: { type: "string" },
  },
});
const messages = Number(values.messages);
const from = Number(values.from);
const readings = Array.from({ length: messages }, (_, i) => {
  const sensor = benchSensors[i % benchSensors.length]!.id;
  const value = Math.round(100 * (40 + 10 * Math.sin(i / 5000) + Math.random())) / 100;
  return {
    topic: deviceTopicOf(sensor),
    payload: JSON.stringify({ time: FIRST_READING_MS + (from + i) * 1000, value }),
  };
});
const client = await connectAsync(values.url, { protocolVersion: 5, clientId: `${BENCH_UTILITY}-devices` });
const startedMs = performance.now();
const perS = values.rate === undefined ? Number.POSITIVE_INFINITY : Number(values.rate);
let [sent, taken] = [0, 0];

/** How many may have been published by now. */
function due(): number {
  return Math.min(
    messages,
    taken + Number(values.window),
    1 + (perS * (performance.now() - startedMs)) / 1000,
  );
}

function fill(): void {
  for (; sent < due(); sent += 1) {
    const { topic, payload } = readings[sent]!;
    client.publish(topic, payload, { qos: 1 }, () => {
      taken += 1;
      if (taken < messages) fill();
      else finish();
    });
  }
}

function finish(): void {
  process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - startedMs) / 1000 })}\n`);
  client.end(true);
}

fill();
if (Number.isFinite(perS)) {
  const pace = setInterval(() => (sent < messages ? fill() : clearInterval(pace)), 5);
}
