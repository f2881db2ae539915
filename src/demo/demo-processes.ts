/**
 * The demo's world outside the centre, each part a process of its own as in a real town: the station's OPC UA server, the agent beside
 * it, and the meters that publish by MQTT.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { type Document, isSeq, parseDocument } from "yaml";
import { Failure } from "../model/failure.ts";
import { type DemoWorld, siteTroubles, writeWorld } from "./demo-world.ts";
import { type KeptProcess, keepProcess } from "./kept-process.ts";
import { livePeriodMs } from "./live-rhythm.ts";
import { startCuts } from "./site-cuts.ts";
import { openLink } from "./tcp-link.ts";

const AGENT_TEMPLATE = new URL("../../config/demo/edge-kilima-station.yaml", import.meta.url);
const AGENT = new URL("../../edge/main.ts", import.meta.url);
const STATION = new URL("./opcua-station.ts", import.meta.url);
/** Of the one agent the demo has. */
const AGENT_SITE = "kilima-station";
const METERS = new URL("./mqtt-meters.ts", import.meta.url);

export interface DemoSurroundings {
  readonly world: DemoWorld;
  /** The agent's configuration and spool and the certificates are kept below it. */
  readonly folder: string;
  /** Must be reachable already: mqtt://127.0.0.1:1883. */
  readonly brokerUrl: string;
  /** Where the station's OPC UA server listens on loopback. */
  readonly stationPort: number;
  /** To which the world's clock may be set later; its speed now when left out. */
  readonly mostSpeed?: number;
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
export async function startDemoProcesses(given: DemoSurroundings): Promise<DemoProcesses> {
  const kept: KeptProcess[] = [];
  const keep = (name: string, script: URL, ...more: readonly string[]): KeptProcess => {
    const one = keepProcess({ name, script, arguments: more, logger: given.logger });
    kept.unshift(one);
    return one;
  };
  const cuts = siteTroubles(given.world);
  const elsewhere = cuts.find(({ site }) => site !== AGENT_SITE);
  if (elsewhere) throw new Failure("unknown-element", `there is no agent at "${elsewhere.site}"`);
  const link = cuts.some(({ kind }) => kind === "link") ? await openLink(given.brokerUrl) : null;
  let stopCuts = () => {};
  const stop = async (): Promise<void> => {
    stopCuts();
    for (const one of kept) await one.stop();
    await link?.close();
  };
  const stationPki = join(given.folder, "station-pki");
  mkdirSync(given.folder, { recursive: true });
  const worldFile = join(given.folder, "world.json");
  writeWorld(worldFile, given.world);
  try {
    const station = keep(
      "opcua-station",
      STATION,
      "--world",
      worldFile,
      "--port",
      String(given.stationPort),
      "--pki",
      stationPki,
    );
    const meters = keep("mqtt-meters", METERS, "--world", worldFile, "--broker", given.brokerUrl);
    await Promise.all([station.ready, meters.ready]);
    const brokerUrl = link?.url ?? given.brokerUrl;
    const agent = keep("kilima-agent", AGENT, "--config", writeAgentConfig({ ...given, brokerUrl }));
    if (cuts.length > 0)
      stopCuts = startCuts(worldFile, cuts, {
        setPower: agent.setPower,
        setLink: (on) => link?.setCut(!on),
      });
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

/** When simulated time runs fast, readings must not wait for one another: sampled, published and sent within a period of the machine's. */
function hurry(document: Document, periodMs: number): void {
  const source = ["sources", "opcua", 0];
  const faster = (path: readonly (string | number)[], ms: number) => {
    if (Number(document.getIn(path)) > ms) document.setIn(path, ms);
  };
  faster(["spool", "batchAgeMs"], periodMs / 2);
  faster([...source, "publishingMs"], periodMs / 4);
  const items = document.getIn([...source, "items"]);
  for (let at = 0; at < (isSeq(items) ? items.items.length : 0); at += 1)
    faster([...source, "items", at, "samplingMs"], periodMs / 4);
}

/** The path of the agent's configuration: the template with this demo's addresses. */
function writeAgentConfig({
  world,
  folder,
  brokerUrl,
  stationPort,
  mostSpeed = world.speed,
}: DemoSurroundings): string {
  const document = parseDocument(readFileSync(AGENT_TEMPLATE, "utf8"));
  document.setIn(["uplink", "brokers", 0], brokerUrl);
  document.setIn(["sources", "opcua", 0, "endpoint"], `opc.tcp://127.0.0.1:${stationPort}`);
  hurry(document, livePeriodMs(mostSpeed) / mostSpeed);
  const agentFolder = join(folder, "kilima-station");
  mkdirSync(agentFolder, { recursive: true });
  const file = join(agentFolder, "agent.yaml");
  writeFileSync(file, document.toString());
  return file;
}
