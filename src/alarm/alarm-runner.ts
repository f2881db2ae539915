/**
 * Turns verdicts, operator actions and time into recorded alarm events, one after another: what a change is decided on is
 * still true when it is recorded. A change that could not be recorded did not happen; the next tick tries again.
 */
import { type Alarm, isRefusal, type Refusal } from "../model/alarm.ts";
import type { Clock } from "../model/clock.ts";
import type { NewEvent, StoredEvent } from "../model/event.ts";
import type { Action } from "../model/live.ts";
import {
  type AlarmBook,
  type AlarmRules,
  type Contradiction,
  type DecidedChange,
  emptyBook,
  replay,
  SYSTEM,
} from "./alarm-book.ts";
import { decide, tick } from "./alarm-decisions.ts";
import { followUps } from "./follow-up.ts";
import { act } from "./operator-action.ts";

export interface AlarmRunnerOptions extends AlarmRules {
  /** Resolves when the events are durable. */
  readonly append: (events: readonly NewEvent[]) => Promise<readonly StoredEvent[]>;
  readonly clock: Clock;
}

export interface AlarmRunner {
  /** Before anything else, with every stored event in order. Hands back events that contradict those before them. */
  replay(events: readonly StoredEvent[]): readonly Contradiction[];
  /** Records what nights and verdicts change. They must be durable first: the next replay learns of them from there. */
  onFindings(events: readonly NewEvent[]): Promise<readonly StoredEvent[]>;
  act(action: Action, actor: string): Promise<readonly StoredEvent[] | Refusal>;
  /**
   * Ends shelves that have run out, follows the rules of suppression, checks repairs, and records what verdicts asked for when recording failed or the process died.
   * Call it after the replay and then every few seconds.
   */
  tick(): Promise<readonly StoredEvent[]>;
  alarms(): ReadonlyMap<string, Alarm>;
}

export function createAlarmRunner({ append, clock, ...rules }: AlarmRunnerOptions): AlarmRunner {
  let book: AlarmBook = emptyBook(rules);
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    // The caller hears of a failure; the next in the queue does not depend on it.
    last = mine.catch(() => undefined);
    return mine;
  }

  /** Records the changes as events, and only then believes them. */
  async function record(
    changes: readonly DecidedChange[],
    actor: string,
    timeMs: number,
  ): Promise<readonly StoredEvent[]> {
    if (changes.length === 0) return [];
    const events = changes.map((change) => eventOf(change, actor, timeMs));
    const stored = await append(events);
    book = replay(book, events).book;
    return stored;
  }

  /** The changes, and what follows from how things stand after them. */
  function withFollowUps(
    from: AlarmBook,
    changes: readonly DecidedChange[],
    timeMs: number,
  ): DecidedChange[] {
    const events = changes.map((change) => eventOf(change, SYSTEM, timeMs));
    return [...changes, ...followUps(replay(from, events).book, timeMs)];
  }

  async function judge(events: readonly NewEvent[]): Promise<readonly StoredEvent[]> {
    const timeMs = clock();
    // What was found stays known even when recording what it changes fails.
    book = replay(book, events).book;
    const told = events.map((event) => event.body);
    return record(withFollowUps(book, decide(book, told, timeMs), timeMs), SYSTEM, timeMs);
  }

  return {
    replay(events) {
      const outcome = replay(book, events);
      book = outcome.book;
      return outcome.contradictions;
    },
    onFindings: (events) => inTurn(() => judge(events)),
    act: (action, actor) =>
      inTurn(async () => {
        const timeMs = clock();
        const outcome = act(book, action, actor, timeMs);
        return isRefusal(outcome) ? outcome : record(outcome, actor, timeMs);
      }),
    tick: () =>
      inTurn(async () => {
        const timeMs = clock();
        return record(withFollowUps(book, tick(book, timeMs), timeMs), SYSTEM, timeMs);
      }),
    alarms: () => book.alarms,
  };
}

function eventOf({ alarm, change }: DecidedChange, actor: string, timeMs: number): NewEvent {
  return { timeMs, actor, body: { kind: "alarm", alarm, change } };
}
