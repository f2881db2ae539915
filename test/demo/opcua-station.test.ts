/** The demo's station speaks OPC UA to any client: its own namespace, the units of its instruments, the time of each reading. */
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { AttributeIds, MessageSecurityMode, OPCUAClient, SecurityPolicy } from "node-opcua-client";
import { expect, onTestFinished, test } from "vitest";
import { STATION_NAMESPACE } from "../../src/demo/demo-sites.ts";
import { type DemoWorld, liveWorld, writeWorld } from "../../src/demo/demo-world.ts";
import { type KeptProcess, keepProcess } from "../../src/demo/kept-process.ts";
import { livePeriodMs } from "../../src/demo/live-rhythm.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { freePort, takenPort } from "./demo-network.ts";
import { logger, quietWorld } from "./demo-town.ts";

async function station(port: number, world: DemoWorld): Promise<KeptProcess> {
  const folder = await temporaryFolder();
  const pki = join(folder, "pki");
  const file = join(folder, "world.json");
  writeWorld(file, world);
  const kept = keepProcess({
    name: "opcua-station",
    script: new URL("../../src/demo/opcua-station.ts", import.meta.url),
    arguments: ["--world", file, "--port", String(port), "--pki", pki],
    logger,
  });
  onTestFinished(() => kept.stop());
  return kept;
}

async function connect(endpoint: string) {
  const client = OPCUAClient.create({
    endpointMustExist: false,
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    connectionStrategy: { maxRetry: 0 },
    clientCertificateManager: new OPCUACertificateManager({ rootFolder: await temporaryFolder() }),
  });
  await client.connect(endpoint);
  const session = await client.createSession();
  onTestFinished(async () => {
    await session.close();
    await client.disconnect();
  });
  return session;
}

test("a client reads the town's meters by namespace URI, with the time they were read", async () => {
  const port = await freePort();
  const world = quietWorld();
  await (await station(port, world)).ready;
  const session = await connect(`opc.tcp://127.0.0.1:${port}`);
  const index = (await session.readNamespaceArray()).indexOf(STATION_NAMESPACE);
  expect(index).toBeGreaterThan(0);
  const nodes = ["Sokoni.Inflow", "Mlimani.Pressure"].map((name) => `ns=${index};s=${name}`);
  const [inflow, pressure] = await session.read(
    nodes.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
  );
  const simulation = await liveWorld(world);
  const readMs = inflow!.sourceTimestamp!.getTime();
  expect(readMs % livePeriodMs(1)).toBe(0);
  expect(Math.abs(Date.now() - readMs)).toBeLessThan(10 * livePeriodMs(1));
  expect(inflow!.statusCode.isGood()).toBe(true);
  expect(inflow!.value.value * 3.6).toBeCloseTo(simulation.reading("sokoni-inflow", readMs)!.value, 9);
  const pressureMs = pressure!.sourceTimestamp!.getTime();
  expect(pressure!.value.value * 10.19716213).toBeCloseTo(
    simulation.reading("mlimani-pressure", pressureMs)!.value,
    6,
  );
});

test("a port that is taken is named", async () => {
  const port = await takenPort();
  await expect((await station(port, quietWorld())).ready).rejects.toThrow(`port ${port} is in use`);
});
