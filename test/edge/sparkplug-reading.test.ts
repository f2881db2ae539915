import sparkplug from "sparkplug-payload";
import { expect, test } from "vitest";
import { createSparkplugReader } from "../../edge/sparkplug-reading.ts";
import { BAD, GOOD, qualityOf } from "../../src/model/status.ts";

const { encodePayload, decodePayload } = sparkplug.get("spBv1.0") ?? {};
if (!encodePayload || !decodePayload) throw new Error("sparkplug-payload knows no spBv1.0");

const T0 = Date.UTC(2026, 2, 1);
const flow = { quantity: "flow", unit: "L/s", scale: 1, offset: 0 } as const;

interface Metric {
  readonly name?: string;
  readonly alias?: number;
  readonly type?: string;
  readonly value: number | boolean | null;
  readonly timestamp?: number;
  readonly isHistorical?: boolean;
  readonly properties?: object;
}

function group() {
  const reader = createSparkplugReader({
    name: "scada",
    broker: "mqtt://127.0.0.1",
    protocol: 4,
    keepAliveMs: 30_000,
    group: "Water",
    metrics: [
      { node: "pump", metric: "Inflow", sensor: "inflow", ...flow },
      { node: "pump", device: "plc", metric: "Out/Flow", sensor: "outflow", ...flow },
      {
        node: "pump",
        device: "plc",
        metric: "Count",
        sensor: "count",
        ...flow,
        quantity: "volume",
        unit: "m3",
      },
    ],
  });
  return {
    reader,
    say(kind: string, seq: number | undefined, metrics: readonly Metric[], device = "", receivedMs = T0) {
      const payload = {
        timestamp: T0,
        ...(seq !== undefined && { seq }),
        metrics: metrics.map((one) => ({ type: "Double", ...one })),
      };
      return reader.read({
        topic: `spBv1.0/Water/${kind}/pump${device && `/${device}`}`,
        payload: encodePayload?.(payload as never) ?? new Uint8Array(),
        retained: false,
        receivedMs,
      });
    },
  };
}

/** A node with one metric of its own (alias 1) and a device with two (aliases 2 and 3). */
function born() {
  const { say, reader } = group();
  say("NBIRTH", 0, [
    { name: "bdSeq", type: "UInt64", value: 4 },
    { name: "Inflow", alias: 1, value: 1 },
  ]);
  say(
    "DBIRTH",
    1,
    [
      { name: "Out/Flow", alias: 2, type: "Float", value: 2 },
      { name: "Count", alias: 3, type: "Int32", value: 7 },
    ],
    "plc",
  );
  return { say, reader };
}

test("a birth gives values, and aliases afterwards stand for the names it gave", () => {
  const { say } = group();
  const birth = say("NBIRTH", 0, [{ name: "Inflow", alias: 1, value: 2.5, timestamp: T0 - 1000 }]);
  expect(birth.readings).toEqual([{ sensor: "inflow", timeMs: T0 - 1000, value: 9, status: GOOD }]);
  expect(say("NDATA", 1, [{ alias: 1, value: 5 }]).readings[0]).toMatchObject({
    sensor: "inflow",
    value: 18,
  });
});

test("signed whole numbers keep their sign, by the type of the birth where the data leave it out", () => {
  const { say } = born();
  expect(say("DDATA", 2, [{ alias: 3, type: "Int32", value: -2 }], "plc").readings[0]?.value).toBe(-2);
});

test("data before a birth, or after a gap in the sequence, are not trusted: the births are asked for again", () => {
  const { say } = group();
  const early = say("NDATA", 7, [{ name: "Inflow", value: 1 }]);
  expect(early.readings).toEqual([]);
  expect(early.requests?.map(({ topic }) => topic)).toEqual(["spBv1.0/Water/NCMD/pump"]);
  const asked = decodePayload?.(early.requests?.[0]?.payload ?? new Uint8Array());
  expect(asked?.metrics).toMatchObject([{ name: "Node Control/Rebirth", type: "Boolean", value: true }]);

  const after = born();
  const gap = after.say("NDATA", 3, [{ alias: 1, value: 1 }]);
  expect(gap.readings).toEqual([]);
  expect(gap.notices).toEqual([{ code: "sequence-gap", figures: { node: "pump", expected: 2, arrived: 3 } }]);
  expect(gap.requests).toHaveLength(1);
  const impatient = after.say("NDATA", 4, [{ alias: 1, value: 1 }], "", T0 + 9_000);
  expect(impatient).toMatchObject({ requests: [], rejections: [{ reason: "before-birth" }] });
  expect(after.say("NDATA", 5, [{ alias: 1, value: 1 }], "", T0 + 10_000).requests).toHaveLength(1);
  after.say("NBIRTH", 0, [{ name: "Inflow", alias: 9, value: 1 }]);
  expect(after.say("NDATA", 1, [{ alias: 9, value: 1 }]).readings).toHaveLength(1);
});

test("the sequence goes on from 255 to 0", () => {
  const { say } = born();
  for (let seq = 2; seq < 256; seq += 1) say("NDATA", seq, []);
  expect(say("NDATA", 0, [{ alias: 1, value: 1 }]).readings).toHaveLength(1);
});

test("a death makes what lies below it stale, and the will of an older connection is passed over", () => {
  const { say } = born();
  const stale = (reads: ReturnType<typeof say>) =>
    reads.readings.filter(({ value, status }) => Number.isNaN(value) && qualityOf(status) === "bad");
  expect(stale(say("DDEATH", 2, [], "plc")).map(({ sensor }) => sensor)).toEqual(["outflow", "count"]);
  const old = say("NDEATH", undefined, [{ name: "bdSeq", type: "UInt64", value: 3 }]);
  expect(old.readings).toEqual([]);
  const death = say("NDEATH", undefined, [{ name: "bdSeq", type: "UInt64", value: 4 }], "", T0 + 5000);
  expect(stale(death)).toHaveLength(3);
  expect(death.readings[0]?.timeMs).toBe(T0 + 5000);
  expect(say("NDATA", 3, [{ name: "Inflow", value: 1 }]).rejections).toMatchObject([
    { reason: "before-birth" },
  ]);
});

test("null has no value, history keeps its own time, and the quality a SCADA system adds is kept", () => {
  const { say } = born();
  const quality = (value: number) => ({ Quality: { type: "Int32", value } });
  const { readings } = say("NDATA", 2, [
    { alias: 1, value: null },
    { alias: 1, value: 1, timestamp: T0 - 86_400_000, isHistorical: true },
    { alias: 1, value: 1, properties: quality(192) },
    { alias: 1, value: 1, properties: quality(500) },
    { alias: 1, value: 1, properties: quality(0) },
  ]);
  expect(readings.map(({ status }) => qualityOf(status))).toEqual([
    "bad",
    "good",
    "good",
    "uncertain",
    "bad",
  ]);
  expect(readings[0]).toMatchObject({ value: Number.NaN, status: BAD });
  expect(readings[1]?.timeMs).toBe(T0 - 86_400_000);
});

test("a value of an earlier time that does not say of when is not taken for one of now", () => {
  const { say } = born();
  const { readings, rejections } = say("NDATA", 2, [{ alias: 1, value: 1, isHistorical: true }]);
  expect(readings).toEqual([]);
  expect(rejections).toEqual([{ sensor: "inflow", reason: "unreadable-time" }]);
});

test("metrics without a birth, or below something that died, are not there until they are born again", () => {
  const { say, reader } = group();
  expect(reader.lostItems?.()).toBe(3);
  say("NBIRTH", 0, [{ name: "Inflow", alias: 1, value: 1 }]);
  expect(reader.lostItems?.()).toBe(2);
  say("DBIRTH", 1, [{ name: "Out/Flow", alias: 2, value: 2 }], "plc");
  expect(reader.lostItems?.()).toBe(0);
  say("DDEATH", 2, [], "plc");
  expect(reader.lostItems?.()).toBe(2);
  say("DBIRTH", 3, [{ name: "Out/Flow", alias: 2, value: 2 }], "plc");
  expect(reader.lostItems?.()).toBe(0);
  say("NDATA", 9, []);
  expect(reader.lostItems?.()).toBe(3);
  say("NBIRTH", 0, []);
  expect(reader.lostItems?.()).toBe(2);
  say("NDEATH", undefined, []);
  expect(reader.lostItems?.()).toBe(3);
});

test("births that were asked for are counted: after a connection, a gap, an alias nobody knows, and data of a node not born", () => {
  const { say, reader } = group();
  const asked = () => reader.birthsAsked?.();
  expect(asked()).toBe(0);
  reader.connected?.(T0);
  expect(asked()).toBe(1);
  say("NBIRTH", 0, []);
  say("NDATA", 2, []);
  expect(asked()).toBe(2);
  say("NDATA", 3, [], "", T0 + 9_999);
  expect(asked()).toBe(2);
  say("NDATA", 4, [], "", T0 + 10_000);
  expect(asked()).toBe(3);
  say("NBIRTH", 0, []);
  say("NDATA", 1, [{ alias: 5, value: 1 }]);
  expect(asked()).toBe(4);
});

test("after a new connection everything waits for births, and bytes that are no payload say so", () => {
  const { say, reader } = born();
  expect(reader.connected?.(T0).map(({ topic }) => topic)).toEqual(["spBv1.0/Water/NCMD/pump"]);
  expect(say("NDATA", 2, [{ name: "Inflow", value: 1 }])).toMatchObject({ readings: [], requests: [] });
  expect(say("NDATA", 3, [{ name: "Inflow", value: 1 }], "", T0 + 10_000).requests).toHaveLength(1);
  const garbage = {
    topic: "spBv1.0/Water/NDATA/pump",
    payload: Buffer.from("{}"),
    retained: false,
    receivedMs: T0,
  };
  expect(reader.read(garbage).rejections).toEqual([{ sensor: undefined, reason: "not-sparkplug" }]);
});
