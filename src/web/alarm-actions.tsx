/** What an operator may do to an alarm, and what became of it. Each also has a key, see alarm-item.tsx. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { HOUR_MS } from "../model/clock.ts";
import type { Action, AlarmView } from "../model/live.ts";
import { isUnacknowledged } from "./alarm-order.ts";
import { useNow } from "./now.tsx";

export type ActionForm = "shelve" | "comment";

export interface AlarmActionsProps {
  readonly alarm: AlarmView;
  /** An action was sent and is not answered yet. */
  readonly pending: boolean;
  readonly form: ActionForm | null;
  readonly onForm: (form: ActionForm | null) => void;
  readonly act: (action: Action) => void;
}

const SHELVE_HOURS: readonly { readonly hours: number; readonly label: string }[] = [
  { hours: 1, label: "1 hour" },
  { hours: 8, label: "8 hours" },
  { hours: 24, label: "1 day" },
  { hours: 168, label: "7 days" },
];

export const canAcknowledge = isUnacknowledged;

export function AlarmActions({ alarm, pending, form, onForm, act }: AlarmActionsProps) {
  const { id, shelved, outOfService } = alarm;
  return (
    <div class="alarm-actions">
      <div class="buttons">
        {canAcknowledge(alarm) && (
          <button type="button" class="main" onClick={() => act({ type: "acknowledge", alarm: id })}>
            Acknowledge
          </button>
        )}
        {shelved ? (
          <button type="button" onClick={() => act({ type: "unshelve", alarm: id })}>
            Take off the shelf
          </button>
        ) : (
          <button type="button" aria-expanded={form === "shelve"} onClick={() => onForm("shelve")}>
            Shelve
          </button>
        )}
        {outOfService && (
          <button type="button" onClick={() => act({ type: "return-to-service", alarm: id })}>
            Return to service
          </button>
        )}
        <button type="button" aria-expanded={form === "comment"} onClick={() => onForm("comment")}>
          Comment
        </button>
        {pending && <span role="status">Sending</span>}
      </div>
      {form === "shelve" && <ShelveForm alarm={id} act={act} onDone={() => onForm(null)} />}
      {form === "comment" && <CommentForm alarm={id} act={act} onDone={() => onForm(null)} />}
    </div>
  );
}

interface FormProps {
  readonly alarm: string;
  readonly act: (action: Action) => void;
  readonly onDone: () => void;
}

function ShelveForm({ alarm, act, onDone }: FormProps) {
  const now = useNow();
  const first = useFocus<HTMLInputElement>();
  const submit = (event: SubmitEvent) => {
    const data = submitted(event);
    const untilMs = now + Number(data.get("hours")) * HOUR_MS;
    act({ type: "shelve", alarm, reason: String(data.get("reason")).trim(), untilMs });
    onDone();
  };
  return (
    <form onSubmit={submit}>
      <label>
        Reason
        <input ref={first} name="reason" required pattern=".*\S.*" maxLength={500} />
      </label>
      <label>
        For
        <select name="hours">
          {SHELVE_HOURS.map(({ hours, label }) => (
            <option key={hours} value={hours}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <FormButtons name="Shelve" onCancel={onDone} />
    </form>
  );
}

function CommentForm({ alarm, act, onDone }: FormProps) {
  const first = useFocus<HTMLInputElement>();
  const submit = (event: SubmitEvent) => {
    act({ type: "comment", alarm, text: String(submitted(event).get("text")).trim() });
    onDone();
  };
  return (
    <form onSubmit={submit}>
      <label>
        Comment
        <input ref={first} name="text" required pattern=".*\S.*" maxLength={2000} />
      </label>
      <FormButtons name="Add" onCancel={onDone} />
    </form>
  );
}

function FormButtons({ name, onCancel }: { readonly name: string; readonly onCancel: () => void }) {
  return (
    <div class="buttons">
      <button type="submit" class="main">
        {name}
      </button>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

function submitted(event: SubmitEvent): FormData {
  event.preventDefault();
  return new FormData(event.currentTarget instanceof HTMLFormElement ? event.currentTarget : undefined);
}

/** Before the next key: whoever types on must not lose a letter, nor have it taken for a command. */
function useFocus<E extends HTMLElement>() {
  const element = useRef<E>(null);
  useLayoutEffect(() => element.current?.focus(), []);
  return element;
}
