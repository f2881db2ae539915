/** Runs the agent as the process it is at a station; nothing in src imports its code. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Failure } from "../model/failure.ts";

const AGENT = fileURLToPath(new URL("../../edge/main.ts", import.meta.url));

/** As edge/packaging/nightflow-edge has them: a heap for a small board. */
const SMALL_HEAP = ["--max-semi-space-size=2", "--max-old-space-size=192", "--optimize-for-size"];

/** This process goes on as the agent, so that the centre's code does not stay in a station's memory; as a child where the system cannot do that. */
export async function becomeAgent(args: readonly string[]): Promise<number> {
  if (process.platform !== "win32" && process.execve)
    process.execve(process.execPath, [process.execPath, ...SMALL_HEAP, AGENT, ...args], process.env);
  return runAgent(args);
}

/** Resolves to the agent's exit code; SIGINT, SIGTERM and SIGHUP are passed on to it. Throws Failure "agent-not-started". */
export async function runAgent(args: readonly string[]): Promise<number> {
  const agent = spawn(process.execPath, [AGENT, ...args], { stdio: "inherit" });
  const pass = (signal: NodeJS.Signals) => agent.kill(signal);
  process.on("SIGINT", pass).on("SIGTERM", pass).on("SIGHUP", pass);
  try {
    const [code] = await once(agent, "exit");
    return typeof code === "number" ? code : 1;
  } catch (thrown) {
    throw new Failure("agent-not-started", "the agent could not be started", { cause: thrown });
  } finally {
    process.off("SIGINT", pass).off("SIGTERM", pass).off("SIGHUP", pass);
  }
}
