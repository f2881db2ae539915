/** Whatever arrives, a decoder answers with readings or with a reason: it never throws, and never hands on what is no reading. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MqttReader } from "../../edge/mqtt-reader.ts";
import { createTopicReader } from "../../edge/mqtt-reading.ts";
import { createSparkplugReader } from "../../edge/sparkplug-reading.ts";
import { qualityOf } from "../../src/model/status.ts";
import { idSchema } from "../../src/model/wire.ts";

const flow = { quantity: "flow", unit: "L/s", scale: 1, offset: 0 } as const;
const topics = ["plain", "json", "any/+/+", "pack"];

const plain = () =>
  createTopicReader([
    { topic: "plain", sensor: "plain", ...flow },
    { topic: "json", sensor: "json", ...flow, valuePath: "a.b[0]", timePath: "t" },
    { topic: "any/+/+", sensor: "any-{1}-{2}-{3}", ...flow },
    { topic: "pack", sensor: "pack", ...flow, senmlName: "x" },
  ]);

const sparkplug = () =>
  createSparkplugReader({
    name: "scada",
    broker: "mqtt://127.0.0.1",
    protocol: 4,
    keepAliveMs: 30_000,
    group: "G",
    metrics: [{ node: "n", device: "d", metric: "m", sensor: "s", ...flow }],
  });

const sparkplugTopics = [
  "NBIRTH/n",
  "DBIRTH/n/d",
  "NDATA/n",
  "DDATA/n/d",
  "NDEATH/n",
  "DDEATH/n/d",
  "STATE",
  "",
];

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .array(
      fc.record(
        {
          n: fc.constantFrom("x", "y", 3),
          v: fc.oneof(fc.double(), fc.string()),
          t: fc.oneof(fc.double(), fc.integer()),
          bt: fc.double(),
          u: fc.constantFrom("L/s", "l/s", "bar", ""),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 4 },
    )
    .map((pack) => Buffer.from(JSON.stringify(pack))),
  fc
    .record({
      a: fc.record({ b: fc.array(fc.oneof(fc.double(), fc.constant(null), fc.string())) }),
      t: fc.anything(),
    })
    .map((document) =>
      Buffer.from(JSON.stringify(document, (_, value) => (typeof value === "bigint" ? 0 : value))),
    ),
);

/** Valid payloads with bytes of them changed reach deeper than noise does. */
const nearlySparkplug = fc
  .tuple(fc.constantFrom(birth(), data()), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
  .map(([payload, changes]) => {
    const changed = Buffer.from(payload);
    for (const [place, byte] of changes) changed[place % changed.length] = byte;
    return changed;
  });

/** seq 0, one metric "m" with alias 1, type Double, 2.0 */
function birth(): Buffer {
  return Buffer.from("0880a0b8d9cc3312120a016d1001200a6100000000000000401800", "hex");
}

/** seq 1, alias 1, 3.0 */
function data(): Buffer {
  return Buffer.from("0880a0b8d9cc33120d1001200a6100000000000008401801", "hex");
}

function expectSound(reader: MqttReader, topic: string, payload: Uint8Array, retained: boolean): void {
  const { readings, rejections } = reader.read({ topic, payload, retained, receivedMs: 1.7e12 });
  for (const { sensor, timeMs, value, status } of readings) {
    expect(idSchema.safeParse(sensor).success).toBe(true);
    expect(Math.abs(timeMs)).toBeLessThanOrEqual(8.64e15);
    expect(Number.isInteger(timeMs)).toBe(true);
    expect(Number.isFinite(value) || (Number.isNaN(value) && qualityOf(status) === "bad")).toBe(true);
  }
  for (const { reason } of rejections) expect(reason).toMatch(/^[a-z-]+$/);
}

describe("decoders of MQTT messages", () => {
  test("plain numbers, JSON and SenML", () => {
    const topic = fc.oneof(
      fc.constantFrom(...topics),
      fc.string().map((level) => `any/${level}/x`),
    );
    fc.assert(
      fc.property(topic, bytes, fc.boolean(), (name, payload, retained) => {
        expectSound(plain(), name, payload, retained);
      }),
      { numRuns: 3000 },
    );
  });

  test("Sparkplug B", () => {
    const message = fc.tuple(
      fc.constantFrom(...sparkplugTopics).map((rest) => `spBv1.0/G/${rest}`),
      fc.oneof(nearlySparkplug, bytes),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
        const reader = sparkplug();
        for (const [topic, payload] of messages) expectSound(reader, topic, payload, false);
      }),
      { numRuns: 2000 },
    );
  });
});
