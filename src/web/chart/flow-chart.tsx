/** The flow into a district, or what one of its sensors reads, over some days up to now, with the nights behind it. */
import { useContext, useMemo, useState } from "preact/hooks";
import { HOUR_MS } from "../../model/clock.ts";
import type { District, Utility } from "../../model/utility.ts";
import { ClockAhead } from "../clock.tsx";
import type { LiveState, Network } from "../live/live-state.ts";
import type { Catalogue } from "../words/en.ts";
import { useWords } from "../words/language.tsx";
import { filled, unitOf } from "../words/words.ts";
import { bandAt } from "./expected-band.ts";
import { useExpected } from "./expected-http.ts";
import type { ChartMeter } from "./flow-columns.ts";
import { nightsIn } from "./night-shades.ts";
import { type ChartLine, TimeChart } from "./time-chart.tsx";
import { useColumns } from "./use-columns.ts";

/** What a chart is of. */
export interface Chart {
  readonly meters: readonly ChartMeter[];
  /** The sum first where there is more than one meter. */
  readonly lines: readonly ChartLine[];
  readonly unit: string;
}

export interface FlowChartProps {
  readonly chart: Chart;
  readonly district: District;
  readonly spanMs: number;
  /** When what an alarm is about began, and ended; null while it lasts. */
  readonly alarm: { readonly fromMs: number; readonly toMs: number | null } | null;
  readonly network: Network;
  readonly state: LiveState;
  readonly heightPx: number;
  /** Draws what was to be expected, learnt from before this time, or from all days before when null. None when left out. */
  readonly learnBeforeMs?: number | null | undefined;
}

/** The net inflow with the meters it is made of, or one sensor alone. */
export function chartOf(
  district: District,
  utility: Utility,
  sensorId: string | null,
  texts: Catalogue["chart"],
): Chart {
  const wanted = sensorId === null ? district.meters : [{ sensor: sensorId, sign: 1 as const }];
  const sensors = wanted.flatMap(({ sensor, sign }) => {
    const known = utility.sensors.find(({ id }) => id === sensor);
    return known ? [{ known, sign }] : [];
  });
  const parts = sensors.map(({ known, sign }) => ({
    label: sign < 0 ? filled(texts.out, { meter: known.name }) : known.name,
    weight: "part" as const,
  }));
  const sum = sensorId === null ? texts.netInflow : (parts[0]?.label ?? sensorId);
  return {
    // Two intervals of silence may be one late value.
    meters: sensors.map(({ known, sign }) => ({ sensor: known.id, sign, gapMs: 2 * known.intervalMs })),
    lines: [{ label: sum, weight: "main" }, ...(parts.length > 1 ? parts : [])],
    unit: unitOf(sensors[0]?.known.quantity ?? "flow"),
  };
}

export function FlowChart({
  chart,
  district,
  spanMs,
  alarm,
  network,
  state,
  heightPx,
  learnBeforeMs,
}: FlowChartProps) {
  const ahead = useContext(ClockAhead);
  const { text } = useWords();
  const { meters, lines, unit } = chart;
  const { columns, range, loading, failure } = useColumns({
    meters,
    spanMs,
    now: () => Date.now() + ahead,
    connections: state.connections,
    latest: network.latest,
  });
  const [opened] = useState(() => {
    const nowMs = Date.now() + ahead;
    return { fromMs: nowMs - spanMs, toMs: nowMs + HOUR_MS };
  });
  const expected = useExpected(district.id, opened, learnBeforeMs);
  const band = useMemo(
    () => (learnBeforeMs === undefined ? undefined : expected && bandAt(columns.timesMs, expected)),
    [columns, expected, learnBeforeMs],
  );
  const shown = useMemo(
    () => ({ ...columns, lines: columns.lines.slice(0, lines.length) }),
    [columns, lines],
  );
  const shades = useMemo(
    () => [
      ...nightsIn(range, district).map((night) => ({ ...night, meaning: "night" as const })),
      ...(alarm ? [{ fromMs: alarm.fromMs, toMs: alarm.toMs ?? range.toMs, meaning: "alarm" as const }] : []),
    ],
    [range, district, alarm],
  );
  if (failure) return <p class="refusal">{filled(text.chart.noHistory, { message: failure })}</p>;
  if (loading) return <p class="quiet chart-place">{text.chart.fetching}</p>;
  return (
    <>
      <TimeChart
        title={filled(text.chart.overTime, { what: lines[0]?.label ?? text.chart.flow, unit })}
        lines={lines}
        columns={shown}
        range={range}
        shades={shades}
        band={band}
        unit={unit}
        timeZone={district.timeZone}
        heightPx={heightPx}
      />
      <p class="chart-key">
        <span class="night-key" /> {text.chart.nightWindow}
        {alarm && (
          <>
            {" "}
            · <span class="alarm-key" /> {text.chart.sinceAlarm}
          </>
        )}
        {band && (
          <>
            {" "}
            · <span class="band-key" /> {text.chart.expectedBand} · <span class="deviation-key" />{" "}
            {text.chart.deviation}
          </>
        )}
      </p>
    </>
  );
}
