/** One alarm of the list: what leaks, how much, since when, what it costs; opened, everything that is known about it. */
import { useRef, useState } from "preact/hooks";
import type { Action, AlarmView } from "../model/live.ts";
import { type ActionForm, AlarmActions, canAcknowledge } from "./alarm-actions.tsx";
import { AlarmDetail } from "./alarm-detail.tsx";
import { lossNow } from "./alarm-loss.ts";
import { AlarmMark } from "./alarm-mark.tsx";
import { isUnacknowledged } from "./alarm-order.ts";
import { districtOf } from "./data-health.ts";
import type { LiveState, Network } from "./live-state.ts";
import { Age } from "./now.tsx";
import {
  dayAndTime,
  flow,
  isDataFault,
  KIND_WORDS,
  money,
  STATE_WORDS,
  sizeInterval,
  volume,
} from "./words.ts";

export interface AlarmItemProps {
  readonly alarm: AlarmView;
  readonly network: Network;
  readonly state: LiveState;
  readonly opened: boolean;
  readonly onOpen: (alarm: string | null) => void;
  readonly act: (action: Action) => void;
}

export function AlarmItem({ alarm, network, state, opened, onOpen, act }: AlarmItemProps) {
  const row = useRef<HTMLButtonElement>(null);
  const [form, setForm] = useState<ActionForm | null>(null);
  const { verdict, rationalisation } = alarm;
  const district = districtOf(verdict.subject, network.utility);
  const timeZone = district?.timeZone ?? "UTC";
  const refusal = state.refusals.get(alarm.id);

  const showForm = (wanted: ActionForm | null) => {
    setForm(wanted);
    // The form takes the focus with it when it goes.
    if (wanted === null) row.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLElement && event.target.closest("form");
    if (event.key === "Escape" && form) showForm(null);
    else if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    else if (event.key === "Escape") onOpen(null);
    else if (event.key === "a" && canAcknowledge(alarm)) act({ type: "acknowledge", alarm: alarm.id });
    else if (event.key === "s" || event.key === "c") {
      onOpen(alarm.id);
      setForm(event.key === "s" ? "shelve" : "comment");
    } else return;
    event.preventDefault();
  };

  return (
    <li
      class={opened ? "alarm opened" : "alarm"}
      data-alarm={alarm.id}
      data-state={alarm.state}
      onKeyDown={onKeyDown}
    >
      <button
        ref={row}
        type="button"
        class="alarm-row"
        aria-expanded={opened}
        onClick={() => onOpen(opened ? null : alarm.id)}
      >
        <AlarmMark priority={rationalisation.priority} filled={isUnacknowledged(alarm)} />
        <span class="alarm-what">
          {KIND_WORDS[verdict.kind]}: {subjectName(alarm, network)}
        </span>
        <span class="alarm-state">{standingInWords(alarm)}</span>
        {verdict.size && (
          <span class="alarm-size">
            <strong>{flow(verdict.size.estimate)}</strong> <small>({sizeInterval(verdict.size)})</small>
          </span>
        )}
        {isDataFault(verdict.kind) && (
          <span class="alarm-size tag">
            {verdict.subject.kind === "sensor" ? "Sensor" : "Data"} fault, no leak
          </span>
        )}
        <span class="alarm-since">
          since {dayAndTime(verdict.startMs, timeZone)}
          {verdict.endMs === null ? (
            <small>
              {" "}
              (<Age sinceMs={verdict.startMs} />)
            </small>
          ) : (
            <small> until {dayAndTime(verdict.endMs, timeZone)}</small>
          )}
        </span>
        <Loss alarm={alarm} network={network} />
      </button>
      {refusal && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      {opened && (
        <div class="alarm-body">
          <AlarmActions
            alarm={alarm}
            pending={[...state.pending.values()].some((action) => action.alarm === alarm.id)}
            form={form}
            onForm={showForm}
            act={act}
          />
          <AlarmDetail alarm={alarm} district={district} network={network} state={state} />
        </div>
      )}
    </li>
  );
}

function Loss({ alarm, network }: { readonly alarm: AlarmView; readonly network: Network }) {
  const { moneyPerDay } = alarm;
  const { currency } = network.utility;
  const loss = lossNow(alarm, network);
  if (loss === null) return null;
  return (
    <span class="alarm-loss">
      lost {volume(loss.volumeM3)}
      {loss.money !== null && <>, {money(loss.money, currency)}</>}
      {moneyPerDay !== null && moneyPerDay > 0 && <> · {money(moneyPerDay, currency)} a day</>}
    </span>
  );
}

function standingInWords({ state, shelved, suppressed, outOfService }: AlarmView): string {
  const overlays = [shelved && "shelved", suppressed && "suppressed", outOfService && "out of service"];
  return [STATE_WORDS[state], ...overlays.filter((overlay) => overlay !== null)].join(", ");
}

function subjectName({ verdict: { subject } }: AlarmView, { utility }: Network): string {
  const known = subject.kind === "district" ? utility.districts : utility.sensors;
  return known.find(({ id }) => id === subject.id)?.name ?? subject.id;
}
