/** A real agent process with a configuration of the test's own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { stringify } from "yaml";

const main = fileURLToPath(new URL("../../edge/main.ts", import.meta.url));

export interface AgentProcess {
  /** Exit code, or undefined when a signal ended it. */
  readonly exited: Promise<number | undefined>;
  readonly errors: () => string;
  signal(name: "SIGKILL" | "SIGTERM"): Promise<number | undefined>;
  /** Asks for its file to be read again. */
  hangUp(): void;
  /** Stops it in its tracks, its connections open, or lets it go on. */
  halt(yes: boolean): void;
}

export async function writeAgentConfig(
  folder: string,
  brokerUrl: string,
  sources: object,
  spool: object = {},
  more: object = {},
) {
  const file = join(folder, "agent.yaml");
  const config = {
    utility: "town",
    site: "north",
    spool: { path: "spool.sqlite", ...spool },
    uplink: { brokers: [brokerUrl], ackTimeoutMs: 1000 },
    sources,
    ...more,
  };
  await writeFile(file, stringify(config));
  return file;
}

export function startAgentProcess(configFile: string, ...options: string[]): AgentProcess {
  return startAgentIn({}, configFile, ...options);
}

/** With further variables in its environment. */
export function startAgentIn(environment: object, configFile: string, ...options: string[]): AgentProcess {
  const child: ChildProcess = spawn(process.execPath, [main, "--config", configFile, ...options], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...environment },
  });
  let errors = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const exited = once(child, "exit").then(([code]) => (typeof code === "number" ? code : undefined));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return {
    exited,
    errors: () => errors,
    hangUp: () => void child.kill("SIGHUP"),
    halt: (yes) => void child.kill(yes ? "SIGSTOP" : "SIGCONT"),
    signal(name) {
      child.kill(name);
      return exited;
    },
  };
}
