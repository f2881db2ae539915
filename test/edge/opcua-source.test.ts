import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { timesOf } from "./fake-centre.ts";
import {
  figuresOf,
  lastOf,
  noticesOf,
  START_MS,
  opcuaSources as sources,
  startCentre,
  until,
} from "./opcua-scene.ts";
import { METERS_URI, startOpcuaServerProcess } from "./opcua-server-process.ts";

vi.setConfig({ testTimeout: 300_000 });

const BAD_SENSOR_FAILURE = 0x808c_0000;

test("source time, unit and full status arrive; a bad node hurts no other and is found when it appears", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: ["a", "b"],
  });
  await server.set("a", 10, START_MS);
  startAgentProcess(
    await writeAgentConfig(folder, url, sources(server.port, ["a", "late", "b"]), { batchAgeMs: 50 }),
  );
  await until("the first value is stored", () => lastOf(centre, "a")?.v === 36);
  expect(lastOf(centre, "a")?.t).toBe(START_MS);
  const [series] = centre.stored.flatMap((message) => message.series);
  // This server gives the source's time as its own.
  expect(series?.d).toEqual([0]);
  expect(noticesOf(centre)).toContain("item-lost late");

  for (let i = 1; i <= 20; i += 1) await server.set("a", i, START_MS + i * 1000);
  await until("all values are stored", () => timesOf(centre.stored, "a").length >= 21);
  expect(timesOf(centre.stored, "a")).toEqual(Array.from({ length: 21 }, (_, i) => START_MS + i * 1000));
  await server.set("a", 5, START_MS + 60_000, false);
  await until("the failure is stored", () => lastOf(centre, "a")?.t === START_MS + 60_000);
  expect(lastOf(centre, "a")).toMatchObject({ v: null, q: BAD_SENSOR_FAILURE });

  await server.add("late");
  await server.set("late", 1, START_MS);
  await until("the late node is found", () => lastOf(centre, "late")?.v === 3.6);
  await server.delete("b");
  await until("the deleted node is told", () => noticesOf(centre).includes("item-lost b"));
  await server.set("a", 7, START_MS + 90_000);
  await until("the others go on", () => lastOf(centre, "a")?.v === 25.2);
});

test("1,000 variables are subscribed in calls that the server takes, though it states no limit; bad ones hurt no other", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const names = Array.from({ length: 1000 }, (_, i) => `v${i}`);
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: names,
    unsaidLimit: 70,
  });
  await server.setAll(1, START_MS);
  const items = [...names.slice(0, 500), "bad1", ...names.slice(500), "bad2"];
  startAgentProcess(
    await writeAgentConfig(folder, url, sources(server.port, items), { batchAgeMs: 50, batchSamples: 1000 }),
  );
  const known = () =>
    new Set(centre.stored.flatMap((message) => message.series).map(({ sensor }) => sensor)).size;
  await until("all of them are read", () => known() === 1000);
  expect(noticesOf(centre).filter((notice) => notice.startsWith("item-lost"))).toEqual([
    "item-lost bad1",
    "item-lost bad2",
  ]);
  await server.setAll(2, START_MS + 1000);
  const second = () => names.every((name) => lastOf(centre, name)?.v === 7.2);
  await until("all of them change", second);
});

test("changes the server keeps silent about are found by reading, and the variable is asked for anew", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: ["a", "b", "c"],
  });
  await server.setAll(1, START_MS);
  const config = sources(server.port, ["a", "b", "c"], { watchMs: 300 });
  startAgentProcess(await writeAgentConfig(folder, url, config, { batchAgeMs: 50 }));
  await until("the first value is stored", () => lastOf(centre, "a")?.v === 3.6);
  await server.mute("a");
  await server.set("a", 2, START_MS + 1000);
  await until("the change is read", () => lastOf(centre, "a")?.v === 7.2);
  await until("the stall is told", () => noticesOf(centre).includes("item-stalled a"));
  for (let i = 3; i <= 12; i += 1) await server.set("a", i, START_MS + i * 1000);
  const all = () => timesOf(centre.stored, "a").length >= 11;
  await until("every change is reported again", async () => {
    await server.set("a", 13, START_MS + 13_000);
    return all();
  });
  expect(noticesOf(centre)).not.toContain("source-lost");
});

test("variables by browse path, read in cycles, and with deadbands", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: ["path", "cycle", "percent", "rangeless"],
    ranged: { percent: 200 },
    namespacesBefore: ["urn:test:other"],
  });
  await server.setAll(10, START_MS);
  const config = sources(server.port, ["path", "cycle", "percent", "rangeless"]);
  const [plc] = config.opcua;
  const [path, cycle, percent, rangeless] = plc?.items ?? [];
  const items = [
    { ...path, node: undefined, browsePath: [`nsu=${METERS_URI};path`], deadband: 1 },
    { ...cycle, mode: "read", samplingMs: 100 },
    { ...percent, deadbandPercent: 1 },
    { ...rangeless, deadbandPercent: 1 },
  ];
  startAgentProcess(await writeAgentConfig(folder, url, { opcua: [{ ...plc, items }] }, { batchAgeMs: 50 }));
  await until("all are read", () => ["path", "cycle", "percent"].every((name) => lastOf(centre, name)));
  expect(noticesOf(centre)).toEqual(["deadband-unusable rangeless"]);
  await server.setAll(10.9, START_MS + 1000);
  await server.setAll(11.8, START_MS + 2000);
  await server.setAll(12.1, START_MS + 3000);
  await until("the cycle sees the end", () => lastOf(centre, "cycle")?.t === START_MS + 3000);
  await until("the last is outside", () => lastOf(centre, "percent")?.t === START_MS + 3000);
  expect(timesOf(centre.stored, "path")).toEqual([START_MS, START_MS + 2000]);
  expect(timesOf(centre.stored, "percent")).toEqual([START_MS, START_MS + 3000]);
  expect(timesOf(centre.stored, "cycle").at(-1)).toBe(START_MS + 3000);
});

test("what was missed while the agent was down is read back from the server's history", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: ["a", "b"],
    historized: true,
  });
  await server.setAll(0, START_MS);
  const backfillMs = Date.now() - START_MS + 3_600_000;
  const plc = sources(server.port, ["a", "b"], { backfillMs });
  const config = await writeAgentConfig(folder, url, plc, { batchAgeMs: 50 });
  const agent = startAgentProcess(config);
  await until("the first value is stored", () => lastOf(centre, "b")?.t === START_MS);
  expect(await agent.signal("SIGTERM")).toBe(0);
  const missed = Array.from({ length: 1200 }, (_, i) => START_MS + (i + 1) * 1000);
  for (const [i, timeMs] of missed.entries()) await server.set("a", i, timeMs);
  startAgentProcess(config);
  await until("all of them are stored", () => new Set(timesOf(centre.stored, "a")).size === 1201);
  expect(new Set(timesOf(centre.stored, "a"))).toEqual(new Set([START_MS, ...missed]));
  await until("the filling is told", () => figuresOf(centre, "gaps-filled") !== undefined);
  expect(figuresOf(centre, "gaps-filled")).toMatchObject({ gaps: 1, values: 1200 });
});

test("what was missed after the agent was killed in its first minute is read back too", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: ["a"],
    historized: true,
  });
  await server.set("a", 0, START_MS);
  const plc = sources(server.port, ["a"], { backfillMs: Date.now() - START_MS + 3_600_000 });
  const config = await writeAgentConfig(folder, url, plc, { batchAgeMs: 50 });
  const agent = startAgentProcess(config);
  await until("where it was is kept", () => readdirSync(folder).some((name) => name.endsWith(".plc.json")));
  await agent.signal("SIGKILL");
  const missed = Array.from({ length: 20 }, (_, i) => START_MS + (i + 1) * 1000);
  for (const [i, timeMs] of missed.entries()) await server.set("a", i, timeMs);
  startAgentProcess(config);
  await until("all of them are stored", () => new Set(timesOf(centre.stored, "a")).size === 21);
});

test("a server killed and started again with other namespace indexes is found again, by namespace URI", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const options = { pkiFolder: join(folder, "server"), variables: ["a"] };
  const server = await startOpcuaServerProcess(options);
  await server.set("a", 1, START_MS);
  const agent = startAgentProcess(
    await writeAgentConfig(folder, url, sources(server.port, ["a"], { toleratedOutageMs: 2000 }), {
      batchAgeMs: 50,
    }),
  );
  await until("the first value is stored", () => lastOf(centre, "a")?.t === START_MS);
  await server.kill();
  const again = await startOpcuaServerProcess({
    ...options,
    port: server.port,
    namespacesBefore: ["urn:test:other", "urn:test:third"],
  });
  await again.set("a", 2, START_MS + 5000);
  await until("the next value is stored", () => lastOf(centre, "a")?.v === 7.2);
  expect(noticesOf(centre)).toEqual(expect.arrayContaining(["source-lost", "source-found"]));
  expect(await agent.signal("SIGTERM")).toBe(0);
});
