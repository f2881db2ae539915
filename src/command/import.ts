/**
 * nightflow import: a recording sent the way live data come, through an agent's spool, MQTT and ingest, so that it is stored once and
 * judged like everything else. With the embedded broker the centre runs here; with an external one it runs elsewhere.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import type { CentreConfig } from "../config/centre-config.ts";
import { Failure } from "../model/failure.ts";
import type { Recording } from "../model/recording.ts";
import { startCentre } from "../serve.ts";
import type { Command } from "./arguments.ts";
import { configurationIn, PAGE_FOLDER, recordingOf } from "./configuration.ts";
import { runAgent } from "./edge-process.ts";
import { importArchive } from "./import-history.ts";
import { openLog, untilStopped } from "./running.ts";

export const importRecording: Command = {
  summary: "takes in a recording (--csv), judged like live data, or an exported history (--from)",
  flags: {
    config: { value: "DIR", required: true },
    csv: { value: "FILE" },
    from: { value: "DIR" },
    exit: {},
  },
  async run(values) {
    const folder = values.must("config");
    const [csv, archive] = [values.text("csv"), values.text("from")];
    if ((csv === undefined) === (archive === undefined))
      throw new Failure("wrong-arguments", "say either --csv FILE or --from DIR");
    const config = configurationIn(folder);
    if (archive !== undefined) return importArchive(config, archive);
    return importCsv(config, folder, csv ?? "", values.has("exit"));
  },
};

async function importCsv(config: CentreConfig, folder: string, csv: string, exits: boolean): Promise<number> {
  const { server, utility } = config;
  const recording = recordingOf(config, folder);
  if (!existsSync(csv)) throw new Failure("no-recording", `there is no file ${csv}`);
  if (server.broker.kind === "external") return sendRecording(config, recording, csv, server.broker.url);

  const stopped = untilStopped();
  // The agent that reads the recording is the only one: it comes from this machine and needs no credentials.
  const broker = { kind: "embedded", host: "127.0.0.1", port: server.broker.port } as const;
  const centre = await startCentre({
    config: { ...config, server: { ...server, broker } },
    pageFolder: PAGE_FOLDER,
    demo: false,
    clock: Date.now,
    log: openLog(server.logLevel),
  });
  try {
    console.log(`${utility.name}: ${centre.address}`);
    const code = await sendRecording(config, recording, csv, centre.brokerUrl);
    if (code !== 0) return code;
    await centre.settled();
    console.log(`${centre.alarmCount()} alarms: ${centre.address}/api/v1/alarms`);
    if (!exits) {
      console.log("Everything is stored and judged. Stop with Ctrl-C.");
      await stopped;
    }
    return 0;
  } finally {
    await centre.close();
  }
}

/** The exit code of the agent that sent it. */
async function sendRecording(
  { utility, server }: CentreConfig,
  recording: Recording,
  csv: string,
  brokerUrl: string,
): Promise<number> {
  const folder = join(server.dataFolder, "import");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "agent.yaml");
  const { username, passwordFile, caFile } =
    server.broker.kind === "external"
      ? server.broker
      : { username: undefined, passwordFile: undefined, caFile: undefined };
  const agent = {
    utility: utility.id,
    site: "import",
    spool: { path: "spool.db", batchSamples: 5000 },
    uplink: {
      brokers: [brokerUrl],
      username,
      passwordFile: passwordFile && resolve(passwordFile),
      caFile: caFile && resolve(caFile),
    },
    sources: { csv: [{ name: "recording", file: resolve(csv), recording }] },
  };
  writeFileSync(file, stringify(JSON.parse(JSON.stringify(agent))));
  return runAgent(["--config", file, "--until-drained"]);
}
