/** Why there is this alarm: what was found, what it could have been and is not, the flow around it, what to do, who did what. */
import { useMemo, useState } from "preact/hooks";
import { DAY_MS } from "../../model/clock.ts";
import type { AlarmView } from "../../model/live.ts";
import type { District } from "../../model/utility.ts";
import { chartOf, FlowChart } from "../chart/flow-chart.tsx";
import { NightsChart } from "../chart/nights-chart.tsx";
import { useNights } from "../chart/nights-http.ts";
import { useNow } from "../clock.tsx";
import type { LiveState, Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { filled, isDataFault } from "../words/words.ts";
import { eventsOf } from "./alarm-events.ts";
import { AlarmHistory } from "./alarm-history.tsx";
import { AlarmLocation, isLocatable } from "./alarm-location.tsx";
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
      {district && isLocatable(alarm) && (
        <AlarmLocation alarm={alarm} district={district} network={network} />
      )}
      {district && <AlarmFlow alarm={alarm} district={district} network={network} state={state} />}
      {district && isAboutWater(alarm) && <AlarmNights alarm={alarm} district={district} network={network} />}
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
  const pressure = useMemo(() => {
    const sensor = district.pressureSensor;
    return sensor && subject.id !== sensor ? chartOf(district, network.utility, sensor, text.chart) : null;
  }, [district, network.utility, subject.id, text]);
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
        heightPx={220}
        learnBeforeMs={isAboutWater(alarm) ? startMs : undefined}
      />
      {pressure && (
        <>
          <h3>{filled(text.alarms.pressure, { district: district.name })}</h3>
          <FlowChart
            chart={pressure}
            district={district}
            spanMs={days * DAY_MS}
            alarm={alarmShade}
            network={network}
            state={state}
            heightPx={140}
          />
        </>
      )}
    </>
  );
}

/** Nights before the alarm, so that what is usual is seen beside what is not. */
const NIGHTS = 30;

function AlarmNights({
  alarm,
  district,
  network,
}: Omit<AlarmDetailProps, "state"> & { readonly district: District }) {
  const { text, date } = useWords();
  const lastDate = network.districts.get(district.id)?.lastNight?.date;
  const { nights } = useNights(district.id, NIGHTS, lastDate);
  const { startMs } = alarm.verdict;
  const events = useMemo(() => eventsOf([alarm], district.timeZone, text), [alarm, district, text]);
  if (!nights || nights.length === 0) return null;
  return (
    <>
      <h3>{text.alarms.nights}</h3>
      <NightsChart
        title={filled(text.alarms.nightsOf, {
          district: district.name,
          date: date(nights.at(-1)?.date ?? ""),
        })}
        nights={nights}
        events={events}
        leaksFromMs={startMs}
        heightPx={170}
      />
    </>
  );
}

/** Of the flow, not of what measures it: then there is something to expect and to compare with. */
function isAboutWater({ verdict }: AlarmView): boolean {
  return (
    verdict.subject.kind === "district" && verdict.kind !== "not-assessable" && !isDataFault(verdict.kind)
  );
}
