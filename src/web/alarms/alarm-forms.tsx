/** The forms of what an operator does to an alarm. Each hands back the action; who shows it sends it. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { DAY_MS, HOUR_MS } from "../../model/clock.ts";
import type { Action } from "../../model/live.ts";
import { useNow } from "../clock.tsx";
import { useWords } from "../words/language.tsx";

const SHELVE_HOURS = [1, 8, 24, 168];
const DUE_DAYS = [1, 2, 7, 14];

export interface AlarmFormProps {
  readonly alarm: string;
  readonly act: (action: Action) => void;
  readonly onDone: () => void;
}

export function ShelveForm({ alarm, act, onDone }: AlarmFormProps) {
  const { text, counted } = useWords();
  const now = useNow();
  const submit = (data: FormData) => {
    const untilMs = Math.round(now) + Number(data.get("hours")) * HOUR_MS;
    act({ type: "shelve", alarm, reason: written(data, "reason"), untilMs });
  };
  return (
    <Form name={text.alarms.shelve} submit={submit} onDone={onDone}>
      <TextField label={text.alarms.reason} name="reason" maxLength={500} first />
      <label>
        {text.alarms.for}
        <select name="hours">
          {SHELVE_HOURS.map((hours) => (
            <option key={hours} value={hours}>
              {hours < 24 ? counted(text.alarms.hours, hours) : counted(text.alarms.days, hours / 24)}
            </option>
          ))}
        </select>
      </label>
    </Form>
  );
}

export function CommentForm({ alarm, act, onDone }: AlarmFormProps) {
  const { text } = useWords();
  const submit = (data: FormData) => act({ type: "comment", alarm, text: written(data, "text") });
  return (
    <Form name={text.alarms.add} submit={submit} onDone={onDone}>
      <TextField label={text.alarms.comment} name="text" maxLength={2000} first />
    </Form>
  );
}

/** An empty name hands the alarm back to everybody. */
export function AssignForm({ alarm, act, onDone }: AlarmFormProps) {
  const { text } = useWords();
  const submit = (data: FormData) => act({ type: "assign", alarm, to: written(data, "to") || null });
  return (
    <Form name={text.alarms.assign} submit={submit} onDone={onDone}>
      <TextField
        label={text.alarms.name}
        name="to"
        maxLength={100}
        placeholder={text.alarms.nobody}
        optional
        first
      />
    </Form>
  );
}

export function SendForm({ alarm, act, onDone }: AlarmFormProps) {
  const { text, counted } = useWords();
  const now = useNow();
  const submit = (data: FormData) => {
    const reference = written(data, "reference");
    const dueMs = Math.round(now) + Number(data.get("days")) * DAY_MS;
    act({ type: "open-work", alarm, crew: written(data, "crew"), dueMs, ...(reference && { reference }) });
  };
  return (
    <Form name={text.work.send} submit={submit} onDone={onDone}>
      <TextField label={text.work.crew} name="crew" maxLength={100} first />
      <TextField label={text.work.reference} name="reference" maxLength={100} optional />
      <label>
        {text.work.due}
        <select name="days">
          {DUE_DAYS.map((days) => (
            <option key={days} value={days}>
              {counted(text.alarms.days, days)}
            </option>
          ))}
        </select>
      </label>
    </Form>
  );
}

const PLACES = ["main", "service-connection", "valve-or-fitting", "tank", "other", "nothing"] as const;

export interface ReportFormProps extends AlarmFormProps {
  readonly step: "report-location" | "report-repair";
}

export function ReportForm({ alarm, step, act, onDone }: ReportFormProps) {
  const { text } = useWords();
  const submit = (data: FormData) => {
    const note = written(data, "note");
    const where = PLACES.find((one) => one === data.get("where")) ?? "other";
    act({ type: step, alarm, finding: { where, ...(note && { note }) } });
  };
  return (
    <Form name={text.work.report} submit={submit} onDone={onDone}>
      <label>
        {text.work.where}
        <select name="where">
          {PLACES.map((place) => (
            <option key={place} value={place}>
              {text.work.places[place]}
            </option>
          ))}
        </select>
      </label>
      <TextField label={text.work.note} name="note" maxLength={1000} optional first />
    </Form>
  );
}

export function CloseForm({ alarm, act, onDone }: AlarmFormProps) {
  const { text } = useWords();
  const submit = (data: FormData) => act({ type: "close-work", alarm, reason: written(data, "reason") });
  return (
    <Form name={text.work.close} submit={submit} onDone={onDone}>
      <TextField label={text.alarms.reason} name="reason" maxLength={500} first />
    </Form>
  );
}

interface FormProps {
  readonly name: string;
  readonly submit: (data: FormData) => void;
  readonly onDone: () => void;
  readonly children: ComponentChildren;
}

function Form({ name, submit, onDone, children }: FormProps) {
  const { text } = useWords();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    submit(new FormData(event.currentTarget instanceof HTMLFormElement ? event.currentTarget : undefined));
    onDone();
  };
  return (
    <form onSubmit={onSubmit}>
      {children}
      <div class="buttons">
        <button type="submit" class="main">
          {name}
        </button>
        <button type="button" onClick={onDone}>
          {text.alarms.cancel}
        </button>
      </div>
    </form>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly name: string;
  readonly maxLength: number;
  readonly placeholder?: string;
  readonly optional?: boolean;
  /** Has the focus when the form opens. */
  readonly first?: boolean;
}

function TextField({ label, name, maxLength, placeholder, optional = false, first = false }: TextFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  // Before the next key: whoever types on must not lose a letter, nor have it taken for a command.
  useLayoutEffect(() => {
    if (first) field.current?.focus();
  }, []);
  return (
    <label>
      {label}
      <input
        ref={field}
        name={name}
        required={!optional}
        pattern={optional ? undefined : ".*\\S.*"}
        maxLength={maxLength}
        placeholder={placeholder}
      />
    </label>
  );
}

function written(data: FormData, name: string): string {
  return String(data.get(name) ?? "").trim();
}
