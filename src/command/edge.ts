/** nightflow edge: an agent at a station, until it is stopped. */
import type { Command } from "./arguments.ts";
import { runAgent } from "./edge-process.ts";

export const edge: Command = {
  summary: "runs an agent at a station",
  flags: { config: { value: "FILE", required: true }, check: {} },
  run: (values) => runAgent(["--config", values.must("config"), ...(values.has("check") ? ["--check"] : [])]),
};
