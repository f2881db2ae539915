/** The command line of the agent: node edge/main.ts [trust [FINGERPRINT] | read METER VALUE | health] --config FILE [--check] [--until-drained] */
import { parseArgs } from "node:util";
import { pino } from "pino";
import { formatFault } from "../src/model/checked-yaml.ts";
import { messageOf } from "../src/model/failure.ts";
import { startAgent } from "./agent.ts";
import { type AgentConfig, loadAgentConfig } from "./agent-config.ts";
import { followConfigFile } from "./config-reload.ts";
import { keepHandReading } from "./hand-command.ts";
import edgePackage from "./package.json" with { type: "json" };
import { startSystemdNotify } from "./systemd-notify.ts";

const USAGE = `usage: nightflow edge --config FILE [--check] [--until-drained]
       nightflow edge trust [FINGERPRINT] --config FILE
       nightflow edge read METER VALUE [--at TIME] [--by NAME] [--exchanged] --config FILE
       nightflow edge health --config FILE
  trust            list the certificates of OPC UA servers, or accept the rejected one with this fingerprint
  read             keep what a person read off a meter; the agent, running or not, sends it like every reading
  health           ask the running agent how it does; exit 1 when somebody has to look, or it cannot be asked
  --at TIME        when it was read, "2026-03-01 02:15" or with an offset; now when left out
  --by NAME        who read it; the user of this machine when left out
  --exchanged      the meter was exchanged or set anew: its register begins with this reading
  --check          say whether the file is right, and exit 1 if not
  --until-drained  exit 0 when every recording is played and everything is acknowledged by the centre`;

/** How many words each command may have after it. */
const WORDS: Readonly<Record<string, number>> = { trust: 1, read: 2, health: 0 };

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        config: { type: "string" },
        check: { type: "boolean", default: false },
        "until-drained": { type: "boolean", default: false },
        at: { type: "string" },
        by: { type: "string" },
        exchanged: { type: "boolean", default: false },
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
  const { config: file, words: [command, ...more] = [] } = options ?? {};
  const most = command === undefined ? 0 : WORDS[command];
  if (!options || file === undefined || most === undefined || more.length > most) {
    console.error(USAGE);
    return options?.help ? 0 : 2;
  }
  const loaded = loadAgentConfig(file);
  if (!loaded.ok) {
    for (const fault of loaded.faults) console.error(formatFault(fault));
    return 1;
  }
  if (options.check) {
    console.log(`${file}: right`);
    return 0;
  }
  if (command === "trust") return trust(loaded.config, more[0]);
  if (command === "read") {
    const [meter, value] = more;
    console.log(keepHandReading(loaded.config, { ...options, meter, value }, Date.now()));
    return 0;
  }
  if (command === "health") {
    const { healthy, text } = await (await import("./health-command.ts")).askHealth(loaded.config);
    console.log(text);
    return healthy ? 0 : 1;
  }
  return run(loaded.config, file, options["until-drained"]);
}

async function run(config: AgentConfig, file: string, untilDrained: boolean): Promise<number> {
  const log = pino({ level: process.env.NIGHTFLOW_LOG ?? "info", base: { site: config.site } });
  const signal = new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve).once("SIGINT", resolve);
  });
  const agent = await startAgent(config, { log, clock: Date.now, version: edgePackage.version });
  const following = followConfigFile(file, agent, log);
  process.on("SIGHUP", following.reload);
  const systemd = startSystemdNotify(process.env, agent.alive, log);
  try {
    await Promise.race(untilDrained ? [signal, agent.drained()] : [signal]);
  } finally {
    await Promise.all([systemd.stopping(), following.stop(), agent.stop()]);
  }
  return 0;
}

/** A running agent takes the certificate at its next attempt. */
async function trust({ sources }: AgentConfig, fingerprint: string | undefined): Promise<number> {
  const { listCertificates, trustCertificate } = await import("./opcua-trust.ts");
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
