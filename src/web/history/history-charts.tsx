/** The charts of a history: one for all sensors, or one below the other; drawn wider than seen, so that a pan finds something. */
import { useMemo, useRef } from "preact/hooks";
import type { TimeRange } from "../../model/sample.ts";
import type { Sensor } from "../../model/utility.ts";
import { useWords } from "../words/language.tsx";
import { filled, unitOf } from "../words/words.ts";
import type { Gestures } from "./gestures.ts";
import { type HistoryColumns, historyColumns } from "./history-columns.ts";
import { HistoryPlot } from "./history-plot.tsx";
import type { Level } from "./levels.ts";
import type { TileStore } from "./tile-store.ts";

export interface HistoryChartsProps {
  readonly sensors: readonly Sensor[];
  readonly store: TileStore;
  readonly version: number;
  readonly level: Level;
  readonly range: TimeRange;
  readonly originMs: number;
  readonly compareMs: number | null;
  readonly stacked: boolean;
  readonly selection: TimeRange | null;
  readonly timeZone: string;
  readonly gestures: Gestures;
}

const SYNC = "history";
const OVERLAY_PX = 420;
const STACKED_PX = 190;
/** So much of the range is drawn beyond either end. */
const BEYOND = 0.5;

export function HistoryCharts(props: HistoryChartsProps) {
  const { sensors, range, compareMs, stacked, selection, timeZone, gestures } = props;
  const { text } = useWords();
  const columns = useColumnsAround(props);
  const plotted = useMemo(
    () =>
      sensors.flatMap((sensor, place) => {
        const own = columns.sensors[place];
        return own ? [{ sensor, place, columns: own }] : [];
      }),
    [sensors, columns],
  );
  const hasDoubts = columns.sensors.some(({ doubts }) => doubts.length > 0);
  const shared = {
    timesMs: columns.timesMs,
    range,
    selection,
    timeZone,
    gestures,
    syncKey: SYNC,
    comparing: compareMs !== null,
  };
  return (
    <>
      {stacked ? (
        plotted.map((one) => (
          <HistoryPlot
            key={one.sensor.id}
            {...shared}
            title={titleOf([one.sensor], text.chart.overTime)}
            plotted={[one]}
            heightPx={STACKED_PX}
          />
        ))
      ) : (
        <HistoryPlot
          {...shared}
          title={titleOf(sensors, text.chart.overTime)}
          plotted={plotted}
          heightPx={OVERLAY_PX}
        />
      )}
      <p class="chart-key">
        <span class="extremes-key" /> {text.history.extremes} · {text.history.gaps}
        {hasDoubts && (
          <>
            {" "}
            · <span class="doubt-key" /> {text.history.doubts}
          </>
        )}
      </p>
    </>
  );
}

function titleOf(sensors: readonly Sensor[], template: string): string {
  return sensors
    .map(({ name, quantity }) => filled(template, { what: name, unit: unitOf(quantity) }))
    .join("; ");
}

/** Made anew only when the view leaves what was drawn, or something has come. */
function useColumnsAround({
  sensors,
  store,
  version,
  level,
  range,
  originMs,
  compareMs,
}: HistoryChartsProps): HistoryColumns {
  const drawn = useRef<TimeRange>({ fromMs: 0, toMs: 0 });
  const lengthMs = range.toMs - range.fromMs;
  const isInside = range.fromMs >= drawn.current.fromMs && range.toMs <= drawn.current.toMs;
  // Zoomed in within one level, what was drawn is still enough; zoomed far, it is too much.
  if (!isInside || drawn.current.toMs - drawn.current.fromMs > 4 * (1 + 2 * BEYOND) * lengthMs)
    drawn.current = { fromMs: range.fromMs - BEYOND * lengthMs, toMs: range.toMs + BEYOND * lengthMs };
  const around = drawn.current;
  return useMemo(
    () => historyColumns(store, sensors, { level, range: around, originMs, compareMs }),
    [store, sensors, level, around, originMs, compareMs, version],
  );
}
