import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { jsonSchemas } from "../../src/command/schemas.ts";

const folder = fileURLToPath(new URL("../../docs/schema/", import.meta.url));

test("the published schemas are those of the code (npm run schemas writes them)", () => {
  const published = new Map(readdirSync(folder).map((name) => [name, readFileSync(folder + name, "utf8")]));
  expect(published).toEqual(jsonSchemas());
});
