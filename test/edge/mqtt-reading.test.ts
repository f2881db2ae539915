import { expect, test } from "vitest";
import { createTopicReader } from "../../edge/mqtt-reading.ts";
import { GOOD } from "../../src/model/status.ts";

const plain = { scale: 1, offset: 0 };
const flow = { quantity: "flow", unit: "L/s", ...plain } as const;
const reader = createTopicReader([
  { topic: "plain", sensor: "plain", ...flow },
  { topic: "json", sensor: "json", ...flow, valuePath: "data[1].flow", timePath: "at" },
  { topic: "loggers/+/ch/+", sensor: "logger-{1}.{2}", quantity: "pressure", unit: "bar", ...plain },
  { topic: "all/#", sensor: "all", ...flow },
  { topic: "pulses", sensor: "pulses", quantity: "volume", unit: "L", scale: 10, offset: 5000 },
  { topic: "pack", sensor: "pack", ...flow, senmlName: "dev:flow" },
]);

const received = (topic: string, text: string, retained = false) =>
  reader.read({ topic, payload: Buffer.from(text), retained, receivedMs: 5000 });
const reason = (topic: string, text: string, retained = false) =>
  received(topic, text, retained).rejections.map((one) => one.reason);

test("a plain number is taken at the time it came, in the unit inside", () => {
  expect(received("plain", " 2.5\n").readings).toEqual([
    { sensor: "plain", timeMs: 5000, value: 9, status: GOOD },
  ]);
});

test("a path finds value and time in JSON, as seconds, milliseconds or ISO 8601", () => {
  const at = (time: unknown) =>
    received("json", JSON.stringify({ at: time, data: [0, { flow: "1" }] })).readings[0]?.timeMs;
  const expected = Date.UTC(2026, 2, 1, 2, 15);
  expect([expected, expected / 1000, "2026-03-01T02:15:00Z", "2026-03-01T03:15:00+01:00"].map(at)).toEqual(
    Array.from({ length: 4 }, () => expected),
  );
  expect(received("json", '{"at":1e12,"data":[0,{"flow":null}]}').readings[0]?.value).toBeNaN();
});

test("levels that a '+' matched name the sensor; '#' takes everything below and the level itself", () => {
  expect(received("loggers/7/ch/p1", "2").readings[0]).toMatchObject({
    sensor: "logger-7.p1",
    value: 20.39432426,
  });
  expect(received("loggers/7/ch", "2")).toEqual({ readings: [], rejections: [] });
  expect(received("loggers/7/ch/p1/x", "2").readings).toEqual([]);
  expect(["all", "all/a", "all/a/b"].map((topic) => received(topic, "1").readings.length)).toEqual([1, 1, 1]);
});

test("what cannot be read is rejected with its reason, never guessed", () => {
  expect(["", "abc", "NaN", "1e999", "true"].map((text) => reason("plain", text))).toEqual(
    Array.from({ length: 5 }, () => ["not-a-number"]),
  );
  expect(reason("json", "{")).toEqual(["not-json"]);
  expect(reason("json", '{"at":1e12}')).toEqual(["no-value"]);
  expect(reason("json", '{"at":1e12,"data":[0,{"flow":{}}]}')).toEqual(["not-a-number"]);
  expect(reason("json", '{"data":[0,{"flow":1}]}')).toEqual(["unreadable-time"]);
  expect(reason("json", '{"at":"2026-03-01T02:15","data":[0,{"flow":1}]}')).toEqual(["unreadable-time"]);
  expect(reason("plain", "1", true)).toEqual(["retained-without-time"]);
});

test("scale and offset turn counts into the unit they are counted in", () => {
  expect(received("pulses", "300").readings[0]?.value).toBeCloseTo(8);
});

test("a SenML pack is read by name, with its own times and units before the configured ones", () => {
  const pack = (...records: object[]) => JSON.stringify([{ bn: "dev:", bt: 1.7e9 }, ...records]);
  expect(
    received("pack", pack({ n: "flow", v: 1, t: -60 }, { n: "p", v: 4 }, { n: "flow", v: 2, u: "m3/h" }))
      .readings,
  ).toEqual([
    { sensor: "pack", timeMs: 1.7e12 - 60_000, value: 3.6, status: GOOD },
    { sensor: "pack", timeMs: 1.7e12, value: 2, status: GOOD },
  ]);
  expect(reason("pack", pack({ n: "p", v: 4 }))).toEqual(["no-value"]);
  expect(reason("pack", pack({ n: "flow", v: 4, u: "bar" }))).toEqual(["unknown-unit"]);
  expect(reason("pack", '[{"n":7}]')).toEqual(["not-senml"]);
  expect(reason("pack", "[")).toEqual(["not-json"]);
  expect(reason("pack", '[{"n":"dev:flow","v":1}]', true)).toEqual(["retained-without-time"]);
  expect(reason("plain", pack({ n: "a", v: 1 }, { n: "b", v: 2 }))).toEqual(["no-value"]);
});

test("a level that is no sensor's name is rejected, not sent on", () => {
  expect(reason("loggers/a b/ch/p1", "1")).toEqual(["sensor-name"]);
});
