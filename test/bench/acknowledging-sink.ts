/** A centre that throws away what it acknowledges, as often as the centre commits: it costs an agent's benchmark as little as can be. */
import { gunzipSync } from "node:zlib";
import mqtt from "mqtt";
import { topicOf } from "../../src/model/wire.ts";

/** ingest.batchAgeMs of server.yaml, as it is when left out. */
const COMMIT_MS = 50;

export interface AcknowledgingSink {
  samples(): number;
  /** Of the payloads as they travelled. */
  bytes(): number;
  /** Resolves when so many samples have come since the start. */
  heard(samples: number): Promise<void>;
  close(): Promise<void>;
}

export async function startAcknowledgingSink(brokerUrl: string, site: string): Promise<AcknowledgingSink> {
  const client = await mqtt.connectAsync(brokerUrl);
  let samples = 0;
  let bytes = 0;
  let waiting: { readonly samples: number; readonly resolve: () => void } | null = null;
  let owed: { readonly epoch: string; readonly stored: number } | null = null;
  const acknowledge = () => {
    client.publish(topicOf("town", site, "ack"), JSON.stringify(owed), { qos: 1, retain: true });
    owed = null;
  };
  client.on("message", (_, payload) => {
    bytes += payload.length;
    const text = payload[0] === 0x1f ? gunzipSync(payload) : payload;
    const { epoch, seq, series } = JSON.parse(text.toString()) as {
      epoch: string;
      seq: number;
      series: { t: number[] }[];
    };
    for (const { t } of series) samples += t.length;
    if (!owed) setTimeout(acknowledge, COMMIT_MS);
    owed = { epoch, stored: seq };
    if (!waiting || samples < waiting.samples) return;
    waiting.resolve();
    waiting = null;
  });
  await client.subscribeAsync(topicOf("town", site, "telemetry"), { qos: 1 });
  return {
    samples: () => samples,
    bytes: () => bytes,
    heard: (count) =>
      new Promise((resolve) => {
        if (samples >= count) resolve();
        else waiting = { samples: count, resolve };
      }),
    close: () => client.endAsync(true),
  };
}
