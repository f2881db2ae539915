/** What an operator's action on an alarm changes, or why it is not possible now. Pure. */
import { type AlarmChange, isRefusal, type Refusal } from "../model/alarm.ts";
import { DAY_MS } from "../model/clock.ts";
import type { Action } from "../model/live.ts";
import type { AlarmBook, DecidedChange } from "./alarm-book.ts";
import { applyChange } from "./alarm-life-cycle.ts";

/** The longest an operator may put an alarm aside; a longer repair shelves it again, with a reason of that day. */
export const MAX_SHELF_MS = 30 * DAY_MS;

/** What an operator's action changes, or why it cannot. */
export function act(book: AlarmBook, action: Action, actor: string, nowMs: number): DecidedChange | Refusal {
  const change = changeOf(action);
  if (change.type === "shelved") {
    if (change.untilMs <= nowMs)
      return { code: "shelf-in-the-past", message: "The time until which to shelve has passed." };
    if (change.untilMs > nowMs + MAX_SHELF_MS)
      return { code: "shelf-too-long", message: `Shelve for at most ${MAX_SHELF_MS / DAY_MS} days.` };
  }
  const alarm = book.alarms.get(action.alarm) ?? null;
  const outcome = applyChange(alarm, { alarm: action.alarm, timeMs: nowMs, actor, change });
  return isRefusal(outcome) ? outcome : { alarm: action.alarm, change };
}

function changeOf(action: Action): AlarmChange {
  switch (action.type) {
    case "acknowledge":
      return { type: "acknowledged" };
    case "comment":
      return { type: "commented", text: action.text };
    case "assign":
      return { type: "assigned", to: action.to };
    case "shelve":
      return { type: "shelved", reason: action.reason, untilMs: action.untilMs };
    case "unshelve":
      return { type: "unshelved" };
    case "take-out-of-service":
      return { type: "taken-out-of-service", reason: action.reason };
    case "return-to-service":
      return { type: "returned-to-service" };
  }
}
