/** Which stretch of time is looked at: usual lengths, a step to either side, and any two moments by the wall clock. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../model/clock.ts";
import { localDateOf, localMinuteOfDay, utcOfLocal } from "../../model/local-time.ts";
import type { TimeRange } from "../../model/sample.ts";
import { useWords } from "../words/language.tsx";
import { LEAST_RANGE_MS, MOST_RANGE_MS, panned, zoomed } from "./history-place.ts";

export interface RangeControlsProps {
  readonly range: TimeRange;
  readonly timeZone: string;
  readonly following: boolean;
  readonly onRange: (range: TimeRange) => void;
  /** Back to the present, which then is followed. */
  readonly onFollow: (lengthMs: number) => void;
}

const LENGTHS_MS = [6 * HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS];
const STEP = 0.5;

export function RangeControls({ range, timeZone, following, onRange, onFollow }: RangeControlsProps) {
  const { text, counted } = useWords();
  const lengthMs = range.toMs - range.fromMs;
  const typed = (edge: "fromMs" | "toMs", value: string) => {
    const timeMs = instantOf(value, timeZone);
    if (timeMs === null) return;
    const changed = { ...range, [edge]: timeMs };
    const newMs = changed.toMs - changed.fromMs;
    if (newMs >= LEAST_RANGE_MS && newMs <= MOST_RANGE_MS) onRange(changed);
  };
  return (
    <div class="range-controls">
      <div class="buttons">
        {LENGTHS_MS.map((length) => (
          <button
            key={length}
            type="button"
            aria-pressed={following && Math.abs(lengthMs - length) < MINUTE_MS}
            onClick={() => onFollow(length)}
          >
            {length < DAY_MS
              ? counted(text.alarms.hours, length / HOUR_MS)
              : counted(text.alarms.days, length / DAY_MS)}
          </button>
        ))}
      </div>
      <div class="buttons">
        <button
          type="button"
          title={text.history.earlier}
          aria-label={text.history.earlier}
          onClick={() => onRange(panned(range, -STEP))}
        >
          ◀
        </button>
        <button
          type="button"
          title={text.history.closer}
          aria-label={text.history.closer}
          onClick={() => onRange(zoomed(range, 0.5))}
        >
          +
        </button>
        <button
          type="button"
          title={text.history.wider}
          aria-label={text.history.wider}
          onClick={() => onRange(zoomed(range, 2))}
        >
          −
        </button>
        <button
          type="button"
          title={text.history.later}
          aria-label={text.history.later}
          onClick={() => onRange(panned(range, STEP))}
        >
          ▶
        </button>
      </div>
      <label>
        {text.history.from}{" "}
        <input
          type="datetime-local"
          value={localText(range.fromMs, timeZone)}
          onChange={({ currentTarget }) => typed("fromMs", currentTarget.value)}
        />
      </label>
      <label>
        {text.history.to}{" "}
        <input
          type="datetime-local"
          value={localText(range.toMs, timeZone)}
          onChange={({ currentTarget }) => typed("toMs", currentTarget.value)}
        />
      </label>
    </div>
  );
}

function localText(timeMs: number, timeZone: string): string {
  const minute = localMinuteOfDay(timeMs, timeZone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${localDateOf(timeMs, timeZone)}T${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function instantOf(value: string, timeZone: string): number | null {
  const [, date = "", hour, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)/.exec(value) ?? [];
  return date === "" ? null : utcOfLocal({ date, minute: Number(hour) * 60 + Number(minute) }, timeZone);
}
