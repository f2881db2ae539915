/** The page Alarms: every alarm by what is asked of it, and beside the list the one that is open. */
import { useMemo } from "preact/hooks";
import type { PageProps } from "../shell/page.ts";
import { hrefOf, useRouting } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { AlarmFilters } from "./alarm-filters.tsx";
import { AlarmLines } from "./alarm-lines.tsx";
import { type AlarmFilter, filterFrom, fitting } from "./alarm-order.ts";
import { AlarmRow } from "./alarm-row.tsx";
import { KeysHint } from "./keys-hint.tsx";
import { OneAlarm } from "./one-alarm.tsx";
import { walk } from "./walking.ts";
import "./alarms-page.css";

export default function AlarmsPage({ network, state, act, rest }: PageProps) {
  const { text } = useWords();
  const { query, go } = useRouting();
  const [opened = null] = rest;
  const filter = filterFrom(query);
  const alarms = useMemo(
    () => fitting(network.alarms.values(), filter, network.utility),
    [network.alarms, network.utility, query],
  );
  const show = (changed: Partial<AlarmFilter>) =>
    go(hrefOf(rest.length > 0 ? ["alarms", ...rest] : ["alarms"], { ...filter, ...changed }), {
      replace: true,
    });
  return (
    <div class={opened === null ? "alarms-page" : "alarms-page one-open"}>
      <section class="panel alarms" aria-labelledby="alarms-heading" onKeyDown={walk}>
        <h2 id="alarms-heading">
          {text.alarms.heading} <small>{alarms.length === 0 ? text.alarms.none : alarms.length}</small>
        </h2>
        <AlarmFilters filter={filter} utility={network.utility} onFilter={show} />
        {alarms.length === 0 && <p class="quiet">{text.alarms.nothingFits}</p>}
        <AlarmLines
          alarms={alarms}
          opened={opened}
          item={(alarm) => (
            <li
              key={alarm.id}
              class={alarm.id === opened ? "alarm opened" : "alarm"}
              data-alarm={alarm.id}
              data-state={alarm.state}
            >
              <a
                class="alarm-row"
                href={hrefOf(["alarms", alarm.id], { ...filter })}
                aria-current={alarm.id === opened ? "true" : undefined}
              >
                <AlarmRow alarm={alarm} network={network} />
              </a>
            </li>
          )}
        />
        <KeysHint />
      </section>
      {opened !== null && (
        <OneAlarm
          key={opened}
          id={opened}
          back={hrefOf(["alarms"], { ...filter })}
          listed={alarms}
          network={network}
          state={state}
          act={act}
        />
      )}
    </div>
  );
}
