import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { agentJsonSchema } from "../../edge/agent-schema.ts";
import { jsonSchemas } from "../../src/command/schemas.ts";

const packed = fileURLToPath(new URL("../../edge/packaging/agent.yaml", import.meta.url));
const folder = fileURLToPath(new URL("../../docs/schema/", import.meta.url));

test("the published schemas are those of the code (npm run schemas writes them)", () => {
  const published = new Map(readdirSync(folder).map((name) => [name, readFileSync(folder + name, "utf8")]));
  expect(published).toEqual(new Map([...jsonSchemas(), ["agent.yaml.schema.json", agentJsonSchema()]]));
});

test("the file that is packed with an agent fits its schema, and a wrong key does not", () => {
  const check = new Ajv2020({ strict: false }).compile(JSON.parse(agentJsonSchema()));
  const example = parse(readFileSync(packed, "utf8"));
  expect(check(example)).toBe(true);
  expect(check({ ...example, spool: { ...example.spool, maxByte: 1 } })).toBe(false);
});
