/** Why there is this alarm: what was found, what it could have been and is not, the flow around it, what to do. */
import { useMemo, useState } from "preact/hooks";
import { DAY_MS } from "../model/clock.ts";
import type { AlarmView } from "../model/live.ts";
import type { District } from "../model/utility.ts";
import { chartOf, FlowChart } from "./flow-chart.tsx";
import type { LiveState, Network } from "./live-state.ts";
import { useNow } from "./now.tsx";
import { dayAndTime, withUnits } from "./words.ts";

export interface AlarmDetailProps {
  readonly alarm: AlarmView;
  readonly district: District | undefined;
  readonly network: Network;
  readonly state: LiveState;
}

const DAYS_BEFORE = 3;
const MOST_DAYS = 30;

export function AlarmDetail({ alarm, district, network, state }: AlarmDetailProps) {
  const { rationalisation, verdict, explanation } = alarm;
  return (
    <>
      <h3>Why</h3>
      <ul class="why">
        {explanation.map((sentence) => (
          <li key={sentence}>{withUnits(sentence)}</li>
        ))}
        <li>How sure: {Math.round(verdict.confidence * 100)} %.</li>
      </ul>
      {district && <AlarmFlow alarm={alarm} district={district} network={network} state={state} />}
      <dl class="rationalisation">
        <dt>Cause</dt>
        <dd>{rationalisation.cause}</dd>
        <dt>Consequence</dt>
        <dd>{rationalisation.consequence}</dd>
        <dt>Response</dt>
        <dd>{rationalisation.response}</dd>
      </dl>
      <History alarm={alarm} timeZone={district?.timeZone ?? "UTC"} />
    </>
  );
}

function AlarmFlow({ alarm, district, network, state }: AlarmDetailProps & { readonly district: District }) {
  const { subject, startMs, endMs } = alarm.verdict;
  const now = useNow();
  // Whole days, and only as they were when the alarm was opened: the chart does not wander while it is read.
  const [days] = useState(() =>
    Math.min(MOST_DAYS, Math.max(DAYS_BEFORE, Math.ceil((now - startMs) / DAY_MS) + DAYS_BEFORE)),
  );
  const chart = useMemo(
    () => chartOf(district, network.utility, subject.kind === "sensor" ? subject.id : null),
    [district, network.utility, subject.kind, subject.id],
  );
  const alarmShade = useMemo(() => ({ fromMs: startMs, toMs: endMs }), [startMs, endMs]);
  return (
    <>
      <h3>
        {chart.lines[0]?.label} of the last {days} days
      </h3>
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

/** Who did what to this alarm, as far as the alarm itself remembers. */
function History({ alarm, timeZone }: { readonly alarm: AlarmView; readonly timeZone: string }) {
  const {
    activatedMs,
    acknowledgedMs,
    acknowledgedBy,
    confirmed,
    clearedMs,
    shelved,
    suppressed,
    outOfService,
    comments,
  } = alarm;
  const lines = [
    {
      timeMs: activatedMs,
      text: `raised${alarm.activations > 1 ? `, ${alarm.activations} times by now` : ""}`,
    },
    ...(acknowledgedMs === null
      ? []
      : [{ timeMs: acknowledgedMs, text: `acknowledged by ${acknowledgedBy}` }]),
    ...(confirmed === null
      ? []
      : [{ timeMs: confirmed.timeMs, text: `confirmed as done by ${confirmed.by}` }]),
    ...(clearedMs === null ? [] : [{ timeMs: clearedMs, text: "over" }]),
    ...comments.map(({ timeMs, by, text }) => ({ timeMs, text: `${by}: ${text}` })),
  ].sort((a, b) => a.timeMs - b.timeMs);
  return (
    <>
      <h3>History</h3>
      <ul class="history">
        {lines.map(({ timeMs, text }) => (
          <li key={`${timeMs} ${text}`}>
            <time>{dayAndTime(timeMs, timeZone)}</time> {text}
          </li>
        ))}
        {shelved && (
          <li>
            shelved by {shelved.by} until {dayAndTime(shelved.untilMs, timeZone)}: {shelved.reason}
          </li>
        )}
        {suppressed && <li>suppressed: {suppressed.reason}</li>}
        {outOfService && (
          <li>
            taken out of service by {outOfService.by}: {outOfService.reason}
          </li>
        )}
      </ul>
    </>
  );
}
