/** One alarm of the list on the page Now; opened, what can be done about it and everything that is known. */
import { useRef } from "preact/hooks";
import type { Action, AlarmView } from "../../model/live.ts";
import { districtOf } from "../data-health.ts";
import type { LiveState, Network } from "../live/live-state.ts";
import { lazily } from "../shell/lazily.tsx";
import { hrefOf } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { AlarmActions, Refused, useActionKeys } from "./alarm-actions.tsx";
import { AlarmRow } from "./alarm-row.tsx";

export interface AlarmItemProps {
  readonly alarm: AlarmView;
  readonly network: Network;
  readonly state: LiveState;
  readonly opened: boolean;
  readonly onOpen: (alarm: string | null) => void;
  readonly act: (action: Action) => void;
}

const AlarmDetail = lazily(() => import("./alarm-detail.tsx").then((module) => module.AlarmDetail));

export function AlarmItem({ alarm, network, state, opened, onOpen, act }: AlarmItemProps) {
  const { text } = useWords();
  const row = useRef<HTMLButtonElement>(null);
  const keys = useActionKeys(alarm, act);
  const district = districtOf(alarm.verdict.subject, network.utility);
  const onKeyDown = (event: KeyboardEvent) => {
    const wasOpen = keys.form !== null;
    if (keys.take(event)) {
      if (event.key !== "Escape" && event.key !== "a") onOpen(alarm.id);
      // The form takes the focus with it when it goes.
      if (wasOpen && event.key === "Escape") row.current?.focus();
    } else if (event.key === "Escape" && !wasOpen) onOpen(null);
    else return;
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
        <AlarmRow alarm={alarm} network={network} />
      </button>
      <Refused alarm={alarm.id} state={state} />
      {opened && (
        <div class="alarm-body">
          <AlarmActions
            alarm={alarm}
            state={state}
            form={keys.form}
            onForm={(form) => {
              keys.setForm(form);
              if (form === null) row.current?.focus();
            }}
            act={act}
          />
          <p>
            <a href={hrefOf(["alarms", alarm.id])}>{text.alarms.open}</a>
          </p>
          <AlarmDetail alarm={alarm} district={district} network={network} state={state} />
        </div>
      )}
    </li>
  );
}
