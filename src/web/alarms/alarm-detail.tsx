/** Why there is this alarm: what was found, what it could have been and is not, the flow around it, what to do, who did what. */
import { useMemo, useState } from "preact/hooks";
import { DAY_MS } from "../../model/clock.ts";
import type { AlarmView } from "../../model/live.ts";
import type { District } from "../../model/utility.ts";
import { chartOf, FlowChart } from "../chart/flow-chart.tsx";
import { useNow } from "../clock.tsx";
import type { LiveState, Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { AlarmHistory } from "./alarm-history.tsx";
import { Rationale, WhatToDo } from "./alarm-reasons.tsx";

export interface AlarmDetailProps {
  readonly alarm: AlarmView;
  readonly district: District | undefined;
  readonly network: Network;
  readonly state: LiveState;
}

const DAYS_BEFORE = 3;
const MOST_DAYS = 30;

export function AlarmDetail({ alarm, district, network, state }: AlarmDetailProps) {
  return (
    <>
      <Rationale alarm={alarm} district={district} utility={network.utility} />
      {district && <AlarmFlow alarm={alarm} district={district} network={network} state={state} />}
      <WhatToDo alarm={alarm} />
      <AlarmHistory alarm={alarm} timeZone={district?.timeZone ?? "UTC"} />
    </>
  );
}

function AlarmFlow({ alarm, district, network, state }: AlarmDetailProps & { readonly district: District }) {
  const { text } = useWords();
  const { subject, startMs, endMs } = alarm.verdict;
  const now = useNow();
  // Whole days, and only as they were when the alarm was opened: the chart does not wander while it is read.
  const [days] = useState(() =>
    Math.min(MOST_DAYS, Math.max(DAYS_BEFORE, Math.ceil((now - startMs) / DAY_MS) + DAYS_BEFORE)),
  );
  const chart = useMemo(
    () => chartOf(district, network.utility, subject.kind === "sensor" ? subject.id : null, text.chart),
    [district, network.utility, subject.kind, subject.id, text],
  );
  const alarmShade = useMemo(() => ({ fromMs: startMs, toMs: endMs }), [startMs, endMs]);
  return (
    <>
      <h3>{filled(text.alarms.lastDays, { what: chart.lines[0]?.label ?? text.chart.flow, days })}</h3>
      <FlowChart
        chart={chart}
        district={district}
        spanMs={days * DAY_MS}
        alarm={alarmShade}
        network={network}
        state={state}
        heightPx={200}
      />
    </>
  );
}
