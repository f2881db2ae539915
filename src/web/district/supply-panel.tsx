/** How many hours a day a district has water, and at which: a cell an hour, with the pressure in it. */
import { useWords } from "../words/language.tsx";
import { filled, NONE } from "../words/words.ts";
import type { SupplyWeek } from "./supply-week.ts";
import { SUPPLY_DAYS } from "./use-pressure-week.ts";

export interface SupplyPanelProps {
  readonly week: SupplyWeek | null;
  readonly isMeasured: boolean;
  /** What the configuration says where nothing is measured, h/day. */
  readonly assumedHoursPerDay: number | null;
}

export function SupplyPanel({ week, isMeasured, assumedHoursPerDay }: SupplyPanelProps) {
  const { text, number, percent } = useWords();
  if (!isMeasured)
    return (
      <p class="quiet">
        {assumedHoursPerDay === null
          ? text.district.noPressure
          : filled(text.district.assumedHours, { hours: number(assumedHoursPerDay) })}
      </p>
    );
  if (!week) return <p class="quiet">{text.chart.fetching}</p>;
  return (
    <>
      <p>
        <strong class="supply-hours">
          {week.hoursPerDay === null ? NONE : number(week.hoursPerDay)} {text.district.hoursPerDay}
        </strong>{" "}
        <small>
          {filled(text.district.supplyOver, { days: SUPPLY_DAYS, percent: percent(week.knownShare) })}
        </small>
      </p>
      <ol class="supply-day" aria-label={text.district.supplyByHour}>
        {week.suppliedByHour.map((share, hour) => {
          const pressureM = week.pressureByHourM[hour] ?? null;
          const kind = share === null ? "unknown" : share >= 0.95 ? "on" : share <= 0.05 ? "off" : "partly";
          const told = [
            `${String(hour).padStart(2, "0")}:00`,
            share === null ? NONE : percent(share),
            pressureM === null ? "" : `${number(pressureM)} m`,
          ];
          return (
            <li key={told[0]} class={kind} title={told.filter(Boolean).join(" · ")}>
              <span>{hour}</span>
              <small>{pressureM === null ? NONE : Math.round(pressureM)}</small>
            </li>
          );
        })}
      </ol>
      <p class="chart-key">
        <span class="supply-key on" /> {text.district.waterOn} · <span class="supply-key partly" />{" "}
        {text.district.waterPartly} · <span class="supply-key off" /> {text.district.waterOff} ·{" "}
        {text.district.cellKey}
      </p>
    </>
  );
}
