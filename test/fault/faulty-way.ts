/**
 * The whole way of a reading with real processes, every part of which a test may kill, halt, cut off or deprive of its disk: an OPC UA
 * server whose variables change ten times a second, the agent, Mosquitto, and the centre.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { stringify } from "yaml";
import type { Series } from "../../src/model/sample.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { type AgentProcess, startAgentProcess, writeAgentConfig } from "../edge/agent-process.ts";
import { opcuaSources } from "../edge/opcua-scene.ts";
import { startOpcuaServerProcess } from "../edge/opcua-server-process.ts";
import { type CentreProcess, startCentreProcess } from "../support/centre-process.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { type SmallDisk, smallDisk } from "../support/small-disk.ts";
import { startStallingProxy } from "../support/stalling-proxy.ts";
import { until } from "../support/waiting.ts";

export const SENSORS = Array.from({ length: 10 }, (_, i) => `v${i}`);
const EVERY_MS = 100;
const DISK_BYTES = { agent: 48_000_000, broker: 48_000_000, centre: 256_000_000, server: 16_000_000 };
const RECOVERY_MS = 180_000;

export const PARTS = ["edge", "broker", "centre", "OPC UA server"] as const;
export type Part = (typeof PARTS)[number];

/** What may befall a part, and how it ends. */
export interface Mishap {
  begin(): Promise<void>;
  end(): Promise<void>;
}

export interface FaultyWay {
  readonly mishaps: Readonly<
    Record<Part, Readonly<Record<"SIGKILL" | "SIGSTOP" | "link cut" | "disk full", Mishap>>>
  >;
  /** Times of the values the server was told to have, ms UTC; each of every sensor. */
  readonly toldMs: readonly number[];
  /** Resolves when the centre has something that was told after this was asked. */
  caughtUp(): Promise<void>;
  /** Ends everything, and hands back what the centre has of each sensor. */
  history(): Promise<ReadonlyMap<string, Series>>;
}

export async function startFaultyWay(folder: string): Promise<FaultyWay> {
  const disks = {
    agent: await smallDisk(DISK_BYTES.agent),
    broker: await smallDisk(DISK_BYTES.broker),
    centre: await smallDisk(DISK_BYTES.centre),
    server: await smallDisk(DISK_BYTES.server),
  };
  const broker = await startMosquitto({ persistenceFolder: disks.broker.folder });
  onTestFinished(() => broker.stop());
  const serverOptions = { pkiFolder: join(disks.server.folder, "pki"), variables: SENSORS, historized: true };
  let server = await startOpcuaServerProcess(serverOptions);
  const links = {
    source: await startStallingProxy(server.port),
    agent: await startStallingProxy(broker.port),
    centre: await startStallingProxy(broker.port),
  };
  const url = (port: number) => `mqtt://127.0.0.1:${port}`;
  const centreConfig = await writeConfig(folder, url(links.centre.port), disks.centre.folder);
  let centre: CentreProcess = await startCentreProcess(centreConfig);
  const agentConfig = await writeAgentConfig(
    folder,
    url(links.agent.port),
    opcuaSources(links.source.port, SENSORS),
    { path: join(disks.agent.folder, "spool.sqlite"), batchAgeMs: 100, maxBytes: 16_000_000 },
  );
  let agent: AgentProcess = startAgentProcess(agentConfig);

  const toldMs: number[] = [];
  let telling = true;
  let resting: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  let atRest = Promise.withResolvers<void>();

  /** One value after the other for as long as the test lasts; at rest while the server is being exchanged. */
  async function tell(): Promise<void> {
    while (telling) {
      if (resting) {
        atRest.resolve();
        await resting.promise;
      }
      const timeMs = Date.now();
      await server.setAll(toldMs.length, timeMs);
      toldMs.push(timeMs);
      await pause(EVERY_MS);
    }
  }
  const rest = async () => {
    atRest = Promise.withResolvers();
    resting = Promise.withResolvers();
    await atRest.promise;
  };
  const goOn = () => {
    resting?.resolve();
    resting = null;
  };
  const done = tell();
  onTestFinished(() => {
    telling = false;
    goOn();
  });

  async function hasLast(): Promise<boolean> {
    const lastMs = toldMs.at(-1) ?? 0;
    const answer = await fetch(
      `${centre.address}/api/v1/readings?sensor=${SENSORS.join(",")}&from=${lastMs - 50}&to=${lastMs + 50}&points=10`,
      { signal: AbortSignal.timeout(2_000) },
    ).catch(() => null);
    if (!answer?.ok) return false;
    const { series } = (await answer.json()) as { series: { counts: number[] }[] };
    return (
      series.length === SENSORS.length && series.every(({ counts }) => counts.some((count) => count > 0))
    );
  }

  const cut = (...these: (keyof typeof links)[]): Mishap => ({
    async begin() {
      for (const one of these) {
        links[one].stall(true);
        links[one].cut();
      }
    },
    async end() {
      for (const one of these) {
        links[one].stall(false);
        links[one].cut();
      }
    },
  });
  const full = (disk: SmallDisk): Mishap => ({
    begin: async () => disk.fill(),
    end: async () => disk.empty(),
  });
  const halted = (halt: (yes: boolean) => void): Mishap => ({
    begin: async () => halt(true),
    end: async () => halt(false),
  });

  return {
    toldMs,
    mishaps: {
      edge: {
        SIGKILL: {
          begin: async () => void (await agent.signal("SIGKILL")),
          end: async () => {
            agent = startAgentProcess(agentConfig);
          },
        },
        SIGSTOP: halted((yes) => agent.halt(yes)),
        "link cut": cut("agent"),
        "disk full": full(disks.agent),
      },
      broker: {
        SIGKILL: { begin: () => broker.kill(), end: () => broker.startAgain() },
        SIGSTOP: halted((yes) => broker.signal(yes ? "SIGSTOP" : "SIGCONT")),
        "link cut": cut("agent", "centre"),
        "disk full": full(disks.broker),
      },
      centre: {
        SIGKILL: {
          begin: async () => void (await centre.end("SIGKILL")),
          end: async () => {
            centre = await startCentreProcess(centreConfig);
          },
        },
        SIGSTOP: halted((yes) => centre.halt(yes)),
        "link cut": cut("centre"),
        "disk full": full(disks.centre),
      },
      "OPC UA server": {
        SIGKILL: {
          async begin() {
            await rest();
            await server.kill();
          },
          async end() {
            server = await startOpcuaServerProcess({ ...serverOptions, port: server.port });
            goOn();
          },
        },
        SIGSTOP: halted((yes) => server.halt(yes)),
        "link cut": cut("source"),
        "disk full": full(disks.server),
      },
    },
    async caughtUp() {
      const before = toldMs.length;
      await until("the server changes again", () => toldMs.length > before, RECOVERY_MS);
      await until("the centre has what was told last", hasLast, RECOVERY_MS);
    },
    async history() {
      await rest();
      await until("the centre has the last of all", hasLast, RECOVERY_MS);
      telling = false;
      goOn();
      await done;
      await agent.signal("SIGTERM");
      await centre.end("SIGTERM");
      const store = await openDuckdbStore(join(disks.centre.folder, "data", "history"));
      const whole = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
      const series = await Promise.all(
        SENSORS.map(async (sensor) => [sensor, await store.read(sensor, whole)] as const),
      );
      await store.close();
      return new Map(series);
    },
  };
}

async function writeConfig(folder: string, brokerUrl: string, disk: string): Promise<string> {
  const config = join(folder, "config");
  await mkdir(config, { recursive: true });
  const utility = {
    id: "town",
    name: "Town",
    currency: "KES",
    timeZone: "Africa/Nairobi",
    waterValuePerM3: 65,
    sensors: SENSORS.map((id) => ({ id, site: "north", quantity: "flow", intervalS: 1 })),
    districts: [
      {
        id: "north",
        meters: [{ sensor: SENSORS[0] }],
        night: { mainsKm: 9, connections: 600, population: 3000 },
      },
    ],
  };
  const server = {
    http: { port: 0 },
    access: { logIn: "none" },
    broker: { kind: "external", url: brokerUrl },
    dataFolder: join(disk, "data"),
    logLevel: "error",
  };
  await writeFile(join(config, "utility.yaml"), stringify(utility));
  await writeFile(join(config, "server.yaml"), stringify(server));
  return config;
}
