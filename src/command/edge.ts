/** nightflow edge: an agent at a station, until it is stopped; nightflow edge trust: the certificates of its OPC UA servers. */
import type { Command } from "./arguments.ts";
import { runAgent } from "./edge-process.ts";

export const edge: Command = {
  summary: "runs an agent at a station; edge trust lists and accepts the certificates of its OPC UA servers",
  flags: { config: { value: "FILE", required: true }, check: {} },
  words: ["[trust]", "[FINGERPRINT]"],
  run: (values) =>
    runAgent([
      ...values.words,
      "--config",
      values.must("config"),
      ...(values.has("check") ? ["--check"] : []),
    ]),
};
