/** The command line of the agent: node edge/main.ts [trust [FINGERPRINT]] --config FILE [--check] [--until-drained] */
import { parseArgs } from "node:util";
import { pino } from "pino";
import { formatFault } from "../src/model/checked-yaml.ts";
import { messageOf } from "../src/model/failure.ts";
import { startAgent } from "./agent.ts";
import { type AgentConfig, loadAgentConfig } from "./agent-config.ts";
import { followConfigFile } from "./config-reload.ts";
import { listCertificates, trustCertificate } from "./opcua-trust.ts";
import edgePackage from "./package.json" with { type: "json" };

const USAGE = `usage: nightflow edge --config FILE [--check] [--until-drained]
       nightflow edge trust [FINGERPRINT] --config FILE
  trust            list the certificates of OPC UA servers, or accept the rejected one with this fingerprint
  --check          say whether the file is right, and exit 1 if not
  --until-drained  exit 0 when every recording is played and everything is acknowledged by the centre`;

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        config: { type: "string" },
        check: { type: "boolean", default: false },
        "until-drained": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    return { ...values, words: positionals };
  } catch (error) {
    console.error(messageOf(error));
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = readArguments();
  const [command, fingerprint, ...more] = options?.words ?? [];
  if (!options?.config || more.length > 0 || (command !== undefined && command !== "trust")) {
    console.error(USAGE);
    return options?.help ? 0 : 2;
  }
  const loaded = loadAgentConfig(options.config);
  if (!loaded.ok) {
    for (const fault of loaded.faults) console.error(formatFault(fault));
    return 1;
  }
  if (options.check) {
    console.log(`${options.config}: right`);
    return 0;
  }
  if (command === "trust") return trust(loaded.config, fingerprint);
  const log = pino({ level: process.env.NIGHTFLOW_LOG ?? "info", base: { site: loaded.config.site } });
  const signal = new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve).once("SIGINT", resolve);
  });
  const agent = await startAgent(loaded.config, { log, clock: Date.now, version: edgePackage.version });
  const following = followConfigFile(options.config, agent, log);
  process.on("SIGHUP", following.reload);
  try {
    await Promise.race(options["until-drained"] ? [signal, agent.drained()] : [signal]);
  } finally {
    await Promise.all([following.stop(), agent.stop()]);
  }
  return 0;
}

/** A running agent takes the certificate at its next attempt. */
function trust({ sources }: AgentConfig, fingerprint: string | undefined): number {
  const folders = sources.opcua.map(({ pkiFolder }) => pkiFolder);
  if (fingerprint === undefined) console.log(listCertificates(folders, Date.now()).join("\n"));
  else console.log(`trusted: ${trustCertificate(folders, fingerprint, Date.now()).subject}`);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
