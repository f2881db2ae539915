/**
 * The demo's world outside the centre, each part a process of its own as in a real town: the station's OPC UA server, the agent beside
 * it, and the meters that publish by MQTT.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { parseDocument } from "yaml";
import type { DemoTown } from "./demand-model.ts";
import { type KeptProcess, keepProcess } from "./kept-process.ts";
import { townArguments } from "./town-arguments.ts";

const AGENT_TEMPLATE = new URL("../../config/demo/edge-kilima-station.yaml", import.meta.url);
const AGENT = new URL("../../edge/main.ts", import.meta.url);
const STATION = new URL("./opcua-station.ts", import.meta.url);
const METERS = new URL("./mqtt-meters.ts", import.meta.url);

export interface DemoWorld {
  readonly town: DemoTown;
  /** The agent's configuration and spool and the certificates are kept below it. */
  readonly folder: string;
  /** Must be reachable already: mqtt://127.0.0.1:1883. */
  readonly brokerUrl: string;
  /** Where the station's OPC UA server listens on loopback. */
  readonly stationPort: number;
  readonly logger: Logger;
}

export interface DemoProcesses {
  /** Those that run now. */
  running(): readonly { readonly name: string; readonly pid: number }[];
  /** Ends the agent first, so that it says good-bye to the broker, then the others. */
  stop(): Promise<void>;
}

/**
 * Resolves when the station answers, the meters are connected and the agent is started. Rejects with a Failure when one of them cannot
 * start (the station's port is taken), with nothing left running.
 */
export async function startDemoProcesses(world: DemoWorld): Promise<DemoProcesses> {
  const kept: KeptProcess[] = [];
  const keep = (name: string, script: URL, ...more: readonly string[]): KeptProcess => {
    const one = keepProcess({ name, script, arguments: more, logger: world.logger });
    kept.unshift(one);
    return one;
  };
  const stop = async (): Promise<void> => {
    for (const one of kept) await one.stop();
  };
  const town = townArguments(world.town);
  const stationPki = join(world.folder, "station-pki");
  mkdirSync(world.folder, { recursive: true });
  try {
    const station = keep(
      "opcua-station",
      STATION,
      ...town,
      "--port",
      String(world.stationPort),
      "--pki",
      stationPki,
    );
    const meters = keep("mqtt-meters", METERS, ...town, "--broker", world.brokerUrl);
    await Promise.all([station.ready, meters.ready]);
    keep("kilima-agent", AGENT, "--config", writeAgentConfig(world));
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    running: () =>
      kept.flatMap((one) => {
        const pid = one.pid();
        return pid === undefined ? [] : [{ name: one.name, pid }];
      }),
    stop,
  };
}

/** The path of the agent's configuration: the template with this demo's addresses. */
function writeAgentConfig({ folder, brokerUrl, stationPort }: DemoWorld): string {
  const document = parseDocument(readFileSync(AGENT_TEMPLATE, "utf8"));
  document.setIn(["uplink", "brokers", 0], brokerUrl);
  document.setIn(["sources", "opcua", 0, "endpoint"], `opc.tcp://127.0.0.1:${stationPort}`);
  const agentFolder = join(folder, "kilima-station");
  mkdirSync(agentFolder, { recursive: true });
  const file = join(agentFolder, "agent.yaml");
  writeFileSync(file, document.toString());
  return file;
}
