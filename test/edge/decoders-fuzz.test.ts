/** Whatever arrives, a decoder answers with readings or with a reason: it never throws, and never hands on what is no reading. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { DataType, DataValue, StatusCodes, VariantArrayType } from "node-opcua-client";
import { describe, expect, test } from "vitest";
import { loadAgentConfig } from "../../edge/agent-config.ts";
import { keptReadings } from "../../edge/hand-inbox.ts";
import type { MqttReader } from "../../edge/mqtt-reader.ts";
import { createTopicReader } from "../../edge/mqtt-reading.ts";
import { readingOf } from "../../edge/opcua-reading.ts";
import { createSparkplugReader } from "../../edge/sparkplug-reading.ts";
import { createRecordingParser } from "../../src/model/recording.ts";
import { qualityOf } from "../../src/model/status.ts";
import { idSchema } from "../../src/model/wire.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

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

/** A sample is a number, or none and then bad; its time is a whole number of milliseconds. */
function expectSample({
  timeMs,
  value,
  status,
}: {
  readonly timeMs: number;
  readonly value: number;
  readonly status: number;
}): void {
  expect(Number.isInteger(timeMs)).toBe(true);
  expect(Number.isFinite(value) || (Number.isNaN(value) && qualityOf(status) === "bad")).toBe(true);
}

test("values of OPC UA servers, of whatever type, status and time", () => {
  const number = fc.oneof(fc.double(), fc.integer());
  const value = fc.oneof(
    number.map((one) => ({ dataType: DataType.Double, value: one })),
    fc.boolean().map((one) => ({ dataType: DataType.Boolean, value: one })),
    fc.string().map((one) => ({ dataType: DataType.String, value: one })),
    fc
      .tuple(fc.constantFrom(DataType.Int64, DataType.UInt64), fc.tuple(fc.nat(), fc.nat()))
      .map(([dataType, halves]) => ({ dataType, arrayType: VariantArrayType.Scalar, value: halves })),
    fc.array(fc.double(), { maxLength: 3 }).map((many) => ({
      dataType: DataType.Double,
      arrayType: VariantArrayType.Array,
      value: Float64Array.from(many),
    })),
    fc.constant({ dataType: DataType.Null }),
  );
  const time = fc.option(fc.date({ min: new Date(-1.2e13), max: new Date(2.5e14), noInvalidDate: true }));
  const data = fc.record({
    value,
    sourceTimestamp: time,
    serverTimestamp: time,
    statusCode: fc.constantFrom(
      StatusCodes.Good,
      StatusCodes.UncertainLastUsableValue,
      StatusCodes.BadNoData,
    ),
  });
  const conversion = fc.record({
    factor: fc.constantFrom(1, 3.6, 1e300, -2),
    offset: fc.constantFrom(0, -7),
  });
  fc.assert(
    fc.property(data, conversion, (given, unit) => {
      expectSample(readingOf(new DataValue(given), unit, 1.7e12));
    }),
    { numRuns: 2000 },
  );
});

test("rows of recordings", () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.double().map(String),
    fc.constantFrom("", "1e308", "2026-03-01T00:00:00Z", "2026-03-29 02:30", "31.02.2026"),
  );
  const row = fc.array(cell, { maxLength: 4 }).map((cells) => cells.join(","));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), fc.constantFrom("UTC", "Europe/Rome"), (rows, timeZone) => {
      const parser = createRecordingParser({
        timeColumn: "Time",
        timeZone,
        separator: ",",
        columns: { Flow: { sensor: "s", quantity: "flow", unit: "L/s", scale: 1000, offset: 0 } },
      });
      const faults = ["Time,Flow", ...rows].flatMap((one) => parser.line(one));
      for (const { message } of faults) expect(message).not.toBe("");
      for (const { timesMs, values, statuses } of parser.take())
        timesMs.forEach((timeMs, at) => {
          expectSample({ timeMs, value: values[at] ?? 0, status: statuses[at] ?? 0 });
        });
    }),
    { numRuns: 2000 },
  );
});

test("the agent's file: any text is right, or faults that name a line and say what is wrong", async () => {
  const file = join(await temporaryFolder(), "agent.yaml");
  const right = readFileSync(new URL("../../edge/packaging/agent.yaml", import.meta.url), "utf8");
  const changed = fc
    .tuple(fc.nat(right.length), fc.nat(30), fc.string({ maxLength: 10 }))
    .map(([at, cut, put]) => right.slice(0, at) + put + right.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(changed, fc.string({ unit: "binary" }), fc.json()), (text) => {
      writeFileSync(file, text);
      const loaded = loadAgentConfig(file);
      if (loaded.ok) return;
      expect(loaded.faults.length).toBeGreaterThan(0);
      for (const { line, message } of loaded.faults) {
        expect(line).toBeGreaterThan(0);
        expect(message).not.toBe("");
      }
    }),
    { numRuns: 500 },
  );
});

test("files of readings by hand: any text is a reading, or has a fault", async () => {
  const folder = await temporaryFolder();
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc
      .record({ meter: fc.string(), value: fc.double(), timeMs: fc.double() })
      .map((one) => JSON.stringify(one)),
  );
  fc.assert(
    fc.property(text, (content) => {
      writeFileSync(join(folder, "1-a.json"), content);
      const [kept] = keptReadings(folder);
      if (kept && "reading" in kept) expect(Number.isFinite(kept.reading.value)).toBe(true);
      else expect(kept?.fault).not.toBe("");
    }),
    { numRuns: 500 },
  );
});
