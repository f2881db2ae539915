import { expect, test } from "vitest";
import { createBackoff, isUnanswered } from "../../edge/backoff.ts";

function waits(unanswered: readonly boolean[], random = 1): number[] {
  const backoff = createBackoff(() => random);
  return unanswered.map((one) => backoff.nextMs(one) / 1000);
}

test("waits double up to fifteen seconds where nobody answers, and up to sixty where somebody refuses", () => {
  expect(waits(Array(7).fill(true))).toEqual([1, 2, 4, 8, 15, 15, 15]);
  expect(waits(Array(8).fill(false))).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(waits([...Array(7).fill(false), true, false])).toEqual([1, 2, 4, 8, 16, 32, 60, 15, 15]);
});

test("they are spread over their second half, and begin anew after a connection", () => {
  expect(waits([true, true], 0)).toEqual([0.5, 1]);
  const backoff = createBackoff(() => 1);
  backoff.nextMs(true);
  backoff.reset();
  expect(backoff.nextMs(true)).toBe(1000);
});

const withCode = (message: string, code: string | number) => Object.assign(new Error(message), { code });

test.each([
  [
    "a port that is closed",
    withCode("connect ECONNREFUSED 10.0.0.5:1883", "ECONNREFUSED"),
    "mqtts://b",
    true,
  ],
  [
    "all addresses of a name",
    Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" }),
    "mqtt://b",
    true,
  ],
  ["no name", withCode("getaddrinfo ENOTFOUND plc", "ENOTFOUND"), "mqtt://b", true],
  [
    "OPC UA's words",
    "rejected by server,\n err = (connect ECONNREFUSED 10.0.0.5:4840)",
    "opc.tcp://plc:4840",
    true,
  ],
  ["an end without a word", undefined, "mqtt://b", true],
  ["a cut", withCode("read ECONNRESET", "ECONNRESET"), "mqtt://b", true],
  ["an end without a word over TLS", undefined, "mqtts://b", false],
  ["a cut over TLS", withCode("read ECONNRESET", "ECONNRESET"), "mqtts://b", false],
  ["a wrong password", withCode("Connection refused: Not authorized", 5), "mqtt://b", false],
  ["a certificate", withCode("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"), "mqtts://b", false],
])("nobody answered, or somebody refused: %s", (_, reason, url, unanswered) => {
  expect(isUnanswered(reason, url)).toBe(unanswered);
});
