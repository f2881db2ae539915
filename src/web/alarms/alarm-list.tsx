/** All alarms that stand, what waits longest first; one of them opened. Arrow keys walk, Enter opens, letters act on it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Action, AlarmView } from "../../model/live.ts";
import type { LiveState, Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { AlarmItem } from "./alarm-item.tsx";
import { AlarmLines } from "./alarm-lines.tsx";
import { orderAlarms } from "./alarm-order.ts";
import { KeysHint } from "./keys-hint.tsx";
import { walk } from "./walking.ts";

export interface AlarmListProps {
  readonly network: Network;
  readonly state: LiveState;
  readonly opened: string | null;
  readonly onOpen: (alarm: string | null) => void;
  readonly act: (action: Action) => void;
}

export function AlarmList({ network, state, opened, onOpen, act }: AlarmListProps) {
  const { text } = useWords();
  const { shown, putAside } = orderAlarms(network.alarms.values());
  const section = useRef<HTMLElement>(null);
  const focused = focusedAlarm();
  useLayoutEffect(() => {
    if (focused !== null && focusedAlarm() === null && document.activeElement === document.body)
      focusRow(section.current, focused);
  });
  const item = (alarm: AlarmView) => (
    <AlarmItem
      key={alarm.id}
      alarm={alarm}
      network={network}
      state={state}
      opened={alarm.id === opened}
      onOpen={onOpen}
      act={act}
    />
  );
  return (
    <section ref={section} class="panel alarms" aria-labelledby="alarms-heading" onKeyDown={walk}>
      <h2 id="alarms-heading">
        {text.alarms.heading} <small>{shown.length === 0 ? text.alarms.none : shown.length}</small>
      </h2>
      {shown.length === 0 && <p class="quiet">{text.alarms.nothingWrong}</p>}
      <AlarmLines alarms={shown} opened={opened} item={item} />
      {putAside.length > 0 && (
        <details>
          <summary>{filled(text.alarms.putAside, { count: putAside.length })}</summary>
          <AlarmLines alarms={putAside} opened={opened} item={item} />
        </details>
      )}
      <KeysHint />
    </section>
  );
}

function focusedAlarm(): string | null {
  return document.activeElement?.closest<HTMLElement>("[data-alarm]")?.dataset.alarm ?? null;
}

/** An alarm that changed its place has lost the focus on the way; one that was put aside hands it to the first. */
function focusRow(list: HTMLElement | null, alarm: string): void {
  const rows = [...(list?.querySelectorAll<HTMLElement>(".alarm-row") ?? [])];
  rows.find((row) => row.parentElement?.dataset.alarm === alarm)?.focus();
  if (document.activeElement === document.body) rows[0]?.focus();
}
