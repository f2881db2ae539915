/** What an agent may notice, as docs/edge.md lists it, has a name on the page. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SENSORS } from "../../src/web/words/en/sensors.ts";

const text = readFileSync(new URL("../../docs/edge.md", import.meta.url), "utf8");
const [, table = ""] = text.split("\n## Notices\n");
const CODES = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = ""]) =>
  [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code = ""]) => code),
);

test("every notice of the list has a name", () => {
  expect(CODES.length).toBeGreaterThan(40);
  const { noticeCodes } = SENSORS.sensors;
  expect(CODES.filter((code) => !(code in noticeCodes))).toEqual([]);
});
