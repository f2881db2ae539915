/**
 * Events in the order of their cursors. Commits that overlap may be told in any order, so a gap is held open for a while; one that
 * nobody fills is read from history. An event that is known already is passed over.
 */
import type { Logger } from "pino";
import type { StoredEvent } from "../model/event.ts";
import type { HistoryStore } from "../model/history-store.ts";

/** How long a gap may stay before history is asked. */
const GAP_MS = 1_000;
const PAGE = 500;

export interface EventFeed {
  take(events: readonly StoredEvent[]): void;
  close(): void;
}

export interface EventFeedOptions {
  readonly afterCursor: number;
  readonly store: Pick<HistoryStore, "events">;
  readonly log: Logger;
  /** Called with events in order, without a gap. */
  readonly onNext: (events: readonly StoredEvent[]) => void;
}

export function createEventFeed({ afterCursor, store, log, onNext }: EventFeedOptions): EventFeed {
  const waiting = new Map<number, StoredEvent>();
  let cursor = afterCursor;
  let gapTimer: NodeJS.Timeout | null = null;
  let closed = false;

  function take(events: readonly StoredEvent[]): void {
    for (const event of events) if (event.cursor > cursor) waiting.set(event.cursor, event);
    const ready: StoredEvent[] = [];
    for (let next = waiting.get(cursor + 1); next; next = waiting.get(cursor + 1)) {
      waiting.delete(next.cursor);
      cursor = next.cursor;
      ready.push(next);
    }
    if (ready.length > 0) onNext(ready);
    if (waiting.size > 0 && gapTimer === null && !closed) gapTimer = setTimeout(fillGap, GAP_MS);
  }

  function fillGap(): void {
    const from = cursor;
    if (waiting.size === 0) {
      gapTimer = null;
      return;
    }
    store
      .events(from, PAGE)
      .then(
        (events) => {
          gapTimer = null;
          log.warn({ from, events: events.length }, "events that were not told are read from history");
          take(events);
        },
        (failure: unknown) => {
          log.error({ err: failure, from }, "events that were not told could not be read; tried again");
          gapTimer = closed ? null : setTimeout(fillGap, GAP_MS);
        },
      )
      .catch((failure: unknown) => log.error({ err: failure }, "events could not be shown"));
  }

  return {
    take,
    close() {
      closed = true;
      if (gapTimer) clearTimeout(gapTimer);
    },
  };
}
