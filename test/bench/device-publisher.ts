/**
 * Plays bare devices for the ingest benchmark, in a process of its own: one reading a message at QoS 1, as fast as the broker takes them,
 * or at a rate. Prints {"seconds", "cpuMicrosecondsPerMessage"} when it has taken all. Packets are made before the clock starts and go
 * out many at a time over a bare socket, so that on a machine of two cores the load takes as little as can be from those who are measured.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as others, setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connectPacket, PUBACK_BYTES, publishPacket } from "./bare-mqtt.ts";
import { BENCH_UTILITY, benchSensors, deviceTopicOf, FIRST_READING_MS } from "./ingest-utility.ts";

/** So often what is due is sent, and what was answered is read. */
const TICK_MS = 5;

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    messages: { type: "string", default: "10000" },
    from: { type: "string", default: "0" },
    window: { type: "string", default: "2000" },
    rate: { type: "string" },
  },
});
const messages = Number(values.messages);
const from = Number(values.from);
const window = Number(values.window);
const perS = values.rate === undefined ? Number.POSITIVE_INFINITY : Number(values.rate);

const topics = benchSensors.map(({ id }) => deviceTopicOf(id));
const packets = Array.from({ length: messages }, (_, i) => {
  const value = Math.round(100 * (40 + 10 * Math.sin(i / 5000) + Math.random())) / 100;
  const payload = JSON.stringify({ time: FIRST_READING_MS + (from + i) * 1000, value });
  return publishPacket(topics[i % topics.length]!, payload, i);
});
const ends: number[] = [];
for (const { length } of packets) ends.push((ends.at(-1) ?? 0) + length);
const stream = Buffer.concat(packets);

const { hostname, port } = new URL(values.url);
const socket = connect(Number(port), hostname).setNoDelay();
socket.write(connectPacket(`${BENCH_UTILITY}-devices`));
// The broker's CONNACK.
await once(socket, "data");

const startedMs = performance.now();
const cpuBefore = process.cpuUsage();
let [sent, takenBytes] = [0, 0];

/** How many may have been published by now. */
function due(): number {
  const paced = 1 + (perS * (performance.now() - startedMs)) / 1000;
  return Math.floor(Math.min(messages, takenBytes / PUBACK_BYTES + window, paced));
}

function send(): void {
  const until = due();
  if (until <= sent) return;
  socket.write(stream.subarray(ends[sent - 1] ?? 0, ends[until - 1]));
  sent = until;
}

socket.on("data", ({ length }) => {
  takenBytes += length;
});
socket.on("close", () => {
  throw new Error("the broker closed the connection");
});
// The broker answers each message with a packet of its own: they are read together, once a tick.
while (takenBytes < messages * PUBACK_BYTES) {
  send();
  socket.pause();
  await wait(TICK_MS);
  socket.resume();
  await others();
}
const seconds = (performance.now() - startedMs) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
socket.removeAllListeners("close").destroy();
process.stdout.write(
  `${JSON.stringify({ seconds, cpuMicrosecondsPerMessage: (user + system) / messages })}\n`,
);
