/** The days on which use is known to be otherwise, as utility.yaml has them. */
import { useWords } from "../words/language.tsx";
import type { SettingsProps } from "./settings-props.ts";

interface Day {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly districts: readonly string[];
}

export function CalendarPanel({ utility }: Pick<SettingsProps, "utility">) {
  const { text, calendarDate } = useWords();
  const days = daysOf(utility);
  if (days.length === 0) return null;
  return (
    <>
      <h3>{text.settings.calendar}</h3>
      <p class="quiet">{text.settings.calendarWhat}</p>
      <ul class="entries">
        {days.map(({ name, from, to, districts }) => (
          <li key={`${name} ${from}`}>
            <span>
              <strong>{name}</strong>
              <small>
                {calendarDate(from)}
                {from !== to && ` – ${calendarDate(to)}`}
                {" · "}
                {districts.length === utility.districts.length
                  ? text.settings.everywhere
                  : districts.join(", ")}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Districts have the days of the utility among their own: the same day in several is one. */
function daysOf({ districts }: SettingsProps["utility"]): readonly Day[] {
  const days = new Map<string, Day>();
  for (const { name: district, calendar } of districts)
    for (const { name, from, to } of calendar) {
      const key = `${from} ${to} ${name}`;
      days.set(key, { name, from, to, districts: [...(days.get(key)?.districts ?? []), district] });
    }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day);
}
