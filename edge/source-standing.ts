/** How one source does: what the agent's status, its figures and its health are made of. Pure but for the clock it is handed. */
import type { SourceReport } from "../src/model/agent-report.ts";
import type { Clock } from "../src/model/clock.ts";

export type SourceState = SourceReport["state"];

export interface SourceStanding {
  become(state: SourceState, reason?: string): void;
  /** A value came. */
  heard(): void;
  now(): Pick<SourceReport, "state" | "sinceMs" | "reason" | "lastValueMs">;
}

export function createSourceStanding(clock: Clock): SourceStanding {
  let state: SourceState = "connecting";
  let sinceMs = clock();
  let reason: string | undefined;
  let lastValueMs: number | null = null;
  return {
    become(next, why) {
      if (next !== state) sinceMs = clock();
      state = next;
      reason = why?.slice(0, 1000);
    },
    heard() {
      lastValueMs = clock();
    },
    now: () => ({ state, sinceMs, lastValueMs, ...(reason !== undefined && { reason }) }),
  };
}
