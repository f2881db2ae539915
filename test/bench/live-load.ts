/**
 * A town under way, for the latency and soak benchmarks: a real Mosquitto, the centre as `nightflow serve` in a process of its own, and
 * agents played by another process that publish at a steady rate, with the time of the moment.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { startMosquitto } from "../support/mosquitto.ts";

export const LOAD_UTILITY = "load-town";
export const SITES = 20;
const SENSORS_A_SITE = 50;
/** Batches of each site a second. */
const BATCHES_A_SECOND = 10;

export const siteName = (site: number) => `station-${site}`;
export const sensorName = (site: number, index: number) => `flow-${site}-${index}`;
export const sensorsAt = (site: number) =>
  Array.from({ length: SENSORS_A_SITE }, (_, index) => sensorName(site, index));
/** Samples of each sensor in each batch, for so many samples a second in all. */
export const samplesABatch = (samplesPerS: number) =>
  Math.max(1, Math.round(samplesPerS / (SITES * SENSORS_A_SITE * BATCHES_A_SECOND)));
export const BATCH_EVERY_MS = 1000 / BATCHES_A_SECOND;

export interface Published {
  /** Samples. */
  readonly published: number;
  readonly acknowledged: number;
  readonly sentAgainBatches: number;
}

export interface LiveTown {
  readonly brokerUrl: string;
  /** Of the centre. */
  readonly address: string;
  /** Starts to publish; the result ends it and says what was published and acknowledged. */
  publish(samplesPerS: number): () => Promise<Published>;
  stop(): Promise<void>;
}

const night = { mainsKm: 9, connections: 600, population: 3000 };

/** Each site's sensors are the meters of one district; `probes` are sensors and districts beside them, one each. */
export async function startLiveTown(
  probes: readonly string[],
  store?: { readonly memoryLimitMb: number },
): Promise<LiveTown> {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-load-"));
  const mosquitto = await startMosquitto();
  const config = await writeConfig(folder, mosquitto.url, probes, store);
  const centre = run("../../src/main.ts", ["serve", "--config", config]);
  const address = await firstLine(centre, /http:\/\/\S+/);
  return {
    brokerUrl: mosquitto.url,
    address,
    publish(samplesPerS) {
      const publisher = run("./live-publisher.ts", ["--url", mosquitto.url, "--rate", String(samplesPerS)]);
      return async () => {
        const told = firstLine(publisher, /\{.*\}/);
        publisher.kill("SIGTERM");
        return JSON.parse(await told);
      };
    },
    async stop() {
      const gone = once(centre, "exit");
      centre.kill("SIGTERM");
      await gone;
      await mosquitto.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeConfig(
  folder: string,
  brokerUrl: string,
  probes: readonly string[],
  store: { readonly memoryLimitMb: number } | undefined,
): Promise<string> {
  const config = join(folder, "config");
  await mkdir(config);
  const sites = Array.from({ length: SITES }, (_, site) => site);
  const utility = {
    id: LOAD_UTILITY,
    name: "Load",
    currency: "KES",
    timeZone: "Africa/Nairobi",
    waterValuePerM3: 65,
    sensors: [
      ...sites.flatMap((site) =>
        sensorsAt(site).map((id) => ({ id, site: siteName(site), quantity: "flow", intervalS: 1 })),
      ),
      ...probes.map((id) => ({ id, site: "probe", quantity: "flow", intervalS: 60 })),
    ],
    districts: [
      ...sites.map((site) => ({
        id: siteName(site),
        meters: sensorsAt(site).map((sensor) => ({ sensor })),
        night,
      })),
      ...probes.map((id) => ({ id, meters: [{ sensor: id }], night })),
    ],
  };
  const server = {
    http: { port: 0 },
    access: { logIn: "none" },
    broker: { kind: "external", url: brokerUrl },
    dataFolder: join(folder, "data"),
    ...(store && { store: { kind: "duckdb", ...store } }),
    logLevel: "error",
  };
  await writeFile(join(config, "utility.yaml"), stringify(utility, { aliasDuplicateObjects: false }));
  await writeFile(join(config, "server.yaml"), stringify(server));
  return config;
}

function run(script: string, flags: readonly string[]) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, [path, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
}

function firstLine(child: ReturnType<typeof run>, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = wanted.exec(line);
      if (found) resolve(found[0]);
    });
    child.once("exit", (code) => reject(new Error(`a process ended with ${code}`)));
  });
}
