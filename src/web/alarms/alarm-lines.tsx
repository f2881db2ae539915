/** Alarms one below the other; in a flood those of one kind behind one row, which opens to a page of them at a time. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { PRIORITIES } from "../../model/alarm.ts";
import type { AlarmView } from "../../model/live.ts";
import { useNow } from "../clock.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { type AlarmGroup, linesOf } from "./alarm-groups.ts";
import { AlarmMark } from "./alarm-mark.tsx";

/** A browser lays out so many rows without a pause. */
const AT_A_TIME = 25;

export interface AlarmLinesProps {
  readonly alarms: readonly AlarmView[];
  readonly opened: string | null;
  readonly item: (alarm: AlarmView) => ComponentChildren;
}

export function AlarmLines({ alarms, opened, item }: AlarmLinesProps) {
  return (
    <ul>
      {linesOf(alarms, opened).map((line) =>
        line.type === "alarm" ? (
          item(line.alarm)
        ) : (
          <GroupLine key={`group ${line.group.kind}`} group={line.group} item={item} />
        ),
      )}
    </ul>
  );
}

function GroupLine({ group, item }: { readonly group: AlarmGroup; readonly item: AlarmLinesProps["item"] }) {
  const { text, counted } = useWords();
  const [shown, setShown] = useState(0);
  const { kind, alarms, unacknowledged } = group;
  const left = alarms.length - shown;
  const urgent = PRIORITIES.findLast((one) => alarms.some((alarm) => alarm.rationalisation.priority === one));
  const oldest = Math.min(...alarms.map(({ activatedMs }) => activatedMs));
  return (
    <li
      class="alarm alarm-group"
      data-group={kind}
      data-count={alarms.length}
      data-waiting={unacknowledged > 0 ? "" : undefined}
    >
      <button
        type="button"
        class="alarm-row"
        aria-expanded={shown > 0}
        onClick={() => setShown(shown > 0 ? 0 : AT_A_TIME)}
      >
        <AlarmMark priority={urgent ?? "low"} filled={unacknowledged > 0} />
        <span class="alarm-what">
          {counted(text.alarms.ofKind, alarms.length, { kind: text.kinds[kind] })}
        </span>
        <span class="alarm-state">{counted(text.shell.alarmsWait, unacknowledged)}</span>
        <span class="alarm-since">
          <OldestAge sinceMs={oldest} />
        </span>
      </button>
      {shown > 0 && (
        <>
          <ul>{alarms.slice(0, shown).map(item)}</ul>
          {left > 0 && (
            <button type="button" class="more" onClick={() => setShown(shown + AT_A_TIME)}>
              {counted(text.alarms.showMore, Math.min(left, AT_A_TIME), { left })}
            </button>
          )}
        </>
      )}
    </li>
  );
}

function OldestAge({ sinceMs }: { readonly sinceMs: number }) {
  const { text, duration } = useWords();
  return <>{filled(text.shell.oldestWaits, { age: duration(useNow() - sinceMs) })}</>;
}
