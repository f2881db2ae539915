/** All alarms, what waits longest first; one of them opened. Arrow keys walk, Enter opens, A, S and C act on it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Action, AlarmView } from "../model/live.ts";
import { AlarmItem } from "./alarm-item.tsx";
import { orderAlarms } from "./alarm-order.ts";
import type { LiveState, Network } from "./live-state.ts";

export interface AlarmListProps {
  readonly network: Network;
  readonly state: LiveState;
  readonly opened: string | null;
  readonly onOpen: (alarm: string | null) => void;
  readonly act: (action: Action) => void;
}

export function AlarmList({ network, state, opened, onOpen, act }: AlarmListProps) {
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
        Alarms <small>{shown.length === 0 ? "none" : shown.length}</small>
      </h2>
      {shown.length === 0 && <p class="quiet">Nothing is wrong that anybody was told of.</p>}
      <ul>{shown.map(item)}</ul>
      {putAside.length > 0 && (
        <details>
          <summary>Put aside: shelved, suppressed or out of service ({putAside.length})</summary>
          <ul>{putAside.map(item)}</ul>
        </details>
      )}
      <p class="keys">
        <kbd>↑</kbd> <kbd>↓</kbd> walk · <kbd>Enter</kbd> open · <kbd>A</kbd> acknowledge · <kbd>S</kbd>{" "}
        shelve · <kbd>C</kbd> comment
      </p>
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

/** Moves the focus to the alarm above or below, whatever of an alarm has it now. */
function walk(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const at = event.target;
  if (step === 0 || !(at instanceof HTMLElement) || at.closest("form")) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".alarm-row")];
  const from = rows.findIndex((row) => row.parentElement?.contains(at));
  const to = rows[from + step];
  if (!to) return;
  event.preventDefault();
  to.focus();
}
