/** What was turned away, looked at and tried again by the command a person runs, against a centre that runs. */
import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { startAedesBroker } from "../../src/ingest/aedes-broker.ts";
import { startIngest } from "../../src/ingest/ingest.ts";
import { openRejectedLog } from "../../src/ingest/jsonl-rejected-log.ts";
import { seriesOf } from "../../src/model/sample.ts";
import type { Utility } from "../../src/model/utility.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const NOW = Date.UTC(2026, 5, 1);
const ALL = { fromMs: 0, toMs: NOW * 2 };
const log = pino({ level: "silent" });

/** The configuration that ships, with a broker and data of the test's own, and one sensor less than it will have. */
async function makeConfig(folder: string, brokerUrl: string): Promise<string> {
  const config = join(folder, "config");
  await cp(join(root, "config/example"), config, { recursive: true });
  await writeFile(
    join(config, "server.yaml"),
    `dataFolder: ${folder}
broker: { kind: external, url: "${brokerUrl}" }
devices: [{ topic: "meters/{sensor}", unit: L/s }]
`,
  );
  return config;
}

async function startCentre(folder: string, sensorIds: readonly string[]) {
  const sensor = (id: string) =>
    ({ id, name: id, site: "north", quantity: "flow", intervalMs: 60_000 }) as const;
  const id = /id: (\S+)/.exec(await readFile(join(root, "config/example/utility.yaml"), "utf8"))?.[1] ?? "";
  const utility: Utility = { id, name: id, currency: "EUR", sensors: sensorIds.map(sensor), districts: [] };
  const broker = await startAedesBroker({ host: "127.0.0.1", port: 0, portSetting: "broker.port", log });
  onTestFinished(() => broker.close());
  const store = createMemoryStore();
  const ingest = await startIngest({
    utility,
    inbox: broker,
    store,
    rejected: await openRejectedLog(folder),
    devices: [{ topic: "meters/{sensor}", unit: "L/s" }],
    log,
    clock: () => NOW,
    onCommitted: () => {},
    settings: { commitAgeMs: 5 },
  });
  onTestFinished(() => ingest.close());
  return { ingest, store, broker, url: `mqtt://127.0.0.1:${broker.port}`, utility: id };
}

function nightflow(...args: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, "src/main.ts"), ...args], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    );
  });
}

test("what was turned away for want of a sensor is listed, shown, and stored once the sensor is there", async () => {
  const folder = await temporaryFolder();
  const before = await startCentre(folder, ["south-inlet"]);
  const client = await connectAsync(before.url);
  onTestFinished(() => client.endAsync(true));
  const telemetry = `nightflow/v1/${before.utility}/hill-station/telemetry`;
  const series = [
    { sensor: "north-inlet", t: [NOW - 2, NOW - 1], v: [1.5, null] },
    { sensor: "south-inlet", t: [NOW], v: [3] },
  ];
  await client.publishAsync(telemetry, JSON.stringify({ epoch: "e", seq: 1, series }), { qos: 1 });
  await client.publishAsync("meters/north-inlet", "2", { qos: 1 });
  await client.publishAsync(telemetry, "{ broken", { qos: 1 });
  await until("all three came", () => before.ingest.stats().messages === 3);
  await before.ingest.close();

  const after = await startCentre(folder, ["south-inlet", "north-inlet"]);
  const config = await makeConfig(folder, after.url);
  const listed = await nightflow("rejected", "list", "--config", config);
  expect(listed.text).toContain("3 rejected: 2 unknown-sensor, 1 not-json");
  const broken = /^(\S+) .*not-json/m.exec(listed.text)?.[1] ?? "";
  expect((await nightflow("rejected", "show", broken, "--config", config)).text).toContain("{ broken");

  const retried = await nightflow("rejected", "retry", "--all", "--config", config);
  expect(retried).toMatchObject({
    code: 1,
    text: expect.stringContaining(`${broken} cannot be retried: SyntaxError`),
  });
  expect(retried.text).toContain("2 of 3 sent again");
  expect(await after.store.read("north-inlet", ALL)).toEqual(
    seriesOf("north-inlet", [NOW - 2, NOW - 1, NOW], [1.5, Number.NaN, 7.2], [0, 0x8000_0000, 0]),
  );
  expect((await nightflow("rejected", "list", "--config", config)).text).toContain("1 rejected: 1 not-json");
});

test("without a centre, or without saying what, nothing is sent and nothing forgotten", async () => {
  const folder = await temporaryFolder();
  const keeper = await openRejectedLog(folder);
  const message = { topic: "meters/north-inlet", payload: Buffer.from("2"), retained: true };
  keeper.keep({ reason: "unknown-sensor", detail: "x", samples: 1 }, message, NOW);
  keeper.keep({ reason: "unknown-sensor", detail: "y", samples: 1 }, { ...message, retained: false }, NOW);
  await keeper.settled();
  const config = await makeConfig(folder, "mqtt://127.0.0.1:1");
  expect(await nightflow("rejected", "retry", "--config", config)).toMatchObject({
    code: 2,
    text: expect.stringContaining("an ID, --reason REASON or --all"),
  });
  const { code, text } = await nightflow("rejected", "retry", "--all", "--config", config);
  expect(code).toBe(1);
  expect(text).toContain("a kept message says not when it was measured");
  expect(text).toContain("is the centre running?");
  expect((await nightflow("rejected", "--config", config)).text).toContain("2 rejected: 2 unknown-sensor");
});
