import specs from "@asyncapi/specs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { asyncApiDocument } from "../../src/model/asyncapi-document.ts";
import { startCentre } from "../operator/centre.ts";
import { checkMessage } from "../support/asyncapi-messages.ts";

const document = JSON.parse(JSON.stringify(asyncApiDocument()));

test("the document is valid AsyncAPI 3", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
  const check = ajv.compile(specs.schemasWithoutId["3.0.0"]);
  check(document);
  expect(check.errors ?? []).toEqual([]);
  const wrong = { ...document, channels: { live: { address: 1 } } };
  expect(check(wrong)).toBe(false);
});

test("whatever it refers to is there", () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
  expect(refs.length).toBeGreaterThan(30);
  const missing = refs.filter(
    (path) => path.split("/").reduce((at, key) => at?.[key], document) === undefined,
  );
  expect(missing).toEqual([]);
});

test("messages that are otherwise than it says are told apart", () => {
  checkMessage("hello", { type: "hello", version: 1 });
  expect(() => checkMessage("hello", { type: "hello", version: 2 })).toThrow("version");
  expect(() => checkMessage("heartbeat", { type: "heartbeat" })).toThrow("nowMs");
});

test("a centre hands it out", async () => {
  const { address } = await startCentre();
  expect(await (await fetch(`${address}/api/v1/asyncapi.json`)).json()).toEqual(document);
});
