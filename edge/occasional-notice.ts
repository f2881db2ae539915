/** Says what happens often only now and then, with how often it happened since, so that one bad device does not fill the spool. Pure. */
export interface OccasionalNotices {
  /** How often it happened since it was last said, this time included; undefined while it is too soon to say it again. */
  happened(what: string, nowMs: number): number | undefined;
}

const SAID_EVERY_MS = 60_000;

export function createOccasionalNotices(): OccasionalNotices {
  const known = new Map<string, { count: number; saidMs: number }>();
  return {
    happened(what, nowMs) {
      const entry = known.get(what) ?? { count: 0, saidMs: Number.NEGATIVE_INFINITY };
      known.set(what, entry);
      entry.count += 1;
      if (nowMs - entry.saidMs < SAID_EVERY_MS) return undefined;
      const { count } = entry;
      entry.count = 0;
      entry.saidMs = nowMs;
      return count;
    },
  };
}
