/** What a running agent says of itself: on its status topic, in /metrics, in /healthz. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import mqtt from "mqtt";
import { expect, onTestFinished, test, vi } from "vitest";
import { freePort, startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { startFakeCentre } from "./fake-centre.ts";
import { figuresOf, lastOf, opcuaSources, START_MS, until } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";

vi.setConfig({ testTimeout: 300_000 });

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

function metric(text: string, name: string): number | undefined {
  const line = text.split("\n").find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ") + 1));
}

/** What a command of the agent says, and its exit code. */
async function asked(command: string, config: string): Promise<{ code: unknown; text: string }> {
  const args = [main, "edge", command, "--config", config];
  return promisify(execFile)(process.execPath, args).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stdout }: { code: unknown; stdout: string }) => ({ code, text: stdout }),
  );
}

test.skipIf(!findProgram("mosquitto"))(
  "status, figures and health of an agent follow its sources and its uplink",
  async () => {
    const folder = await temporaryFolder();
    const broker = await startMosquitto();
    onTestFinished(broker.stop);
    // A centre whose clock is an hour ahead of the agent's.
    const centre = await startFakeCentre({ url: broker.url, clock: () => Date.now() + 3_600_000 });
    const server = await startOpcuaServerProcess({ pkiFolder: join(folder, "server"), variables: ["a"] });
    await server.set("a", 1, START_MS);
    const port = await freePort();
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    const health = { sourceLostMs: 0, unacknowledgedMs: 1000, clockToleranceMs: 4_000_000 };
    const sources = opcuaSources(server.port, ["a", "missing"], { toleratedOutageMs: 1000 });
    const file = await writeAgentConfig(
      folder,
      broker.url,
      sources,
      { batchAgeMs: 50 },
      { http: { port }, health },
    );
    startAgentProcess(file);

    await until("the value is stored", () => lastOf(centre, "a")?.v === 3.6);
    await until("the status knows the source", () => {
      return centre.statuses.at(-1)?.agent?.sources[0]?.state === "connected";
    });
    const said = centre.statuses.at(-1);
    expect(said?.agent?.sources[0]).toMatchObject({ name: "plc", kind: "opcua", items: 2, lostItems: 1 });
    expect(said?.version).toBe("0.1.0");
    await until("both clocks are known", async () => {
      const { text } = await ask("/metrics");
      return text.includes('clock_ahead_seconds{against="centre"}') && text.includes('{against="plc"}');
    });
    const figures = (await ask("/metrics")).text;
    expect(metric(figures, "nightflow_agent_oldest_unacknowledged_seconds")).toBe(0);
    expect(metric(figures, "nightflow_agent_uplink_connected")).toBe(1);
    expect(metric(figures, 'nightflow_agent_source_lost_items{source="plc"}')).toBe(1);
    expect(metric(figures, 'nightflow_agent_notices_total{code="item-lost"}')).toBe(1);
    const ahead = metric(figures, 'nightflow_agent_clock_ahead_seconds{against="centre"}') ?? 0;
    expect(Math.abs(ahead + 3600)).toBeLessThan(60);
    expect(JSON.parse((await ask("/healthz")).text).reasons).toEqual([
      { code: "items-lost", message: "plc: 1 of 2 are not there" },
    ]);

    await server.add("missing");
    await until("all is well", async () => (await ask("/healthz")).status === 200);
    expect(await asked("health", file)).toEqual({ code: 0, text: "all is well\n" });
    await broker.kill();
    await server.set("a", 2, START_MS + 1000);
    await until("what is not acknowledged is old", async () => {
      const { text } = await ask("/metrics");
      return (metric(text, "nightflow_agent_oldest_unacknowledged_seconds") ?? 0) > 1000;
    });
    await until("that is not healthy", async () => (await ask("/healthz")).text.includes("not-acknowledged"));
    await server.kill();
    await until("nor is a lost source", async () => (await ask("/healthz")).text.includes("source-lost"));
    expect((await ask("/healthz")).status).toBe(503);
    const unwell = await asked("health", file);
    expect(unwell.code).toBe(1);
    expect(unwell.text).toMatch(/^source-lost: plc, for \d+ s: /m);
    expect((await ask("/other")).status).toBe(404);
    await broker.startAgain();
    await until("the loss is told", () => figuresOf(centre, "source-lost")?.source === "plc");
  },
);

test("an agent that cannot be asked is not called healthy", async () => {
  const folder = await temporaryFolder();
  const silent = await writeAgentConfig(folder, "mqtt://127.0.0.1:1", {});
  expect(await asked("health", silent)).toMatchObject({ code: 1, text: expect.stringContaining("http: {}") });
  const port = await freePort();
  const away = await writeAgentConfig(folder, "mqtt://127.0.0.1:1", {}, {}, { http: { port } });
  expect(await asked("health", away)).toMatchObject({
    code: 1,
    text: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test.skipIf(!findProgram("mosquitto"))("a clock that is off beside the centre's is told", async () => {
  const broker = await startMosquitto();
  onTestFinished(broker.stop);
  const centre = await startFakeCentre({ url: broker.url, clock: () => Date.now() - 600_000 });
  const file = await writeAgentConfig(await temporaryFolder(), broker.url, {
    mqtt: [
      {
        name: "own",
        broker: broker.url,
        topics: [{ topic: "m", sensor: "m", quantity: "flow", unit: "m3/h" }],
      },
    ],
  });
  startAgentProcess(file);
  const device = await mqtt.connectAsync(broker.url);
  onTestFinished(() => device.endAsync(true));
  await until("it is told", async () => {
    await device.publishAsync("m", "1", { qos: 1 });
    return figuresOf(centre, "clock-skew") !== undefined;
  });
  expect(Number(figuresOf(centre, "clock-skew")?.aheadMs)).toBeGreaterThan(599_000);
});
