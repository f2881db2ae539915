/** A spool's settings as an agent's file would give them, but for what a test is about; batches close by size alone. */
import type { SpoolConfig } from "../../edge/agent-config.ts";
import type { Lane, Spool } from "../../edge/sqlite-spool.ts";

export function spoolSettings(path: string, over: Partial<SpoolConfig> = {}): SpoolConfig {
  return { path, batchSamples: 500, batchAgeMs: 60_000, maxBytes: 1e9, whenFull: "drop-oldest", ...over };
}

/** The lane that grows. */
export function laneOf(spool: Spool): Lane {
  const lane = spool.lanes().at(-1);
  if (!lane) throw new Error("a spool without a lane");
  return lane;
}
