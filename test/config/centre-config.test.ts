/** A configuration is right or every fault is named: one small wrong change a case, each against the example that ships. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { formatFault } from "../../src/model/checked-yaml.ts";

const shipped = fileURLToPath(new URL("../../config", import.meta.url));
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightflow-config-"));
  cpSync(join(shipped, "example"), folder, { recursive: true });
  cpSync(join(shipped, "alarms.yaml"), join(folder, "alarms.yaml"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function change(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(folder, file), "utf8");
  const changed = text.replace(from, to);
  expect(changed, `${file} has no ${from}`).not.toBe(text);
  writeFileSync(join(folder, file), changed);
}

function faults(): string[] {
  const result = readCentreConfig(folder);
  return result.ok ? [] : result.faults.map((fault) => formatFault(fault).replace(`${folder}/`, ""));
}

test.each(["example", "ltown", "demo"])("config/%s is right", (name) => {
  const result = readCentreConfig(join(shipped, name));
  expect(result.ok ? [] : result.faults.map(formatFault)).toEqual([]);
});

test("what is left out takes the utility's value or the published default", () => {
  const result = readCentreConfig(folder);
  if (!result.ok) throw new Error("the example is wrong");
  const south = result.config.utility.districts[1];
  expect(south).toMatchObject({
    timeZone: "Africa/Nairobi",
    waterValuePerM3: 65,
    nightWindow: { startMinute: 120, endMinute: 240 },
    night: { properties: 840, activePercent: 6, mainsLPerKmH: 40 },
  });
  expect(Object.isFrozen(south?.night)).toBe(true);
});

describe("a fault is named by file, line and key", () => {
  test.each<[string, string, string | RegExp, string, RegExp]>([
    [
      "an unknown sensor",
      "utility.yaml",
      "{ sensor: north-inlet }",
      "{ sensor: nord }",
      /^utility\.yaml:18: districts\[0\]\.meters\[0\]\.sensor: there is no sensor "nord"/,
    ],
    [
      "a wrong quantity",
      "utility.yaml",
      "pressureSensor: north-pressure",
      "pressureSensor: north-inlet",
      /^utility\.yaml:20: districts\[0\]\.pressureSensor: .*measures flow/,
    ],
    [
      "a negative length",
      "utility.yaml",
      "mainsKm: 12",
      "mainsKm: -12",
      /^utility\.yaml:28: districts\[1\]\.night\.mainsKm: /,
    ],
    [
      "a misspelt key",
      "utility.yaml",
      "waterValuePerM3: 65",
      "waterValue: 65",
      /^utility\.yaml:6: waterValue: /,
    ],
    [
      "a zone that is none",
      "utility.yaml",
      "Africa/Nairobi",
      "Africa/Nakuru",
      /^utility\.yaml:5: timeZone: "Africa\/Nakuru" is not an IANA/,
    ],
    [
      "a sensor listed twice",
      "utility.yaml",
      "id: south-inlet,",
      "id: north-inlet,",
      /^utility\.yaml:10: sensors\[1\]\.id: is used/,
    ],
    [
      "a neighbour that is not there",
      "utility.yaml",
      "neighbours: [south]",
      "neighbours: [east]",
      /^utility\.yaml:22: .*no district "east"/,
    ],
    ["a port beyond range", "server.yaml", "port: 8080", "port: 80800", /^server\.yaml:2: http\.port: /],
    [
      "a broker without an address",
      "server.yaml",
      'url: "mqtt://127.0.0.1:1883"',
      'url: "127.0.0.1"',
      /^server\.yaml:3: broker\.url: /,
    ],
    [
      "an alarm without a response",
      "alarms.yaml",
      /response: Send.*/,
      "response: Go",
      /^alarms\.yaml:7: alarms\[0\]\.response: /,
    ],
    ["text that is not YAML", "alarms.yaml", "alarms:", "alarms: [", /^alarms\.yaml:\d+: /],
  ])("%s", (_name, file, from, to, expected) => {
    change(file, from, to);
    expect(faults()).toContainEqual(expect.stringMatching(expected));
  });

  test("a missing file", () => {
    rmSync(join(folder, "utility.yaml"));
    expect(faults()).toEqual(["utility.yaml:1: there is no such file"]);
  });

  test("all faults of all files at once", () => {
    change("utility.yaml", "mainsKm: 12", "mainsKm: -12");
    change("server.yaml", "port: 8080", "port: eighty");
    expect(faults()).toHaveLength(2);
  });
});
