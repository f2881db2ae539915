/** Counts what was turned away, by reason, and says it in the log; a flood of one reason fills no disk. */
import type { Logger } from "pino";
import { type Clock, MINUTE_MS } from "../model/clock.ts";

/** Of one reason in a minute; more are counted, and their number is said when the next minute's first comes. */
const LOGGED_PER_MINUTE = 100;

export interface RefusalCount {
  refused(reason: string, facts: Readonly<Record<string, unknown>>): void;
  /** Reason -> how often since the start. */
  counts(): Readonly<Record<string, number>>;
}

interface Count {
  total: number;
  minuteStartMs: number;
  inMinute: number;
}

export function createRefusalCount(log: Logger, clock: Clock): RefusalCount {
  const counts = new Map<string, Count>();

  function countOf(reason: string): Count {
    const count = counts.get(reason) ?? { total: 0, minuteStartMs: clock(), inMinute: 0 };
    counts.set(reason, count);
    if (clock() - count.minuteStartMs < MINUTE_MS) return count;
    const notLogged = count.inMinute - LOGGED_PER_MINUTE;
    if (notLogged > 0) log.warn({ reason, notLogged }, "refused more often than was logged");
    count.minuteStartMs = clock();
    count.inMinute = 0;
    return count;
  }

  return {
    refused(reason, facts) {
      const count = countOf(reason);
      count.total += 1;
      count.inMinute += 1;
      if (count.inMinute <= LOGGED_PER_MINUTE) log.warn({ ...facts, reason }, "refused");
    },
    counts: () => Object.fromEntries([...counts].map(([reason, { total }]) => [reason, total])),
  };
}
