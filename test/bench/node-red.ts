/**
 * Node-RED as a utility runs it for the same job: MQTT in, a function, InfluxDB out. Installed from the registry into a temporary folder,
 * without its editor. Two flows: each message written as it comes, which is what everybody draws first; and messages gathered in the
 * function and written together, which is the most it can do.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../support/mosquitto.ts";

const PACKAGES = ["node-red@5.0.7", "node-red-contrib-influxdb@0.7.0"];
const GATHERED = 1000;
const GATHERED_MS = 250;

const POINT = `const { time, value } = JSON.parse(msg.payload);
  const sensor = msg.topic.split("/")[1];
  const point = { measurement: "sample", tags: { sensor }, fields: { value, status: 0 }, timestamp: time };`;

export type Flow = "each" | "gathered";

export interface NodeRed {
  readonly version: string;
  /** Resolves to how to end it. */
  start(
    flow: Flow,
    broker: { port: number },
    influx: { port: number; database: string },
  ): Promise<() => Promise<void>>;
  remove(): Promise<void>;
}

/** Installs it, unless `given` is a folder where it is installed. */
export async function installNodeRed(given: string | undefined): Promise<NodeRed> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), "nightflow-node-red-")));
  const program = join(folder, "node_modules/node-red/red.js");
  const isThere = await access(program).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    process.stderr.write(`installing ${PACKAGES.join(" and ")} into ${folder}\n`);
    const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
    await promisify(execFile)("npm", ["install", "--prefix", folder, ...flags, ...PACKAGES]);
  }
  return {
    version: PACKAGES.join(", "),
    async start(flow, broker, influx) {
      const [flows, settingsFile] = [join(folder, `flows-${flow}.json`), join(folder, `settings-${flow}.js`)];
      await writeFile(flows, JSON.stringify(nodesOf(flow, broker, influx)));
      const settings = {
        uiHost: "127.0.0.1",
        uiPort: await freePort(),
        httpAdminRoot: false,
        credentialSecret: false,
        flowFile: flows,
        logging: { console: { level: "warn" } },
      };
      await writeFile(settingsFile, `module.exports = ${JSON.stringify(settings)};`);
      const flags = ["--userDir", folder, "--settings", settingsFile];
      const child = spawn(process.execPath, [program, ...flags], { stdio: ["ignore", "ignore", "inherit"] });
      return async () => {
        const gone = once(child, "exit");
        if (child.exitCode === null && child.kill("SIGKILL")) await gone;
      };
    },
    async remove() {
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function nodesOf(flow: Flow, broker: { port: number }, influx: { port: number; database: string }) {
  const settings = [
    { id: "tab", type: "tab", label: "bench" },
    {
      id: "broker",
      type: "mqtt-broker",
      broker: "127.0.0.1",
      port: String(broker.port),
      protocolVersion: "5",
      clientid: `node-red-${flow}`,
      cleansession: true,
      keepalive: "60",
    },
    {
      id: "influx",
      type: "influxdb",
      hostname: "127.0.0.1",
      port: String(influx.port),
      protocol: "http",
      database: influx.database,
      influxdbVersion: "1.x",
    },
  ];
  const tab = { z: "tab" };
  const meters = {
    id: "in",
    type: "mqtt in",
    ...tab,
    topic: "meters/+",
    qos: "1",
    datatype: "utf8",
    broker: "broker",
  };
  const code = { id: "code", type: "function", ...tab, outputs: 1 };
  const batch = { id: "out", type: "influxdb batch", ...tab, influxdb: "influx", precision: "ms" };
  if (flow === "each") {
    const func = `${POINT}\n msg.payload = [point]; return msg;`;
    return [...settings, { ...meters, wires: [["code"]] }, { ...code, func, wires: [["out"]] }, batch];
  }
  const func = `${POINT}
    const flush = () => {
      clearTimeout(context.get("timer"));
      context.set("timer", undefined);
      node.send({ payload: context.get("points") });
      context.set("points", []);
    };
    const points = context.get("points") ?? [];
    points.push(point);
    context.set("points", points);
    if (points.length >= ${GATHERED}) flush();
    else if (!context.get("timer")) context.set("timer", setTimeout(flush, ${GATHERED_MS}));`;
  return [...settings, { ...meters, wires: [["code"]] }, { ...code, func, wires: [["out"]] }, batch];
}
