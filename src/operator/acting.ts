/** The one way in which people act on alarms, over HTTP and WebSocket alike: allowed, done, told to every page, kept for the audit. */
import type { Gate, Principal } from "../model/access.ts";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import type { StoredEvent } from "../model/event.ts";
import type { Action } from "../model/live.ts";

/** Performs an action; resolves when its events are stored, or with why it is not possible. */
export type Act = (action: Action, actor: string) => Promise<readonly StoredEvent[] | Refusal>;

export interface Acting {
  readonly principal: Principal;
  readonly address: string;
}

export type Perform = (action: Action, by: Acting) => ReturnType<Act>;

export function createPerform(
  act: Act,
  gate: Pick<Gate, "refusalOfAction" | "refused" | "performed">,
  onEvents: (events: readonly StoredEvent[]) => void,
): Perform {
  return async (action, { principal: { name, ...principal }, address }) => {
    const refusal = gate.refusalOfAction({ name, ...principal }, action);
    if (refusal) {
      gate.refused(refusal.code, { user: name, action: action.type, address });
      return refusal;
    }
    const outcome = await act(action, name);
    if (isRefusal(outcome)) return outcome;
    onEvents(outcome);
    gate.performed(name, address, `alarm-${action.type}`, { alarm: action.alarm });
    return outcome;
  };
}
