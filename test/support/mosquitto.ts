/** A real Mosquitto on a free port, with a folder of its own; may be killed and started again with what it had persisted. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "./programs.ts";
import { until } from "./waiting.ts";

export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  /** Stops it in its tracks, its connections open, lets it go on, or has it write down what it persists. */
  signal(name: "SIGSTOP" | "SIGCONT" | "SIGUSR1"): void;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface MosquittoOptions {
  /** False: a restart forgets every session and message. */
  readonly persistence?: boolean;
  /** Where it keeps what it persists; a folder of its own when left out. */
  readonly persistenceFolder?: string;
  /** Further lines of its configuration, such as those of TLS. */
  readonly lines?: readonly string[];
}

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const { persistence = true, lines = ["allow_anonymous true"] } = options;
  const folder = await mkdtemp(join(tmpdir(), "nightflow-mosquitto-"));
  const port = await freePort();
  const configuration = join(folder, "mosquitto.conf");
  await writeFile(
    configuration,
    [
      `listener ${port} 127.0.0.1`,
      ...lines,
      `persistence ${persistence}`,
      `persistence_location ${options.persistenceFolder ?? folder}/`,
      "autosave_interval 1",
      "max_queued_messages 100000",
      "max_inflight_messages 0",
      "user root",
      "",
    ].join("\n"),
  );
  let running = await run(configuration, port);
  const kill = async () => {
    const gone = once(running, "exit");
    if (running.exitCode === null && running.signalCode === null && running.kill("SIGKILL")) await gone;
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    signal: (name) => void running.kill(name),
    kill,
    async startAgain() {
      running = await run(configuration, port);
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function run(configuration: string, port: number) {
  const running = spawn(findProgram("mosquitto") ?? "mosquitto", ["-c", configuration], { stdio: "ignore" });
  await until("mosquitto accepts connections", () => accepts(port));
  return running;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Mosquitto takes no port 0; nothing else takes this one in the moment between. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}
