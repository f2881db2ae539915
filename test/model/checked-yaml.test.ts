import { expect, test } from "vitest";
import { z } from "zod";
import { checkYaml, formatFault } from "../../src/model/checked-yaml.ts";

const schema = z.object({
  districts: z.array(z.object({ id: z.string(), mainsKm: z.number().positive() }).strict()),
});

function faultsOf(text: string): string[] {
  const checked = checkYaml("utility.yaml", text, schema);
  return checked.ok ? [] : checked.faults.map(formatFault);
}

test("a right file gives its value", () => {
  const checked = checkYaml("utility.yaml", "districts:\n  - id: a\n    mainsKm: 3\n", schema);
  expect(checked.ok && checked.value).toEqual({ districts: [{ id: "a", mainsKm: 3 }] });
});

test("a wrong value is named by file, line and key", () => {
  const faults = faultsOf("districts:\n  - id: a\n    mainsKm: 3\n  - id: b\n    mainsKm: -1\n");
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^utility\.yaml:5: districts\[1\]\.mainsKm: /);
});

test("an unknown key is reported at its own line", () => {
  const faults = faultsOf("districts:\n  - id: a\n    mainsKm: 3\n    mainKm: 4\n");
  expect(faults[0]).toMatch(/^utility\.yaml:4: districts\[0\]\.mainKm: /);
});

test("a missing key is reported where it should have stood", () => {
  expect(faultsOf("districts:\n  - id: a\n")[0]).toMatch(/^utility\.yaml:2: districts\[0\]\.mainsKm: /);
});

test("text that is not YAML is a fault with its line", () => {
  expect(faultsOf('districts:\n  - id: "a\n')[0]).toMatch(/^utility\.yaml:\d+: /);
});
