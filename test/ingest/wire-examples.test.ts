/** docs/wire.md: its examples are what the published schemas say, and a centre answers the batch as it says. */
import { readFileSync } from "node:fs";
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { startAedesBroker } from "../../src/ingest/aedes-broker.ts";
import { startIngest } from "../../src/ingest/ingest.ts";
import { openRejectedLog } from "../../src/ingest/jsonl-rejected-log.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { checkMessage } from "../support/asyncapi-messages.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const text = readFileSync(new URL("../../docs/wire.md", import.meta.url), "utf8");
const EXAMPLES = [...text.matchAll(/^ {4}(nightflow\/v1\/\S+\/(\w+)) (\{.*\})$/gm)].map(
  ([, topic = "", channel = "", json = ""]) => ({ topic, channel, json }),
);
const exampleOf = (wanted: string) => EXAMPLES.find(({ channel }) => channel === wanted)!;
const log = pino({ level: "silent" });

test.each(EXAMPLES)("the example of $channel is as asyncapi.json says", ({ channel, json }) => {
  checkMessage(channel, JSON.parse(json));
});

test("there is an example of each message between agents and centres", () => {
  expect(EXAMPLES.map(({ channel }) => channel)).toEqual(["telemetry", "ack", "status", "stored"]);
});

test("the batch of the example is stored and answered as the example says", async () => {
  const broker = await startAedesBroker({ host: "127.0.0.1", port: 0, portSetting: "port", log });
  onTestFinished(() => broker.close());
  const answer = JSON.parse(exampleOf("ack").json);
  const store = createMemoryStore();
  const sensor = {
    id: "north-inlet",
    name: "Inlet",
    site: "hill-station",
    quantity: "flow",
    intervalMs: 60_000,
  } as const;
  const ingest = await startIngest({
    utility: { id: "town", name: "Town", currency: "KES", sensors: [sensor], districts: [] },
    inbox: broker,
    store,
    rejected: await openRejectedLog(await temporaryFolder()),
    log,
    clock: () => answer.timeMs,
    onCommitted: () => {},
  });
  onTestFinished(() => ingest.close());
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  onTestFinished(() => client.endAsync(true));
  const answers: unknown[] = [];
  client.on("message", (_topic, payload) => answers.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(exampleOf("ack").topic, { qos: 1 });
  const { topic, json } = exampleOf("telemetry");
  await client.publishAsync(topic, json, { qos: 1 });
  await until("it is answered", () => answers.length > 0);
  expect(answers).toEqual([answer]);
  const series = await store.read("north-inlet", { fromMs: 0, toMs: answer.timeMs });
  expect([[...series.values], [...series.statuses], [...(series.serverDelaysMs ?? [])]]).toEqual([
    [41.5, Number.NaN],
    [0, 2147483648],
    [120, Number.NaN],
  ]);
});
