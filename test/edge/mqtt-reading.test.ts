import { expect, test } from "vitest";
import { createMessageDecoder } from "../../edge/mqtt-reading.ts";

const flow = { quantity: "flow", unit: "L/s" } as const;
const decode = createMessageDecoder([
  { topic: "plain", sensor: "plain", ...flow },
  { topic: "json", sensor: "json", ...flow, valuePath: "data[1].flow", timePath: "at" },
  { topic: "loggers/+/ch/+", sensor: "logger-{1}.{2}", quantity: "pressure", unit: "bar" },
  { topic: "all/#", sensor: "all", ...flow },
]);

const received = (topic: string, text: string, retained = false) =>
  decode({ topic, text, retained, receivedMs: 5000 });
const reason = (topic: string, text: string, retained = false) =>
  received(topic, text, retained).rejections.map((one) => one.reason);

test("a plain number is taken at the time it came, in the unit inside", () => {
  expect(received("plain", " 2.5\n").readings).toEqual([{ sensor: "plain", timeMs: 5000, value: 9 }]);
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
