import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadAgentConfig } from "../../edge/agent-config.ts";
import { formatFault } from "../../src/model/checked-yaml.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const valid = `utility: example
site: north
spool:
  path: data/spool.sqlite
uplink:
  brokers: [mqtt://127.0.0.1:1883]
sources:
  opcua:
    - name: plc
      endpoint: opc.tcp://127.0.0.1:4840
      items:
        - node: nsu=urn:vendor:plc;s=Flow
          sensor: inflow
          quantity: flow
          unit: L/s
  mqtt:
    - name: loggers
      broker: mqtt://127.0.0.1
      topics:
        - topic: loggers/7/flow
          sensor: outflow
          quantity: flow
          unit: m3/h
`;

async function load(text: string) {
  const folder = await temporaryFolder();
  const file = join(folder, "agent.yaml");
  await writeFile(file, text);
  const loaded = loadAgentConfig(file);
  const faults = loaded.ok ? [] : loaded.faults.map((fault) => formatFault(fault).replace(`${folder}/`, ""));
  return { folder, loaded, faults };
}

test("fills in the documented defaults and resolves paths against the file's folder", async () => {
  const { folder, loaded } = await load(valid);
  if (!loaded.ok) throw new Error("should be valid");
  expect(loaded.config.spool).toMatchObject({ batchSamples: 500, batchAgeMs: 1000 });
  expect(loaded.config.spool.path).toBe(join(folder, "data/spool.sqlite"));
  expect(loaded.config.uplink).toMatchObject({ windowBatches: 16, ackTimeoutMs: 15_000, protocol: 4 });
  expect(loaded.config.sources.opcua[0]).toMatchObject({ securityMode: "SignAndEncrypt" });
});

test("each fault names file, line and key", async () => {
  const wrong = (from: string, to: string) => load(valid.replace(from, to)).then(({ faults }) => faults);
  expect(await wrong("site: north", "site: no rth")).toEqual([
    expect.stringMatching(/^agent\.yaml:2: site: must be 1 to 128/),
  ]);
  expect(await wrong("  path: data/spool.sqlite", "  path: a\n  pth: b")).toEqual([
    expect.stringMatching(/^agent\.yaml:5: spool\.pth: /),
  ]);
  expect(await wrong("unit: L/s", "unit: bar")).toEqual([
    expect.stringMatching(/^agent\.yaml:12: sources\.opcua\[0\]\.items\[0\]: unit "bar" is not one of flow/),
  ]);
  expect(await wrong("nsu=urn:vendor:plc;s=Flow", "ns=2;s=Flow")).toEqual([
    expect.stringMatching(/^agent\.yaml:12: sources\.opcua\[0\]\.items\[0\]\.node: must be a node id/),
  ]);
});

test("a sensor fed twice is a fault at its second place", async () => {
  const { faults } = await load(valid.replace("sensor: outflow", "sensor: inflow"));
  expect(faults).toEqual([
    'agent.yaml:21: sources.mqtt[0].topics[0].sensor: sensor "inflow" stands at sources.opcua[0].items[0].sensor already',
  ]);
});

test("a file that is not there is a fault, not a crash", () => {
  const loaded = loadAgentConfig("/nowhere/agent.yaml");
  expect(loaded).toMatchObject({ ok: false, faults: [{ file: "/nowhere/agent.yaml" }] });
});
