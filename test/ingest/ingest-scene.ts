/** What the ingest tests share: a centre's way in over a real broker, with an agent's connection and a store that may be in trouble. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { startAedesBroker } from "../../src/ingest/aedes-broker.ts";
import { type IngestParts, startIngest } from "../../src/ingest/ingest.ts";
import { openRejectedLog } from "../../src/ingest/jsonl-rejected-log.ts";
import { createExternalInbox } from "../../src/ingest/mqtt-external-inbox.ts";
import type { MqttInbox } from "../../src/ingest/mqtt-inbox.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { HistoryStore } from "../../src/model/history-store.ts";
import type { Sensor, Utility } from "../../src/model/utility.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

export const NOW = Date.UTC(2026, 5, 1);
export const ALL = { fromMs: 0, toMs: NOW * 2 };
export const log = pino({ level: "silent" });

const sensor = (id: string): Sensor => ({
  id,
  name: id,
  site: "north",
  quantity: "flow",
  intervalMs: 60_000,
});
const utility: Utility = {
  id: "town",
  name: "Town",
  currency: "EUR",
  sensors: [sensor("inlet"), sensor("outlet")],
  districts: [],
};

/** Holds appends back, or refuses them, as the test says. */
export function troubledStore(inner: HistoryStore) {
  const trouble = { failures: [] as Failure[], gate: Promise.resolve() };
  const store: HistoryStore = {
    ...inner,
    async append(commit) {
      await trouble.gate;
      const failure = trouble.failures.shift();
      if (failure) throw failure;
      return inner.append(commit);
    },
  };
  return { store, trouble };
}

interface Broker {
  readonly url: string;
  inbox(): MqttInbox;
}

export async function embedded(): Promise<Broker> {
  const broker = await startAedesBroker({ host: "127.0.0.1", port: 0, portSetting: "broker.port", log });
  onTestFinished(() => broker.close());
  return { url: `mqtt://127.0.0.1:${broker.port}`, inbox: () => broker };
}

async function external(): Promise<Broker> {
  const mosquitto = await startMosquitto();
  onTestFinished(() => mosquitto.stop());
  const inbox = () => {
    const opened = createExternalInbox({ url: mosquitto.url, utility: "town", log });
    onTestFinished(() => opened.close());
    return opened;
  };
  return { url: mosquitto.url, inbox };
}

export const brokers = [
  { name: "the embedded broker", start: embedded, missing: false },
  { name: "Mosquitto", start: external, missing: !findProgram("mosquitto") },
];

export async function startCentre(broker: Broker, changes: Partial<IngestParts> = {}) {
  const folder = await temporaryFolder();
  const store = changes.store ?? createMemoryStore();
  const inbox = broker.inbox();
  const ingest = await startIngest({
    utility,
    inbox,
    store,
    rejected: await openRejectedLog(folder),
    log,
    clock: () => NOW,
    onCommitted: () => {},
    ...changes,
    settings: { commitAgeMs: 5, ...changes.settings },
  });
  onTestFinished(() => ingest.close());
  const client: MqttClient = await connectAsync(broker.url);
  onTestFinished(() => client.endAsync(true));
  const acks: { epoch: string; stored: number }[] = [];
  /** Acknowledgements of what the store did not hold when they came. */
  const unfounded: typeof acks = [];
  client.on("message", async (_topic, payload) => {
    const ack = JSON.parse(payload.toString());
    const held = (await store.watermarks()).find((one) => one.epoch === ack.epoch)?.stored ?? 0;
    if (held < ack.stored) unfounded.push(ack);
    acks.push(ack);
  });
  await client.subscribeAsync("nightflow/v1/town/north/ack", { qos: 1 });
  await until("the centre listens", () => inbox.connected());
  const send = async (message: unknown, site = "north") => {
    const payload =
      typeof message === "string" || message instanceof Buffer ? message : JSON.stringify(message);
    await client.publishAsync(`nightflow/v1/town/${site}/telemetry`, payload, { qos: 1 });
  };
  const batch = (seq: number, first = 1) => ({
    epoch: "e1",
    seq,
    first,
    series: [{ sensor: "inlet", t: [NOW - 1000 + seq], v: [seq] }],
  });
  const kept = async () => {
    const text = await readFile(join(folder, "rejected.jsonl"), "utf8");
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  return { ingest, store, client, acks, unfounded, send, batch, kept, inbox };
}
