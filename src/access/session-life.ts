/** How long a session and a token hold. Pure. */

export interface SessionLimits {
  /** Unused for this long, a session is over. */
  readonly idleMs: number;
  /** Over after this, used or not. */
  readonly longestMs: number;
}

interface SessionTimes {
  readonly createdMs: number;
  readonly usedMs: number;
}

/** The instant the session ends unless it is used again, ms UTC. */
export function sessionEndMs(
  { createdMs, usedMs }: SessionTimes,
  { idleMs, longestMs }: SessionLimits,
): number {
  return Math.min(usedMs + idleMs, createdMs + longestMs);
}
