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

/** Hands back the line, from 1, on which the change was made. */
function change(file: string, from: string | RegExp, to: string): number {
  const text = readFileSync(join(folder, file), "utf8");
  const changed = text.replace(from, to);
  expect(changed, `${file} has no ${from}`).not.toBe(text);
  writeFileSync(join(folder, file), changed);
  return text.slice(0, typeof from === "string" ? text.indexOf(from) : text.search(from)).split("\n").length;
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

test("every alarm that ships says what to do in every language", () => {
  const result = readCentreConfig(folder);
  if (!result.ok) throw new Error("the example is wrong");
  for (const { kind, responseIn } of result.config.rationalisations)
    expect(Object.keys(responseIn ?? {}), kind).toEqual(["fr", "sw"]);
});

describe("a fault is named by file, line and key", () => {
  test.each<[string, string, string | RegExp, string, RegExp]>([
    [
      "an unknown sensor",
      "utility.yaml",
      "{ sensor: north-inlet }",
      "{ sensor: nord }",
      /^districts\[0\]\.meters\[0\]\.sensor: there is no sensor "nord"/,
    ],
    [
      "a wrong quantity",
      "utility.yaml",
      "pressureSensor: north-pressure",
      "pressureSensor: north-inlet",
      /^districts\[0\]\.pressureSensor: .*measures flow/,
    ],
    ["a negative length", "utility.yaml", "mainsKm: 12", "mainsKm: -12", /^districts\[1\]\.night\.mainsKm: /],
    ["a misspelt key", "utility.yaml", "waterValuePerM3: 65", "waterValue: 65", /^waterValue: /],
    [
      "a zone that is none",
      "utility.yaml",
      "Africa/Nairobi",
      "Africa/Nakuru",
      /^timeZone: "Africa\/Nakuru" is not an IANA/,
    ],
    [
      "a sensor listed twice",
      "utility.yaml",
      "id: south-inlet,",
      "id: north-inlet,",
      /^sensors\[1\]\.id: is used/,
    ],
    [
      "a neighbour that is not there",
      "utility.yaml",
      "neighbours: [south]",
      "neighbours: [east]",
      /^.*no district "east"/,
    ],
    ["a port beyond range", "server.yaml", "port: 8080", "port: 80800", /^http\.port: /],
    [
      "a broker without an address",
      "server.yaml",
      'url: "mqtt://127.0.0.1:1883"',
      'url: "127.0.0.1"',
      /^broker\.url: /,
    ],
    [
      "an alarm without a response",
      "alarms.yaml",
      /response: Send.*/,
      "response: Go",
      /^alarms\[0\]\.response: /,
    ],
  ])("%s", (_name, file, from, to, expected) => {
    const line = change(file, from, to);
    const here = faults().filter((fault) => fault.startsWith(`${file}:${line}: `));
    expect(here.map((fault) => fault.slice(`${file}:${line}: `.length))).toContainEqual(
      expect.stringMatching(expected),
    );
  });

  test("text that is not YAML", () => {
    change("server.yaml", "port: 8080 }", "port: 8080");
    expect(faults()[0]).toMatch(/^server\.yaml:\d+: /);
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
