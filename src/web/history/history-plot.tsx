/** One plot of history: sensors in up to three units, each with the band of its extremes, moved and zoomed without a stop. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { TimeRange } from "../../model/sample.ts";
import type { Sensor } from "../../model/utility.ts";
import type { Cell } from "../chart/flow-columns.ts";
import {
  colour,
  dashOf,
  drawShades,
  keyOf,
  plotBase,
  type Shade,
  timeAxis,
  told,
  valueAxis,
} from "../chart/plot-style.ts";
import { RECOLOURED } from "../shell/theme.ts";
import { useWords } from "../words/language.tsx";
import { filled, unitOf, type Words } from "../words/words.ts";
import { type Gestures, listenTo } from "./gestures.ts";
import type { SensorColumns } from "./history-columns.ts";

export interface PlottedSensor {
  readonly sensor: Sensor;
  /** Which colour and dash of all on the page. */
  readonly place: number;
  readonly columns: SensorColumns;
}

export interface HistoryPlotProps {
  readonly title: string;
  readonly plotted: readonly PlottedSensor[];
  readonly timesMs: readonly number[];
  readonly range: TimeRange;
  readonly selection: TimeRange | null;
  readonly timeZone: string;
  readonly heightPx: number;
  /** Charts below each other show their cursor at the same time. */
  readonly syncKey: string;
  readonly comparing: boolean;
  readonly gestures: Gestures;
}

/** Mean, least, greatest, and the mean before. */
const SERIES_EACH = 4;
export const LINE_COLOURS = 6;

/** Another set of sensors is another plot; data, range and selection may change. */
export function HistoryPlot(props: HistoryPlotProps) {
  const { plotted, timeZone, heightPx, comparing } = props;
  const words = useWords();
  const made = [plotted.map(({ sensor, place }) => [sensor.id, place]), timeZone, heightPx, comparing];
  return <Plot key={JSON.stringify([words.language, ...made])} {...props} words={words} />;
}

interface PlotProps extends HistoryPlotProps {
  readonly words: Words;
}

function Plot(props: PlotProps) {
  const { title, plotted, timesMs, range, selection, heightPx } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(props);
  shown.current = props;
  const drawn = useRef(timesMs);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(optionsOf(shown, element.clientWidth), dataOf(shown.current), element);
    plot.current = made;
    for (const series of made.series) if (series.dash) dashes.set(series, series.dash);
    dashUnlessDense(made);
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }));
    resized.observe(element);
    const repaint = () => made.redraw();
    addEventListener(RECOLOURED, repaint);
    const stop = listenTo(made.over, {
      onPan: (share) => shown.current.gestures.onPan(share),
      onZoom: (factor, share) => shown.current.gestures.onZoom(factor, share),
      onSelect: (from, to) => shown.current.gestures.onSelect(from, to),
      selects: (event) => shown.current.gestures.selects(event),
    });
    return () => {
      stop();
      removeEventListener(RECOLOURED, repaint);
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => {
    // Moving within what is drawn is a change of scale; only what has not been drawn is handed over again.
    if (drawn.current === timesMs) return;
    drawn.current = timesMs;
    plot.current?.setData(dataOf(props), false);
  }, [timesMs, plotted]);
  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setScale("x", { min: range.fromMs, max: range.toMs });
    });
  }, [range, timesMs]);
  useEffect(() => plot.current?.redraw(false), [selection]);

  return <div class="chart history-plot" ref={box} role="img" aria-label={title} />;
}

function dataOf({ timesMs, plotted }: PlotProps): uPlot.AlignedData {
  return [
    timesMs as number[],
    ...plotted.flatMap(({ columns: { means, minima, maxima, before } }) =>
      [means, minima, maxima, before].map((line) => line as Cell[]),
    ),
  ];
}

function optionsOf(shown: { readonly current: PlotProps }, width: number): uPlot.Options {
  const { plotted, timeZone, heightPx: height, words, range, syncKey, comparing } = shown.current;
  const units = [...new Set(plotted.map(({ sensor }) => unitOf(sensor.quantity)))];
  return {
    ...plotBase(timeZone),
    width,
    height,
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: false, y: false },
      sync: { key: syncKey },
    },
    scales: {
      x: { time: true, auto: false, min: range.fromMs, max: range.toMs, range: (_, min, max) => [min, max] },
      ...Object.fromEntries(
        units.map((unit) => [
          unit,
          {
            range: (_: uPlot, least: number | null, most: number | null) =>
              uPlot.rangeNum(Math.min(0, least ?? 0), Math.max(1, most ?? 1), 0.1, true),
          },
        ]),
      ),
    },
    axes: [
      timeAxis(timeZone, words),
      ...units.map((unit, index) => ({
        ...valueAxis(unit),
        scale: unit,
        // The first stands left with the grid, the others right.
        ...(index > 0 && { side: 1 as const, grid: { show: false } }),
      })),
    ],
    series: [
      {
        label: words.text.chart.time,
        value: (self, _, line, row) =>
          told(self, line, row ?? lastSeen(self), (timeMs) => words.dayAndTime(timeMs, timeZone)),
      },
      ...plotted.flatMap((one) => seriesOf(one, comparing, words)),
    ],
    bands: plotted.map(({ place }, index) => ({
      series: [index * SERIES_EACH + 3, index * SERIES_EACH + 2] as [number, number],
      fill: () => `${colour(lineColour(place))}30`,
    })),
    hooks: {
      setScale: [dashUnlessDense],
      drawClear: [(self) => drawShades(self, shadesOf(shown.current))],
    },
  };
}

/** Above so many points in view a dash cannot be seen, and drawing it takes a hundred times what a plain line does. */
const MOST_DASHED = 250;

function dashUnlessDense(self: uPlot): void {
  const { min = 0, max = 0 } = self.scales.x ?? {};
  const [first = 0, second = first + 1] = self.data[0];
  const isDense = ((max ?? 0) - (min ?? 0)) / (second - first) > MOST_DASHED;
  for (const series of self.series) {
    const own = dashes.get(series);
    if (own) series.dash = isDense ? [] : [...own];
  }
}

/** What each series is dashed by when there is room. */
const dashes = new WeakMap<uPlot.Series, readonly number[]>();

function seriesOf({ sensor, place }: PlottedSensor, comparing: boolean, words: Words): uPlot.Series[] {
  const unit = unitOf(sensor.quantity);
  const dash = place === 0 ? [] : dashOf(place - 1);
  const stroke = () => colour(lineColour(place));
  const value = (self: uPlot, _: unknown, column: number, row: number | null) =>
    told(self, column, row ?? lastSeen(self), (cell) => `${words.number(cell)} ${unit}`);
  const shared = { scale: unit, points: { show: false } };
  const before = filled(words.text.history.before, { sensor: sensor.name });
  return [
    { ...shared, label: keyOf(sensor.name, 2, dash), stroke, width: 1.5, dash: [...dash], value },
    { ...shared, class: "band", stroke: () => "#0000", width: 0 },
    { ...shared, class: "band", stroke: () => "#0000", width: 0 },
    {
      ...shared,
      label: keyOf(before, 1, [1, 3]),
      stroke,
      width: 1,
      dash: [1, 3],
      value,
      show: comparing,
      ...(!comparing && { class: "band" }),
    },
  ];
}

/** The newest row within the view that has a value: what is drawn beyond it is not seen. */
function lastSeen(self: uPlot): number | null {
  const most = self.scales.x?.max ?? Number.POSITIVE_INFINITY;
  const [times = [], ...lines] = self.data;
  for (let row = times.length - 1; row >= 0; row -= 1)
    if ((times[row] ?? most) <= most && lines.some((line) => line[row] != null)) return row;
  return null;
}

export function lineColour(place: number): string {
  return `--line-${(place % LINE_COLOURS) + 1}`;
}

function shadesOf({ plotted, selection }: PlotProps): readonly Shade[] {
  return [
    ...(selection ? [{ ...selection, meaning: "selection" as const }] : []),
    ...plotted.flatMap(({ columns }) =>
      columns.doubts.map((doubt) => ({ ...doubt, meaning: "doubt" as const })),
    ),
  ];
}
