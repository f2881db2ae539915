/**
 * From a sample's publication to the event it decides on a WebSocket client, while 10,000 samples/s come in beside it and are judged. Each
 * probe is a meter that speaks again after hours of silence: its samples decide a data gap. The limit is the same message straight
 * through the broker to a subscriber.
 */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connectAsync, type MqttClient } from "mqtt";
import { WebSocket } from "ws";
import { HOUR_MS } from "../../src/model/clock.ts";
import { LIVE_VERSION } from "../../src/model/live-version.ts";
import { topicOf } from "../../src/model/wire.ts";
import { type LiveTown, LOAD_UTILITY, startLiveTown } from "./live-load.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

const WARM_UP_MS = 5_000;
const DEADLINE_MS = 10_000;

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: {
      rate: { type: "string", default: "10000" },
      probes: { type: "string", default: "300" },
      every: { type: "string", default: "150" },
    },
  });
  const probes = Array.from({ length: Number(values.probes) }, (_, i) => `probe-${i}`);
  const town = await startLiveTown(probes);
  try {
    const stopPublishing = town.publish(Number(values.rate));
    await wait(WARM_UP_MS);
    const client = await connectAsync(town.brokerUrl, { protocolVersion: 5 });
    const events = await measureEvents(town, client, probes, Number(values.every));
    const broker = await measureBroker(client, Number(values.every));
    await client.endAsync(true);
    const { published, acknowledged } = await stopPublishing();
    return {
      bench: "latency",
      figures: {
        ...events,
        backgroundSamplesPerS: Number(values.rate),
        backgroundSamples: published,
        backgroundUnacknowledgedSamples: published - acknowledged,
      },
      rival: null,
      limit: { name: "the same message through the broker to a subscriber", ...broker },
      machine: thisMachine(),
    };
  } finally {
    await town.stop();
  }
}

async function measureEvents(
  town: LiveTown,
  client: MqttClient,
  probes: readonly string[],
  everyMs: number,
): Promise<Figures> {
  const socket = new WebSocket(`${town.address.replace("http", "ws")}/api/v1/live`);
  await once(socket, "open");
  const seenMs = new Map<string, number>();
  socket.on("message", (data) => {
    const nowMs = performance.now();
    const message = JSON.parse(String(data));
    if (message.type !== "events") return;
    for (const { body } of message.events) {
      const probe = body.kind === "verdict" ? body.verdict.subject.id : null;
      if (probe && !seenMs.has(probe)) seenMs.set(probe, nowMs);
    }
  });
  socket.send(JSON.stringify({ type: "hello", version: LIVE_VERSION }));
  const sentMs = new Map<string, number>();
  for (const [index, probe] of probes.entries()) {
    const t = [4, 1].map((hours) => Date.now() - hours * HOUR_MS);
    const series = [{ sensor: probe, t, v: [10, 11] }];
    const message = JSON.stringify({ epoch: "probes", seq: index + 1, first: 1, series });
    sentMs.set(probe, performance.now());
    client.publish(topicOf(LOAD_UTILITY, "probe", "telemetry"), message, { qos: 1 });
    // Not in step with commits.
    await wait(everyMs * (0.5 + Math.random()));
  }
  for (
    const endMs = performance.now() + DEADLINE_MS;
    performance.now() < endMs && seenMs.size < probes.length;
  ) {
    await wait(50);
  }
  socket.terminate();
  const delays = probes.flatMap((probe) => (seenMs.get(probe) ?? Number.NaN) - (sentMs.get(probe) ?? 0));
  const seen = delays.filter((delay) => !Number.isNaN(delay));
  return { events: seen.length, missingEvents: probes.length - seen.length, ...spread("event", seen) };
}

async function measureBroker(client: MqttClient, everyMs: number): Promise<Figures> {
  const delays: number[] = [];
  let sentMs = 0;
  client.on("message", () => delays.push(performance.now() - sentMs));
  await client.subscribeAsync("latency/limit", { qos: 1 });
  for (let i = 0; i < 100; i += 1) {
    sentMs = performance.now();
    await client.publishAsync("latency/limit", "x".repeat(200), { qos: 1 });
    await wait(everyMs);
  }
  return spread("broker", delays);
}

function spread(name: string, delays: number[]): Figures {
  delays.sort((a, b) => a - b);
  const at = (share: number) =>
    Number((delays[Math.ceil(share * delays.length) - 1] ?? Number.NaN).toPrecision(4));
  return { [`${name}P50Ms`]: at(0.5), [`${name}P95Ms`]: at(0.95), [`${name}P99Ms`]: at(0.99) };
}
