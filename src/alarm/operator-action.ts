/** What an operator's action on an alarm changes, or why it is not possible now. Pure. */
import {
  type Alarm,
  type AlarmChange,
  isRefusal,
  isUnacknowledged,
  MAX_SHELF_MS,
  type Refusal,
} from "../model/alarm.ts";
import { DAY_MS } from "../model/clock.ts";
import type { Action } from "../model/live.ts";
import type { AlarmBook, DecidedChange } from "./alarm-book.ts";
import { applyChange } from "./alarm-life-cycle.ts";

/** The changes, in order; all of them are possible, or none is made. */
export function act(
  book: AlarmBook,
  action: Action,
  actor: string,
  nowMs: number,
): readonly DecidedChange[] | Refusal {
  let alarm = book.alarms.get(action.alarm) ?? null;
  const changes = changesOf(action, alarm, nowMs);
  for (const change of changes) {
    const wrong = wrongTime(change, nowMs);
    if (wrong) return wrong;
    const outcome = applyChange(alarm, { alarm: action.alarm, timeMs: nowMs, actor, change });
    if (isRefusal(outcome)) return outcome;
    alarm = outcome;
  }
  return changes.map((change) => ({ alarm: action.alarm, change }));
}

/** A shelf that is not a shelf, or a report of what has not happened yet. */
function wrongTime(change: AlarmChange, nowMs: number): Refusal | null {
  if (change.type === "shelved") {
    if (change.untilMs <= nowMs)
      return { code: "shelf-in-the-past", message: "The time until which to shelve has passed." };
    if (change.untilMs > nowMs + MAX_SHELF_MS)
      return { code: "shelf-too-long", message: `Shelve for at most ${MAX_SHELF_MS / DAY_MS} days.` };
  }
  if (change.type === "worked-on" && "atMs" in change.work && change.work.atMs > nowMs)
    return { code: "report-of-the-future", message: "The time reported is still to come." };
  return null;
}

function changesOf(action: Action, alarm: Alarm | null, nowMs: number): readonly AlarmChange[] {
  switch (action.type) {
    case "acknowledge":
      return [{ type: "acknowledged" }];
    case "confirm":
      return [{ type: "confirmed" }];
    case "comment":
      return [{ type: "commented", text: action.text }];
    case "assign":
      return [{ type: "assigned", to: action.to }];
    case "shelve":
      return [shelving(action)];
    case "unshelve":
      return [{ type: "unshelved" }];
    case "take-out-of-service":
      return [{ type: "taken-out-of-service", reason: action.reason }];
    case "return-to-service":
      return [{ type: "returned-to-service" }];
    case "open-work":
      return openedWork(action, alarm);
    case "report-location":
    case "report-repair": {
      const step = action.type === "report-location" ? "located" : "repaired";
      return [{ type: "worked-on", work: { step, atMs: action.atMs ?? nowMs, finding: action.finding } }];
    }
    case "close-work":
      return [{ type: "worked-on", work: { step: "closed", reason: action.reason } }];
  }
}

function shelving({ reason, untilMs, untilNormal }: Extract<Action, { type: "shelve" }>): AlarmChange {
  return { type: "shelved", reason, untilMs, ...(untilNormal && { untilNormal }) };
}

/** Whoever sends a crew has taken the alarm on, and needs no reminder until the crew is due. */
function openedWork(
  { crew, dueMs, ...order }: Extract<Action, { type: "open-work" }>,
  alarm: Alarm | null,
): readonly AlarmChange[] {
  const reference = order.reference ?? null;
  const reason = reference === null ? `${crew} is at work` : `${crew} is at work, order ${reference}`;
  return [
    { type: "worked-on", work: { step: "opened", crew, reference, dueMs } },
    { type: "shelved", reason, untilMs: dueMs },
    ...(alarm && isUnacknowledged(alarm) ? [{ type: "acknowledged" } as const] : []),
  ];
}
