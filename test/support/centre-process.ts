/** A real centre process (`nightflow serve`) for a utility of one meter, on a broker of the test's own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { stringify } from "yaml";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export interface CentreProcess {
  /** Such as http://127.0.0.1:41234. */
  readonly address: string;
  /** All that it has said on standard output. */
  said(): string;
  /** All that it has logged, on standard error. */
  logged(): string;
  /** Stops it in its tracks, its connections open, or lets it go on. */
  halt(yes: boolean): void;
  /** Exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
  end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>;
}

/** Writes a configuration below `folder` whose one sensor is `sensor`, and hands back where; `changes` replace keys of server.yaml. */
export async function writeCentreConfig(
  folder: string,
  brokerUrl: string,
  sensor: string,
  changes: object = {},
): Promise<string> {
  const config = join(folder, "config");
  await mkdir(config, { recursive: true });
  const utility = {
    id: "town",
    name: "Town",
    currency: "KES",
    timeZone: "Africa/Nairobi",
    waterValuePerM3: 65,
    sensors: [{ id: sensor, site: "north", quantity: "flow", intervalS: 60 }],
    districts: [
      { id: "north", meters: [{ sensor }], night: { mainsKm: 9, connections: 600, population: 3000 } },
    ],
  };
  const server = {
    http: { port: 0 },
    access: { logIn: "none" },
    broker: { kind: "external", url: brokerUrl },
    dataFolder: join(folder, "data"),
    logLevel: "warn",
    ...changes,
  };
  await writeFile(join(config, "utility.yaml"), stringify(utility));
  await writeFile(join(config, "server.yaml"), stringify(server));
  return config;
}

/** Resolves when it listens. */
export async function startCentreProcess(config: string, ...flags: string[]): Promise<CentreProcess> {
  const child: ChildProcess = spawn(process.execPath, [main, "serve", "--config", config, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  let said = "";
  let logged = "";
  child.stderr?.on("data", (chunk) => {
    logged += chunk;
    process.stderr.write(chunk);
  });
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      said += `${line}\n`;
      const found = /http:\/\/\S+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.once("exit", (code) => reject(new Error(`the centre ended with ${code} before it listened`)));
  });
  return {
    address,
    said: () => said,
    logged: () => logged,
    halt: (yes) => void child.kill(yes ? "SIGSTOP" : "SIGCONT"),
    exited,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
