/** What goes wrong between an agent and an OPC UA server, each with real processes. */
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startStallingProxy } from "../support/stalling-proxy.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { timesOf } from "./fake-centre.ts";
import { figuresOf, lastOf, noticesOf, opcuaSources, START_MS, startCentre, until } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";

vi.setConfig({ testTimeout: 300_000 });

const TIMES = Array.from({ length: 100 }, (_, i) => START_MS + (i + 1) * 1000);

/** An agent that reads the variable "a" through a link that can be stalled or cut, once its first value is stored. */
async function readThroughProxy(server: Parameters<typeof opcuaSources>[2] = {}) {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const opcua = await startOpcuaServerProcess({ pkiFolder: join(folder, "server"), variables: ["a"] });
  const proxy = await startStallingProxy(opcua.port);
  await opcua.set("a", 0, START_MS);
  const sources = opcuaSources(proxy.port, ["a"], server);
  startAgentProcess(await writeAgentConfig(folder, url, sources, { batchAgeMs: 50 }));
  await until("the first value is stored", () => lastOf(centre, "a")?.t === START_MS);
  return { centre, server: opcua, proxy };
}

test("a link that stalls for less than the tolerated outage loses nothing, whether it comes back or breaks", async () => {
  const { centre, server, proxy } = await readThroughProxy();
  proxy.stall(true);
  for (const timeMs of TIMES.slice(0, 50)) await server.set("a", timeMs, timeMs);
  proxy.stall(false);
  await until("what waited is stored", () => lastOf(centre, "a")?.t === TIMES[49]);
  proxy.stall(true);
  for (const timeMs of TIMES.slice(50)) await server.set("a", timeMs, timeMs);
  proxy.cut();
  proxy.stall(false);
  await until("what waited is stored", () => lastOf(centre, "a")?.t === TIMES.at(-1));
  expect(timesOf(centre.stored, "a")).toEqual([START_MS, ...TIMES]);
  expect(noticesOf(centre)).toEqual([]);
});

test("a variable that was quiet before the link broke loses nothing of what it said meanwhile", async () => {
  const { centre, server, proxy } = await readThroughProxy();
  const before = proxy.passed();
  await until("keepalives have come", () => proxy.passed() >= before + 3);
  proxy.stall(true);
  for (const timeMs of TIMES) await server.set("a", timeMs, timeMs);
  proxy.cut();
  proxy.stall(false);
  await until("what waited is stored", () => lastOf(centre, "a")?.t === TIMES.at(-1));
  expect(timesOf(centre.stored, "a")).toEqual([START_MS, ...TIMES]);
  expect(noticesOf(centre)).toEqual([]);
});

test("a link that stalls for longer is given up, told, and built anew", async () => {
  const { centre, server, proxy } = await readThroughProxy({ toleratedOutageMs: 1000 });
  proxy.stall(true);
  await until("the loss is told", () => noticesOf(centre).includes("source-lost"));
  expect(figuresOf(centre, "source-lost")?.reason).toMatch(/^silent for/);
  proxy.stall(false);
  await server.set("a", 1, START_MS + 1000);
  await until("the next value is stored", () => lastOf(centre, "a")?.v === 3.6);
  expect(noticesOf(centre)).toContain("source-found");
});

test("a server that forgets the session and refuses to transfer the subscription is asked for everything anew", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: ["a"],
    without: ["TransferSubscriptions"],
  });
  await server.set("a", 0, START_MS);
  startAgentProcess(
    await writeAgentConfig(folder, url, opcuaSources(server.port, ["a"]), { batchAgeMs: 50 }),
  );
  await until("the first value is stored", () => lastOf(centre, "a")?.t === START_MS);
  await server.forgetSessions();
  for (const timeMs of TIMES) await server.set("a", timeMs, timeMs);
  await until("the last value is stored", () => lastOf(centre, "a")?.t === TIMES.at(-1));
});

test("a server without optional services and without limits of its own is read all the same, killed and started again too", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const options = {
    variables: ["a"],
    without: [
      "TransferSubscriptions",
      "Republish",
      "TranslateBrowsePathsToNodeIds",
      "HistoryRead",
      "SetMonitoringMode",
    ],
    unsaidLimit: 10,
  };
  const server = await startOpcuaServerProcess({ ...options, pkiFolder: join(folder, "server") });
  await server.set("a", 0, START_MS);
  const sources = opcuaSources(server.port, ["a"], { toleratedOutageMs: 1000 });
  const [plc] = sources.opcua;
  const items = [
    ...(plc?.items ?? []),
    { browsePath: ["nsu=urn:test:meters;a"], sensor: "path", quantity: "flow", unit: "L/s" },
  ];
  startAgentProcess(await writeAgentConfig(folder, url, { opcua: [{ ...plc, items }] }, { batchAgeMs: 50 }));
  await until("the first value is stored", () => lastOf(centre, "a")?.t === START_MS);
  expect(noticesOf(centre)).toContain("item-lost path");
  await server.kill();
  const again = await startOpcuaServerProcess({
    ...options,
    pkiFolder: join(folder, "server"),
    port: server.port,
  });
  await again.set("a", 1, START_MS + 1000);
  await until("the next value is stored", () => lastOf(centre, "a")?.v === 3.6);
});
