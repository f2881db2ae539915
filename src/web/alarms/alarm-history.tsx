/** Who did what to an alarm, oldest first, as far as the alarm itself remembers. */
import type { AlarmView } from "../../model/live.ts";
import { useWords } from "../words/language.tsx";
import { filled, type Words } from "../words/words.ts";

export interface AlarmHistoryProps {
  readonly alarm: AlarmView;
  readonly timeZone: string;
}

interface Entry {
  readonly timeMs: number;
  readonly what: string;
}

export function AlarmHistory({ alarm, timeZone }: AlarmHistoryProps) {
  const words = useWords();
  const { text, dayAndTime } = words;
  const { shelved, suppressed, outOfService } = alarm;
  return (
    <>
      <h3>{text.alarms.history}</h3>
      <ul class="history">
        {entriesOf(alarm, timeZone, words).map(({ timeMs, what }) => (
          <li key={`${timeMs} ${what}`}>
            <time>{dayAndTime(timeMs, timeZone)}</time> {what}
          </li>
        ))}
        {shelved && (
          <li>
            {filled(text.alarms.shelvedUntil, {
              name: shelved.by,
              time: dayAndTime(shelved.untilMs, timeZone),
              reason: shelved.reason,
            })}
          </li>
        )}
        {suppressed && <li>{filled(text.alarms.suppressedBecause, { reason: suppressed.reason })}</li>}
        {outOfService && (
          <li>
            {filled(text.alarms.outOfServiceBy, { name: outOfService.by, reason: outOfService.reason })}
          </li>
        )}
      </ul>
    </>
  );
}

function entriesOf(alarm: AlarmView, timeZone: string, words: Words): readonly Entry[] {
  const { text } = words;
  const { activatedMs, activations, acknowledgedMs, acknowledgedBy, confirmed, clearedMs, comments } = alarm;
  const at = (timeMs: number | null | undefined, what: string) => (timeMs == null ? [] : [{ timeMs, what }]);
  return [
    ...at(
      activatedMs,
      activations > 1 ? filled(text.alarms.raisedTimes, { count: activations }) : text.alarms.raised,
    ),
    ...at(acknowledgedMs, filled(text.alarms.acknowledgedBy, { name: acknowledgedBy ?? "" })),
    ...at(confirmed?.timeMs, filled(text.alarms.confirmedBy, { name: confirmed?.by ?? "" })),
    ...at(clearedMs, text.alarms.ended),
    ...comments.map(({ timeMs, by, text: said }) => ({
      timeMs,
      what: filled(text.alarms.said, { name: by, text: said }),
    })),
    ...workOf(alarm, timeZone, words),
  ].sort((a, b) => a.timeMs - b.timeMs);
}

function workOf({ work }: AlarmView, timeZone: string, { text, dayAndTime }: Words): readonly Entry[] {
  if (!work) return [];
  const { crew, openedBy, openedMs, dueMs, locatedMs, repairedMs, closed } = work;
  const due = dayAndTime(dueMs, timeZone);
  return [
    { timeMs: openedMs, what: filled(text.work.opened, { crew, name: openedBy, time: due }) },
    ...(locatedMs === null ? [] : [{ timeMs: locatedMs, what: text.work.located }]),
    ...(repairedMs === null ? [] : [{ timeMs: repairedMs, what: text.work.repaired }]),
    ...(closed === null
      ? []
      : [
          {
            timeMs: closed.timeMs,
            what: filled(text.work.closed, { name: closed.by, reason: closed.reason }),
          },
        ]),
  ];
}
