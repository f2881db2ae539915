/** works.yaml beside the example that ships: read as instants, and refused where it is wrong. */
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { formatFault } from "../../src/model/checked-yaml.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const example = fileURLToPath(new URL("../../config/example", import.meta.url));

async function withWorks(line: string) {
  const folder = await temporaryFolder();
  cpSync(example, folder, { recursive: true });
  writeFileSync(join(folder, "works.yaml"), `works:\n  - { ${line} }\n`);
  const result = readCentreConfig(folder);
  return result.ok
    ? result.config.plannedWorks
    : result.faults.map(formatFault).map((text) => text.replace(folder, ""));
}

const FROM = "from: 2026-03-01T22:00:00+03:00";
const TO = "to: 2026-03-02T03:00:00+03:00";

test("works are instants, districts and a reason; without kinds they may raise any", async () => {
  expect(await withWorks(`districts: [north], ${FROM}, ${TO}, reason: flushing`)).toEqual([
    {
      districts: ["north"],
      fromMs: Date.UTC(2026, 2, 1, 19),
      toMs: Date.UTC(2026, 2, 2, 0),
      reason: "flushing",
      kinds: null,
    },
  ]);
});

test.each([
  [
    `districts: [nord], ${FROM}, ${TO}, reason: r`,
    '/works.yaml:2: works[0].districts[0]: there is no district "nord"',
  ],
  [`districts: [north], ${FROM}, to: 2026-02-02T03:00:00+03:00, reason: r`, "works[0].to: must be later"],
  [
    `districts: [north], from: 2026-03-01 22:00, ${TO}, reason: r`,
    "works[0].from: must be a time with its zone",
  ],
  [`districts: [north], ${FROM}, ${TO}, reason: r, kinds: [flood]`, "works[0].kinds[0]"],
])("%s is refused", async (line, told) => {
  expect(String(await withWorks(line))).toContain(told);
});
