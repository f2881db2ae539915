/** What an agent says of itself, where a test needs something to be said. */
import type { AgentReport } from "../../src/model/agent-report.ts";

export function agentReport(over: Partial<AgentReport> = {}): AgentReport {
  return {
    startedMs: 0,
    spool: { heldBatches: 0, heldBytes: 0, maxBytes: 1_000_000, diskFull: false, droppedSamples: 0 },
    sources: [],
    certificates: [],
    clocks: [],
    configuration: { loadedMs: 0, refused: null },
    ...over,
  };
}
