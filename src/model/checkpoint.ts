/**
 * The port to what the judgement keeps from one run to the next: its state at some times past, so that a restart, or data that come
 * late, need not judge all history again. Losing it costs time and nothing else.
 */
import { DAY_MS } from "./clock.ts";

/** Plain data, as structuredClone takes them, made ready to be written. */
export interface PackedCheckpoint {
  readonly bytes: number;
  /** Resolves when durable. In place of one of the same horizon; `head` stands before the parts. */
  write(horizonMs: number, head: unknown): Promise<void>;
}

export interface CheckpointStore {
  /** Horizons of what is kept, newest first. */
  horizons(): Promise<readonly number[]>;
  /** Takes the parts one by one and lets other work go on between; once it resolves they may change again. */
  pack(parts: Iterable<unknown>): Promise<PackedCheckpoint>;
  /** The head and the parts in order; throws Failure "checkpoint-unreadable". */
  read(horizonMs: number): Promise<readonly unknown[]>;
  remove(horizonMs: number): Promise<void>;
}

/** The newest, and one more in case that cannot be read. */
const NEWEST_KEPT = 2;
/**
 * What comes late comes mostly within days: then the newest of each day, and of each seven days before them. This day and the eight before it, this
 * week and the six before it: what is a week late is judged again from a day before it, and what is five weeks late from a week before it.
 */
const DAYS_KEPT = 9;
const WEEKS_KEPT = 7;
const WEEK_MS = 7 * DAY_MS;

/** Of the horizons, newest first, those that are not needed beside the others. */
export function superfluousHorizons(horizons: readonly number[]): readonly number[] {
  const newestOf = (lengthMs: number, count: number) => {
    const newest = new Map<number, number>();
    for (const one of horizons) {
      const stretch = Math.floor(one / lengthMs);
      if (!newest.has(stretch)) newest.set(stretch, one);
    }
    return [...newest.values()].slice(0, count);
  };
  const kept = new Set([
    ...horizons.slice(0, NEWEST_KEPT),
    ...newestOf(DAY_MS, DAYS_KEPT),
    ...newestOf(WEEK_MS, WEEKS_KEPT),
  ]);
  return horizons.filter((one) => !kept.has(one));
}
