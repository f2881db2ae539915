/** One alarm's own page: everything that answers why, and what is done about it. Keys act on it wherever the focus is. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Action, AlarmView } from "../../model/live.ts";
import { districtOf } from "../data-health.ts";
import type { LiveState, Network } from "../live/live-state.ts";
import { lazily } from "../shell/lazily.tsx";
import { hrefOf, useRouting } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { AlarmActions, isCommand, Refused, useActionKeys } from "./alarm-actions.tsx";
import { isUnacknowledged } from "./alarm-order.ts";
import { AlarmRow } from "./alarm-row.tsx";
import { WorkPanel } from "./work-panel.tsx";

const AlarmDetail = lazily(() => import("./alarm-detail.tsx").then((module) => module.AlarmDetail));

export interface OneAlarmProps {
  readonly id: string;
  /** Where the list is. */
  readonly back: string;
  /** The alarms of the list, in its order: N goes on in it. */
  readonly listed: readonly AlarmView[];
  readonly network: Network;
  readonly state: LiveState;
  readonly act: (action: Action) => void;
}

export function OneAlarm({ id, back, listed, network, state, act }: OneAlarmProps) {
  const { text } = useWords();
  const { go } = useRouting();
  const alarm = network.alarms.get(id);
  const keys = useActionKeys(alarm, act);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // A key on a row of the list is about the list.
      if (event.defaultPrevented) return;
      if (!keys.take(event)) {
        if (!isCommand(event)) return;
        const next = listed.find((one) => one.id !== id && isUnacknowledged(one));
        if (event.key === "n" && next) go(hrefOf(["alarms", next.id]));
        else if (event.key === "Escape") go(back);
        else return;
      }
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });

  // A form takes the focus with it when it goes: whoever works by keyboard stays at the alarm.
  const article = useRef<HTMLElement>(null);
  const hadForm = useRef(false);
  useLayoutEffect(() => {
    if (hadForm.current && keys.form === null) article.current?.focus();
    hadForm.current = keys.form !== null;
  }, [keys.form]);

  if (!alarm)
    return (
      <section class="panel">
        <p>{text.alarms.unknown}</p>
        <a href={back}>{text.alarms.back}</a>
      </section>
    );
  const district = districtOf(alarm.verdict.subject, network.utility);
  return (
    <article
      ref={article}
      tabIndex={-1}
      class="panel one-alarm"
      data-alarm={alarm.id}
      data-state={alarm.state}
    >
      <p class="no-print page-links">
        <a href={back}>← {text.alarms.back}</a>
        <button type="button" onClick={() => print()}>
          {text.alarms.print}
        </button>
      </p>
      <h2 class="alarm-row">
        <AlarmRow alarm={alarm} network={network} />
      </h2>
      <Refused alarm={alarm.id} state={state} />
      <AlarmActions alarm={alarm} state={state} form={keys.form} onForm={keys.setForm} act={act} />
      <AlarmDetail alarm={alarm} district={district} network={network} state={state} />
      <WorkPanel alarm={alarm} timeZone={district?.timeZone ?? "UTC"} act={act} />
    </article>
  );
}
