/**
 * Events in the order of their cursors. Commits that overlap may be reported out of order; a gap is held open until the event
 * that fills it comes, and an event that is known already is passed over.
 */
import type { StoredEvent } from "../model/event.ts";

export interface EventOrder {
  /** The events that are next in line, in order; those beyond a gap wait for a later call. */
  take(events: readonly StoredEvent[]): readonly StoredEvent[];
}

export function createEventOrder(afterCursor: number): EventOrder {
  const waiting = new Map<number, StoredEvent>();
  let cursor = afterCursor;
  return {
    take(events) {
      for (const event of events) if (event.cursor > cursor) waiting.set(event.cursor, event);
      const ready: StoredEvent[] = [];
      for (let next = waiting.get(cursor + 1); next; next = waiting.get(cursor + 1)) {
        waiting.delete(next.cursor);
        cursor = next.cursor;
        ready.push(next);
      }
      return ready;
    },
  };
}
