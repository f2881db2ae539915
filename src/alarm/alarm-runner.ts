/**
 * Turns verdicts, operator actions and time into recorded alarm events, one after another: what a change is decided on is
 * still true when it is recorded. A change that could not be recorded did not happen; the next tick tries again.
 */
import { type Alarm, isRefusal, type Rationalisation, type Refusal } from "../model/alarm.ts";
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
  replay,
  tick,
} from "./alarm-book.ts";

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
  /** Records what the verdicts change. They must be durable as events first: the replay learns of them from there. */
  onVerdicts(verdicts: readonly Verdict[]): Promise<readonly StoredEvent[]>;
  act(action: Action, actor: string): Promise<readonly StoredEvent[] | Refusal>;
  /**
   * Ends shelves that have run out, and records what verdicts asked for when recording failed or the process died.
   * Call it after the replay and then every few seconds.
   */
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

  async function judge(verdicts: readonly Verdict[]): Promise<readonly StoredEvent[]> {
    const timeMs = clock();
    const changes: DecidedChange[] = [];
    let known = book;
    let next = book;
    for (const verdict of verdicts) {
      const found: NewEvent = { timeMs, actor: SYSTEM, body: { kind: "verdict", revision: 0, verdict } };
      known = replay(known, [found]).book;
      next = replay(next, [found]).book;
      const decided = decide(next, verdict);
      next = replay(
        next,
        decided.map((change) => eventOf(change, SYSTEM, timeMs)),
      ).book;
      changes.push(...decided);
    }
    // What was found stays known even when recording the changes fails.
    book = known;
    return record(changes, SYSTEM, timeMs);
  }

  return {
    replay(events) {
      const outcome = replay(book, events);
      book = outcome.book;
      return outcome.contradictions;
    },
    onVerdicts: (verdicts) => inTurn(() => judge(verdicts)),
    act: (action, actor) =>
      inTurn(async () => {
        const timeMs = clock();
        const outcome = act(book, action, actor, timeMs);
        return isRefusal(outcome) ? outcome : record([outcome], actor, timeMs);
      }),
    tick: () =>
      inTurn(async () => {
        const timeMs = clock();
        return record(tick(book, timeMs), SYSTEM, timeMs);
      }),
    alarms: () => book.alarms,
  };
}

function eventOf({ alarm, change }: DecidedChange, actor: string, timeMs: number): NewEvent {
  return { timeMs, actor, body: { kind: "alarm", alarm, change } };
}
