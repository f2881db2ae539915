import { expect, test } from "vitest";
import { BAD, GOOD, isOverflow, qualityOf } from "../../src/model/status.ts";
import { parseTopic, receivedStatus, telemetrySchema, topicOf } from "../../src/model/wire.ts";

test("a topic built is the topic parsed", () => {
  const topic = topicOf("nakuru", "station-1", "telemetry");
  expect(topic).toBe("nightflow/v1/nakuru/station-1/telemetry");
  expect(parseTopic(topic)).toEqual({ utility: "nakuru", site: "station-1", channel: "telemetry" });
});

test.each([
  "nightflow/v2/u/s/ack",
  "nightflow/v1/u/s/else",
  "nightflow/v1/u/s/ack/x",
  "nightflow/v1/u/../ack",
  "a/b",
])("%s is not a topic of ours", (topic) => expect(parseTopic(topic)).toBeUndefined());

test("a batch as mosquitto_pub would send it is accepted", () => {
  const message = { epoch: "e", seq: 1, series: [{ sensor: "m1", t: [1, 2], v: [1.5, null] }] };
  expect(telemetrySchema.parse(message)).toEqual(message);
});

test("a key nobody knows is refused by name", () => {
  const parsed = telemetrySchema.safeParse({ epoch: "e", seq: 1, series: [], sequence: 2 });
  expect(parsed.error?.issues[0]?.message).toContain("sequence");
});

test("a null value is bad whatever it was said to be; a bad code is kept whole", () => {
  expect(receivedStatus(null, undefined)).toBe(BAD);
  expect(receivedStatus(null, GOOD)).toBe(BAD);
  expect(receivedStatus(null, 0x8031_0000)).toBe(0x8031_0000);
  expect(receivedStatus(1, undefined)).toBe(GOOD);
});

test("severity is the top two bits; overflow is told apart", () => {
  expect([0, 0x4094_0000, 0x8031_0000, 0xc000_0000].map(qualityOf)).toEqual([
    "good",
    "uncertain",
    "bad",
    "bad",
  ]);
  expect(isOverflow(0x0480)).toBe(true);
  expect(isOverflow(0x0400)).toBe(false);
});
