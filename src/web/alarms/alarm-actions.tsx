/** What an operator may do to an alarm, by button and by key, and what became of it. */
import { useState } from "preact/hooks";
import type { Action, AlarmView } from "../../model/live.ts";
import type { LiveState } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { AssignForm, CommentForm, ShelveForm } from "./alarm-forms.tsx";
import { isUnacknowledged } from "./alarm-order.ts";

export type ActionForm = "shelve" | "comment" | "assign";

const FORM_KEYS: Readonly<Record<string, ActionForm>> = { s: "shelve", c: "comment", g: "assign" };

export interface AlarmActionsProps {
  readonly alarm: AlarmView;
  readonly state: LiveState;
  readonly form: ActionForm | null;
  readonly onForm: (form: ActionForm | null) => void;
  readonly act: (action: Action) => void;
}

export function AlarmActions({ alarm, state, form, onForm, act }: AlarmActionsProps) {
  const { text } = useWords();
  const { id, shelved, outOfService } = alarm;
  const done = () => onForm(null);
  const opens = (wanted: ActionForm, name: string) => (
    <button type="button" aria-expanded={form === wanted} onClick={() => onForm(wanted)}>
      {name}
    </button>
  );
  return (
    <div class="alarm-actions">
      <div class="buttons">
        {isUnacknowledged(alarm) && (
          <button type="button" class="main" onClick={() => act({ type: "acknowledge", alarm: id })}>
            {text.alarms.acknowledge}
          </button>
        )}
        {shelved ? (
          <button type="button" onClick={() => act({ type: "unshelve", alarm: id })}>
            {text.alarms.unshelve}
          </button>
        ) : (
          opens("shelve", text.alarms.shelve)
        )}
        {outOfService && (
          <button type="button" onClick={() => act({ type: "return-to-service", alarm: id })}>
            {text.alarms.returnToService}
          </button>
        )}
        {opens("comment", text.alarms.comment)}
        {opens("assign", text.alarms.assign)}
        {[...state.pending.values()].some((action) => action.alarm === id) && (
          <span role="status">{text.alarms.sending}</span>
        )}
      </div>
      {form === "shelve" && <ShelveForm alarm={id} act={act} onDone={done} />}
      {form === "comment" && <CommentForm alarm={id} act={act} onDone={done} />}
      {form === "assign" && <AssignForm alarm={id} act={act} onDone={done} />}
    </div>
  );
}

/** Why the last action did not happen. */
export function Refused({ alarm, state }: { readonly alarm: string; readonly state: LiveState }) {
  const { text } = useWords();
  const refusal = state.refusals.get(alarm);
  if (!refusal) return null;
  const known: Readonly<Record<string, string>> = text.refusals;
  return (
    <p class="refusal" role="alert">
      {known[refusal.code] ?? refusal.message}
    </p>
  );
}

export interface ActionKeys {
  readonly form: ActionForm | null;
  readonly setForm: (form: ActionForm | null) => void;
  /** True when the key meant something. */
  take(event: KeyboardEvent): boolean;
}

/** A acknowledges, S, C and G open their forms, Escape closes them. Letters typed into a field are letters. */
export function useActionKeys(alarm: AlarmView | undefined, act: (action: Action) => void): ActionKeys {
  const [form, setForm] = useState<ActionForm | null>(null);
  return {
    form,
    setForm,
    take(event) {
      if (event.key === "Escape" && form) {
        setForm(null);
        return true;
      }
      if (!alarm || !isCommand(event)) return false;
      const opens = FORM_KEYS[event.key];
      if (opens) setForm(opens);
      else if (event.key === "a" && isUnacknowledged(alarm)) act({ type: "acknowledge", alarm: alarm.id });
      else return false;
      return true;
    },
  };
}

/** Not typed into a field, and no shortcut of the browser. */
export function isCommand({ ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  const typing = target instanceof HTMLElement && target.closest("form, input, select, textarea");
  return !ctrlKey && !metaKey && !altKey && !typing;
}
