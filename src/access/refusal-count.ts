/** Counts what was turned away, by reason, and says it in the log. */
import type { Logger } from "pino";

export interface RefusalCount {
  refused(reason: string, facts: Readonly<Record<string, unknown>>): void;
  /** Reason -> how often since the start. */
  counts(): Readonly<Record<string, number>>;
}

export function createRefusalCount(log: Logger): RefusalCount {
  const counts = new Map<string, number>();
  return {
    refused(reason, facts) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
      log.warn({ ...facts, reason }, "refused");
    },
    counts: () => Object.fromEntries(counts),
  };
}
