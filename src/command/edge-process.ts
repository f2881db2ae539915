/** Runs the agent as the process it is at a station; nothing in src imports its code. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Failure } from "../model/failure.ts";

const AGENT = fileURLToPath(new URL("../../edge/main.ts", import.meta.url));

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
