/** A real InfluxDB 1.x on a free port, with a folder of its own; may be killed and started again with what it had. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./mosquitto.ts";
import { findProgram } from "./programs.ts";
import { until } from "./waiting.ts";

export interface Influxd {
  readonly url: string;
  /** Where it keeps its data. */
  readonly folder: string;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export async function startInfluxd(): Promise<Influxd> {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-influxd-"));
  const [port, rpcPort] = [await freePort(), await freePort()];
  const configuration = join(folder, "influxdb.conf");
  await writeFile(
    configuration,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[logging]
  level = "error"
`,
  );
  const url = `http://127.0.0.1:${port}`;
  let running = await run(configuration, url);
  const kill = async () => {
    const gone = once(running, "exit");
    if (running.exitCode === null && running.signalCode === null && running.kill("SIGKILL")) await gone;
  };
  return {
    url,
    folder,
    kill,
    async startAgain() {
      running = await run(configuration, url);
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function run(configuration: string, url: string) {
  const running = spawn(findProgram("influxd") ?? "influxd", ["run", "-config", configuration], {
    stdio: "ignore",
  });
  const answers = () =>
    fetch(`${url}/ping`).then(
      ({ status }) => status === 204,
      () => false,
    );
  await until("influxd answers", answers, 30_000);
  return running;
}
