/** nightflow edge: an agent at a station, until it is stopped; edge trust: the certificates of its OPC UA servers; edge read: a meter read by hand; edge health: how it does. */
import type { Command } from "./arguments.ts";
import { becomeAgent } from "./edge-process.ts";

const TEXTS = ["at", "by"];
const SWITCHES = ["exchanged", "check", "until-drained"];

export const edge: Command = {
  summary:
    "runs an agent at a station; edge trust accepts the certificates of its OPC UA servers; edge read keeps a reading taken by hand; edge health asks it how it does",
  flags: {
    config: { value: "FILE", required: true },
    at: { value: "TIME" },
    by: { value: "NAME" },
    exchanged: {},
    check: {},
    "until-drained": {},
  },
  words: ["[trust|read|health]", "[FINGERPRINT|METER]", "[VALUE]"],
  run: (values) =>
    becomeAgent([
      ...values.words,
      "--config",
      values.must("config"),
      ...TEXTS.flatMap((name) => (values.has(name) ? [`--${name}`, values.must(name)] : [])),
      ...SWITCHES.filter((name) => values.has(name)).map((name) => `--${name}`),
    ]),
};
