/** A script that reports its progress as numbers, one a line, and is killed in the middle of it. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface RunningScript {
  /** The last number reported. */
  kill(): Promise<number>;
}

/** Resolves when the script has reported `progress` or more. */
export async function startScript(name: string, folder: string, progress: number): Promise<RunningScript> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const running = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => running.once("exit", resolve));
  let last = 0;
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: running.stdout }).on("line", (line) => {
      last = Number(line);
      if (last >= progress) resolve();
    });
    running.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return {
    async kill() {
      running.kill("SIGKILL");
      await gone;
      return last;
    },
  };
}
