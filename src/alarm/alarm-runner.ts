/**
 * Turns verdicts, operator actions and time into recorded alarm events, one after another: what a change is decided on is
 * still true when it is recorded. An event that could not be recorded changed nothing.
 */
import type { Alarm, Rationalisation, Refusal } from "../model/alarm.ts";
import type { Clock } from "../model/clock.ts";
import type { NewEvent, StoredEvent } from "../model/event.ts";
import type { Action } from "../model/live.ts";
import type { Verdict } from "../model/verdict.ts";
import {
  type AlarmBook,
  act,
  type Contradiction,
  type DecidedChange,
  decide,
  emptyBook,
  pendingVerdicts,
  replay,
  tick,
} from "./alarm-book.ts";
import { isRefusal } from "./alarm-life-cycle.ts";

/** Who acts when no person does. */
const SYSTEM = "nightflow";

export interface AlarmRunnerOptions {
  readonly rationalisations: readonly Rationalisation[];
  /** Resolves when the events are durable. */
  readonly append: (events: readonly NewEvent[]) => Promise<readonly StoredEvent[]>;
  readonly clock: Clock;
}

export interface AlarmRunner {
  /** Before anything else, with every stored event in order. Hands back events that contradict those before them. */
  replay(events: readonly StoredEvent[]): readonly Contradiction[];
  /** Records what stored verdicts ask for and a crash kept from being recorded. Once, after the replay. */
  reconcile(): Promise<readonly StoredEvent[]>;
  /** Records what the verdicts change; rejects, having changed nothing, when the record fails. */
  onVerdicts(verdicts: readonly Verdict[]): Promise<readonly StoredEvent[]>;
  act(action: Action, actor: string): Promise<readonly StoredEvent[] | Refusal>;
  /** Ends shelves that have run out. Call it every few seconds. */
  tick(): Promise<readonly StoredEvent[]>;
  alarms(): ReadonlyMap<string, Alarm>;
}

export function createAlarmRunner({ rationalisations, append, clock }: AlarmRunnerOptions): AlarmRunner {
  let book: AlarmBook = emptyBook(rationalisations);
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    // The caller hears of a failure; the next in the queue does not depend on it.
    last = mine.catch(() => undefined);
    return mine;
  }

  async function record(next: AlarmBook, events: readonly NewEvent[]): Promise<readonly StoredEvent[]> {
    const stored = events.length > 0 ? await append(events) : [];
    book = next;
    return stored;
  }

  function eventsOf(changes: readonly DecidedChange[], actor: string, timeMs: number): NewEvent[] {
    return changes.map(({ alarm, change }) => ({ timeMs, actor, body: { kind: "alarm", alarm, change } }));
  }

  function judge(verdicts: readonly Verdict[]): Promise<readonly StoredEvent[]> {
    const timeMs = clock();
    const events: NewEvent[] = [];
    let next = book;
    for (const verdict of verdicts) {
      const changes = eventsOf(decide(next, verdict), SYSTEM, timeMs);
      const noted: NewEvent = { timeMs, actor: SYSTEM, body: { kind: "verdict", revision: 0, verdict } };
      next = replay(next, [noted, ...changes]).book;
      events.push(...changes);
    }
    return record(next, events);
  }

  return {
    replay(events) {
      const outcome = replay(book, events);
      book = outcome.book;
      return outcome.contradictions;
    },
    reconcile: () => inTurn(() => judge(pendingVerdicts(book))),
    onVerdicts: (verdicts) => inTurn(() => judge(verdicts)),
    act: (action, actor) =>
      inTurn(async () => {
        const timeMs = clock();
        const outcome = act(book, action, actor, timeMs);
        if (isRefusal(outcome)) return outcome;
        const events = eventsOf([outcome], actor, timeMs);
        return record(replay(book, events).book, events);
      }),
    tick: () =>
      inTurn(async () => {
        const timeMs = clock();
        const events = eventsOf(tick(book, timeMs), SYSTEM, timeMs);
        return record(replay(book, events).book, events);
      }),
    alarms: () => book.alarms,
  };
}
