/**
 * What the agent costs a board: CPU and memory of its process alone, packed as it is delivered, at 1,000 OPC UA variables that change every second,
 * and how fast it sends what hours without a link have left in its spool. The limit is a node-opcua client with the same subscription that throws
 * every value away, on the same Node.js with the same flags.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setInterval as every, setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { packAgentInto } from "../edge/packing.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startAcknowledgingSink } from "./acknowledging-sink.ts";
import { type Backlog, fillSpool } from "./edge-backlog.ts";
import { observeProcess } from "./process-cost.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

const METERS_URI = "urn:test:meters";
const PUBLISHING_MS = 1000;
const WARM_UP_MS = 20_000;
/** Those of edge/packaging/nightflow-edge, for the client beside it. */
const FLAGS = ["--max-semi-space-size=2", "--max-old-space-size=192", "--optimize-for-size"];
const ENVIRONMENT = { ...process.env, MALLOC_ARENA_MAX: "2", NIGHTFLOW_LOG: "error" };

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: {
      tags: { type: "string", default: "1000" },
      seconds: { type: "string", default: "60" },
      "backlog-tags": { type: "string", default: "1000" },
      "backlog-hours": { type: "string", default: "6" },
      "backlog-every-s": { type: "string", default: "10" },
    },
  });
  const [tags, seconds] = [Number(values.tags), Number(values.seconds)];
  const folder = mkdtempSync(join(tmpdir(), "nightflow-edge-bench-"));
  const broker = await startMosquitto();
  const children: ChildProcess[] = [];
  try {
    const command = packAgentInto(join(folder, "agent"));
    const server = await startServer(folder, tags);
    children.push(server.process);
    const live = await measureLive({
      folder,
      command,
      brokerUrl: broker.url,
      port: server.port,
      tags,
      seconds,
      children,
    });
    const bare = await measureBare({ port: server.port, tags, seconds, children });
    server.process.kill("SIGKILL");
    console.error(JSON.stringify({ live, bare }));
    const drained = await measureDrain({
      folder,
      command,
      brokerUrl: broker.url,
      tags: Number(values["backlog-tags"]),
      hours: Number(values["backlog-hours"]),
      everyS: Number(values["backlog-every-s"]),
      children,
    });
    return {
      bench: "edge",
      figures: { tags, measuredS: seconds, ...live, ...drained },
      rival: null,
      limit: { name: "a bare node-opcua client that throws the values away", ...bare },
      machine: thisMachine(),
    };
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All variables change once a second, as long as the server lives. */
async function startServer(folder: string, tags: number) {
  const options = {
    port: 0,
    pkiFolder: join(folder, "server"),
    variables: Array.from({ length: tags }, (_, i) => `v${i}`),
    namespacesBefore: [],
    secure: false,
    certificate: null,
    user: null,
    ranged: {},
    unsaidLimit: 0,
    historized: false,
    without: [],
  };
  const main = fileURLToPath(new URL("../edge/opcua-server-main.ts", import.meta.url));
  const child = fork(main, [JSON.stringify(options)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [said] = (await once(child, "message")) as [{ readonly port: number }];
  void (async () => {
    for await (const _ of every(1000)) {
      if (child.killed || !child.connected) return;
      child.send({ order: "setAll", value: Math.random() * 10, timeMs: Date.now() });
    }
  })();
  return { process: child, port: said.port };
}

interface Measured {
  readonly folder: string;
  /** Of the packed agent. */
  readonly command: string;
  readonly brokerUrl: string;
  readonly children: ChildProcess[];
}

function startAgent(
  { folder, command, brokerUrl, children }: Measured,
  site: string,
  sources: object,
): ChildProcess {
  const file = join(folder, `${site}.yaml`);
  const spool = { path: join(folder, `${site}.sqlite`), maxBytes: 20_000_000_000 };
  const uplink = { brokers: [brokerUrl] };
  // A station asks it how it does, as the file that is packed with it has it.
  writeFileSync(file, stringify({ utility: "town", site, spool, uplink, http: { port: 0 }, sources }));
  const child = spawn(command, ["--config", file], {
    stdio: ["ignore", "ignore", "inherit"],
    env: ENVIRONMENT,
  });
  children.push(child);
  return child;
}

async function measureLive(
  options: Measured & { readonly port: number; readonly tags: number; readonly seconds: number },
): Promise<Figures> {
  const { brokerUrl, port, tags, seconds } = options;
  const sink = await startAcknowledgingSink(brokerUrl, "live");
  const items = Array.from({ length: tags }, (_, i) => ({
    node: `nsu=${METERS_URI};s=v${i}`,
    sensor: `v${i}`,
    quantity: "flow",
    unit: "L/s",
    samplingMs: 0,
  }));
  const server = {
    name: "plc",
    endpoint: `opc.tcp://127.0.0.1:${port}`,
    securityMode: "None",
    publishingMs: PUBLISHING_MS,
    items,
  };
  const agent = startAgent(options, "live", { opcua: [server] });
  await sink.heard(tags * 3);
  await wait(WARM_UP_MS);
  const before = sink.samples();
  const cost = await observeProcess(agent, seconds * 1000);
  const received = sink.samples() - before;
  agent.kill("SIGTERM");
  await once(agent, "exit");
  await sink.close();
  return { receivedSamplesPerS: Math.round(received / seconds), ...cost };
}

async function measureBare({
  port,
  tags,
  seconds,
  children,
}: {
  port: number;
  tags: number;
  seconds: number;
  children: ChildProcess[];
}) {
  const main = fileURLToPath(new URL("./bare-opcua-client.mjs", import.meta.url));
  const client = spawn(
    process.execPath,
    [...FLAGS, main, String(port), String(tags), String(PUBLISHING_MS)],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: ENVIRONMENT,
    },
  );
  children.push(client);
  await once(client.stdout, "data");
  await wait(WARM_UP_MS);
  const cost = await observeProcess(client, seconds * 1000);
  client.kill("SIGKILL");
  return cost;
}

async function measureDrain(options: Measured & Backlog): Promise<Figures> {
  const { folder, brokerUrl, tags, hours, everyS } = options;
  const backlog = await fillSpool(join(folder, "backlog.sqlite"), options);
  const sink = await startAcknowledgingSink(brokerUrl, "backlog");
  const agent = startAgent(options, "backlog", {});
  await sink.heard(1);
  const startedMs = performance.now();
  const first = sink.samples();
  const firstBytes = sink.bytes();
  const observed = observeProcess(agent, null);
  await sink.heard(backlog.samples);
  const tookS = (performance.now() - startedMs) / 1000;
  const { rssMb, cpuPercentOfCore } = await observed.stop();
  await sink.close();
  const sent = backlog.samples - first;
  return {
    backlogTags: tags,
    backlogHours: hours,
    backlogEveryS: everyS,
    backlogSamples: backlog.samples,
    backlogSpoolMb: Math.round(backlog.bytes / 1e6),
    drainS: Math.round(tookS * 10) / 10,
    drainSamplesPerS: Math.round(sent / tookS),
    drainBytesPerSample: Math.round((100 * (sink.bytes() - firstBytes)) / sent) / 100,
    drainRssMb: rssMb,
    drainCpuPercentOfCore: cpuPercentOfCore,
  };
}
