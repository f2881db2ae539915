/** One connection to an OPC UA server that another takes over from: what the server had still to send to the first is not lost. */
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadAgentConfig } from "../../edge/agent-config.ts";
import { createSourceFleet } from "../../edge/source-fleet.ts";
import { openSqliteSpool } from "../../edge/sqlite-spool.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { writeAgentConfig } from "./agent-process.ts";
import { opcuaSources, START_MS, until } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";
import { noticesHeld, timesHeld } from "./spool-reading.ts";
import { spoolSettings } from "./spool-settings.ts";

vi.setConfig({ testTimeout: 300_000 });

/** Long beside the time that a new connection takes, so that it is there before the old one is sent anything. */
const PUBLISHING_MS = 2500;

function newConnectionStands(fleet: Awaited<ReturnType<typeof startScene>>["fleet"]): Promise<void> {
  return until("the new connection stands", () => {
    const [source] = fleet.sources();
    return source?.items === 2 && source.standing.now().state === "connected";
  });
}

async function startScene(variables: readonly string[]) {
  const folder = await temporaryFolder();
  const server = await startOpcuaServerProcess({ pkiFolder: join(folder, "server"), variables });
  await server.setAll(0, START_MS);
  const spool = openSqliteSpool(
    spoolSettings(join(folder, "spool.sqlite"), { batchSamples: 1, batchAgeMs: 20 }),
    Date.now,
  );
  const parts = { spool, log: pino({ level: "silent" }), clock: Date.now, restart() {} };
  const fleet = createSourceFleet(parts);
  onTestFinished(async () => {
    await fleet.stop();
    await spool.close();
  });
  const read = async (names: readonly string[]) => {
    const sources = opcuaSources(server.port, names, { publishingMs: PUBLISHING_MS });
    const loaded = loadAgentConfig(await writeAgentConfig(folder, "mqtt://127.0.0.1:1", sources));
    if (!loaded.ok) throw new Error("the configuration is wrong");
    return fleet.apply(loaded.config);
  };
  return { server, spool, fleet, read };
}

test("values that wait for the next publishing come before the old connection ends", async () => {
  const { server, spool, fleet, read } = await startScene(["a", "b"]);
  await read(["a"]);
  await until("the first value is there", () => timesHeld(spool).includes(START_MS));
  const times = Array.from({ length: 20 }, (_, index) => START_MS + (index + 1) * 1000);
  for (const timeMs of times) await server.set("a", timeMs, timeMs);
  const before = fleet.sources()[0];
  await read(["a", "b"]);
  expect(fleet.sources()[0]).not.toBe(before);
  expect(new Set(timesHeld(spool))).toEqual(new Set([START_MS, ...times]));
  expect(noticesHeld(spool, "hand-over-incomplete")).toEqual([]);
});

test("a server with nothing to send holds a change up no longer than its publishing interval asks", async () => {
  const { spool, read } = await startScene(["a", "b"]);
  await read(["a"]);
  await until("the first value is there", () => timesHeld(spool).includes(START_MS));
  const startMs = performance.now();
  await read(["a", "b"]);
  expect(performance.now() - startMs).toBeLessThan(3 * PUBLISHING_MS);
  expect(noticesHeld(spool, "hand-over-incomplete")).toEqual([]);
});

test("an agent that is stopped meanwhile does not wait for the server", async () => {
  const { server, spool, fleet, read } = await startScene(["a", "b"]);
  await read(["a"]);
  await until("the first value is there", () => timesHeld(spool).includes(START_MS));
  const changing = read(["a", "b"]);
  await newConnectionStands(fleet);
  server.halt(true);
  await fleet.stop();
  server.halt(false);
  await changing;
});

test("a server that dies meanwhile is told: nobody knows what it had queued", async () => {
  const { server, spool, fleet, read } = await startScene(["a", "b"]);
  await read(["a"]);
  await until("the first value is there", () => timesHeld(spool).includes(START_MS));
  const changing = read(["a", "b"]);
  await newConnectionStands(fleet);
  await server.kill();
  await changing;
  await until("it is told", () => noticesHeld(spool, "hand-over-incomplete").length === 1);
});

test("an agent that is stopped does not wait for a server that takes the connection and says nothing", async () => {
  const { server, fleet, read } = await startScene(["a"]);
  server.halt(true);
  await read(["a"]);
  const startMs = performance.now();
  await fleet.stop();
  expect(performance.now() - startMs).toBeLessThan(5000);
});
