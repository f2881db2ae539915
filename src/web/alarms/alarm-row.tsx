/** An alarm in a few lines: what leaks, how much, since when, what it costs. */
import type { AlarmView } from "../../model/live.ts";
import { Age } from "../clock.tsx";
import { districtOf } from "../data-health.ts";
import type { Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { filled, isDataFault } from "../words/words.ts";
import { lossNow } from "./alarm-loss.ts";
import { AlarmMark } from "./alarm-mark.tsx";
import { isUnacknowledged } from "./alarm-order.ts";
import { standingInWords, subjectName } from "./alarm-words.ts";

export interface AlarmRowProps {
  readonly alarm: AlarmView;
  readonly network: Network;
}

export function AlarmRow({ alarm, network }: AlarmRowProps) {
  const words = useWords();
  const { text, flow, interval, dayAndTime } = words;
  const { verdict, rationalisation, assigned } = alarm;
  const timeZone = districtOf(verdict.subject, network.utility)?.timeZone ?? "UTC";
  return (
    <>
      <AlarmMark priority={rationalisation.priority} filled={isUnacknowledged(alarm)} />
      <span class="alarm-what">
        {text.kinds[verdict.kind]}: {subjectName(verdict.subject, network.utility)}
      </span>
      <span class="alarm-state">
        {standingInWords(alarm, words)}
        {assigned && <small> · {filled(text.alarms.assignedTo, { name: assigned.to })}</small>}
      </span>
      {verdict.size && (
        <span class="alarm-size">
          <strong>{flow(verdict.size.estimate)}</strong> <small>({interval(verdict.size)})</small>
        </span>
      )}
      {isDataFault(verdict.kind) && (
        <span class="alarm-size tag">
          {verdict.subject.kind === "sensor" ? text.alarms.sensorFault : text.alarms.dataFault}
        </span>
      )}
      <span class="alarm-since">
        {filled(text.alarms.since, { time: dayAndTime(verdict.startMs, timeZone) })}
        {verdict.endMs === null ? (
          <small>
            {" "}
            (<Age sinceMs={verdict.startMs} />)
          </small>
        ) : (
          <small> {filled(text.alarms.until, { time: dayAndTime(verdict.endMs, timeZone) })}</small>
        )}
      </span>
      <LossLine alarm={alarm} network={network} />
    </>
  );
}

function LossLine({ alarm, network }: AlarmRowProps) {
  const { text, volume, money } = useWords();
  const { moneyPerDay } = alarm;
  const { currency } = network.utility;
  const loss = lossNow(alarm, network);
  if (loss === null) return null;
  return (
    <span class="alarm-loss">
      {filled(text.alarms.lost, { volume: volume(loss.volumeM3) })}
      {loss.money !== null && <>, {money(loss.money, currency)}</>}
      {moneyPerDay !== null && moneyPerDay > 0 && (
        <> · {filled(text.alarms.aDay, { money: money(moneyPerDay, currency) })}</>
      )}
    </span>
  );
}
