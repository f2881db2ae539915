/** Alarms living through findings, nights, actions and time, on a clock of their own. */
import { expect } from "vitest";
import {
  type AlarmBook,
  type AlarmRules,
  type DecidedChange,
  emptyBook,
  replay,
} from "../../src/alarm/alarm-book.ts";
import { decide, tick } from "../../src/alarm/alarm-decisions.ts";
import { followUps } from "../../src/alarm/follow-up.ts";
import { act } from "../../src/alarm/operator-action.ts";
import { isRefusal } from "../../src/model/alarm.ts";
import type { NewEvent } from "../../src/model/event.ts";
import type { Action } from "../../src/model/live.ts";
import type { Night } from "../../src/model/night.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { RULES, START_MS } from "./sample-verdicts.ts";

/** Each step hands back what was recorded of alarms. */
export function timeline(rules: AlarmRules = RULES) {
  let book: AlarmBook = emptyBook(rules);
  let nowMs = START_MS;
  const log: NewEvent[] = [];
  const record = (events: readonly NewEvent[]) => {
    const outcome = replay(book, events);
    expect(outcome.contradictions).toEqual([]);
    book = outcome.book;
    log.push(...events);
    return events.flatMap((event) => (event.body.kind === "alarm" ? [event.body.change.type] : []));
  };
  const system = (body: NewEvent["body"]): NewEvent => ({ timeMs: nowMs, actor: "nightflow", body });
  const change = (changes: readonly DecidedChange[]) =>
    record(changes.map((one) => system({ kind: "alarm", ...one })));
  return {
    finds(...found: readonly Verdict[]) {
      const told = found.map((verdict) => ({ kind: "verdict", revision: 0, verdict }) as const);
      record(told.map(system));
      return [...change(decide(book, told, nowMs)), ...change(followUps(book, nowMs))];
    },
    sleeps(night: Night) {
      record([system({ kind: "night", revision: 0, night })]);
      return change(followUps(book, nowMs));
    },
    does(action: Action, actor = "amina") {
      const outcome = act(book, action, actor, nowMs);
      if (isRefusal(outcome)) return outcome.code;
      return record(outcome.map((one) => ({ timeMs: nowMs, actor, body: { kind: "alarm", ...one } })));
    },
    passes(ms: number) {
      nowMs += ms;
      return [...change(tick(book, nowMs)), ...change(followUps(book, nowMs))];
    },
    alarms: () => [...book.alarms.values()],
    standing: () => [...book.alarms.values()].filter((alarm) => alarm.state !== "normal"),
    log,
    nowMs: () => nowMs,
  };
}
