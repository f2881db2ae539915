/** The agent as it is packed for a board: its packages joined, without the centre and the repository, started by its own command. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import sparkplugPayload from "sparkplug-payload";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../support/mosquitto.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { writeAgentConfig } from "./agent-process.ts";
import { startFakeCentre, startTestBroker, timesOf } from "./fake-centre.ts";
import { lastOf, opcuaSources, START_MS, until } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";
import { packAgentInto } from "./packing.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const packed = mkdtempSync(join(tmpdir(), "nightflow-packed-"));
let command = "";
beforeAll(() => {
  command = packAgentInto(packed);
});
afterAll(() => rmSync(packed, { recursive: true }));

const asked = (...args: string[]) => execFileSync(command, args, { encoding: "utf8" });

test("its example is right, what it installs is the runtime of the lockfile, and its packages' licences are with it", () => {
  expect(asked("--config", join(packed, "agent.yaml"), "--check")).toContain("agent.yaml: right");
  const { dependencies } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
  expect(dependencies).toEqual({ node: process.versions.node });
  const lock = JSON.parse(readFileSync(join(packed, "package-lock.json"), "utf8"));
  expect(lock.packages["node_modules/node"].integrity).toMatch(/^sha512-/);
  const licences = readFileSync(join(packed, "THIRD-PARTY-LICENCES"), "utf8");
  for (const name of ["node-opcua-client", "mqtt", "zod", "pino"])
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, "m"));
});

test("plays a recording to the centre", async () => {
  const folder = await temporaryFolder();
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  writeFileSync(join(folder, "log.csv"), `Time,Flow\n${new Date(START_MS).toISOString()},1\n`);
  const columns = { Flow: { sensor: "inflow", quantity: "flow", unit: "L/s" } };
  const csv = [{ name: "log", file: "log.csv", recording: { timeColumn: "Time", columns } }];
  const config = await writeAgentConfig(folder, url, { csv });
  const agent = spawn(command, ["--config", config, "--until-drained"], { stdio: "ignore" });
  const [code] = await once(agent, "exit");
  expect(code).toBe(0);
  expect(timesOf(centre.stored, "inflow")).toEqual([START_MS]);
});

test("reads an OPC UA server it was told to trust, a topic and a Sparkplug node, says how it does, and ends when it is told to", async () => {
  const { encodePayload } = sparkplugPayload.get("spBv1.0") ?? {};
  const folder = await temporaryFolder();
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: ["a"],
    secure: true,
  });
  await server.set("a", 1, START_MS);
  const port = await freePort();
  const flow = { quantity: "flow", unit: "m3/h" };
  const sources = {
    ...opcuaSources(server.port, ["a"], { securityMode: "SignAndEncrypt", toleratedOutageMs: 1000 }),
    mqtt: [{ name: "loggers", broker: url, topics: [{ topic: "m", sensor: "m", ...flow }] }],
    sparkplug: [
      {
        name: "scada",
        broker: url,
        group: "Water",
        metrics: [{ node: "pump", metric: "F", sensor: "f", ...flow }],
      },
    ],
  };
  const config = await writeAgentConfig(folder, url, sources, { batchAgeMs: 50 }, { http: { port } });
  const agent = spawn(command, ["--config", config], { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => void agent.kill("SIGKILL"));
  let errors = "";
  agent.stderr.on("data", (text) => {
    errors += text;
  });

  const rejected = () => /^rejected +([0-9A-F:]+)/m.exec(asked("trust", "--config", config))?.[1];
  await until("the server's certificate is kept", () => rejected() !== undefined);
  expect(asked("trust", rejected() ?? "", "--config", config)).toContain("trusted: ");
  await until("the variable arrives", () => lastOf(centre, "a")?.v === 3.6);

  const device = await mqtt.connectAsync(url);
  onTestFinished(() => device.endAsync(true));
  await until("the topic arrives", async () => {
    await device.publishAsync("m", "5", { qos: 1 });
    return lastOf(centre, "m")?.v === 5;
  });
  const metrics = [{ name: "F", type: "Double" as const, value: 7, timestamp: START_MS }];
  const birth = Buffer.from(encodePayload?.({ timestamp: START_MS, seq: 0, metrics }) ?? []);
  await until("the metric arrives", async () => {
    await device.publishAsync("spBv1.0/Water/NBIRTH/pump", birth);
    return lastOf(centre, "f")?.v === 7;
  });
  const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  for (const source of ["plc", "loggers", "scada"])
    expect(figures).toContain(`nightflow_agent_source_up{source="${source}"`);
  expect(asked("health", "--config", config)).toBe("all is well\n");

  agent.kill("SIGTERM");
  const [code] = await once(agent, "exit");
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
});
