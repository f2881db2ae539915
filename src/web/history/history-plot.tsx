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
    ...plotted.flatMap(({ columns: { means, before } }) => [means as Cell[], before as Cell[]]),
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
        units.map((unit) => [unit, { range: (self: uPlot) => extremesOf(self, shown.current, unit) }]),
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
    hooks: {
      setScale: [dashUnlessDense],
      drawClear: [
        (self) => drawShades(self, shadesOf(shown.current)),
        (self) => drawExtremes(self, shown.current),
      ],
    },
  };
}

/** The rows in view, one more at either end. */
function rowsInView(self: uPlot, timesMs: readonly number[]): readonly [number, number] {
  const { min, max } = self.scales.x ?? {};
  const [first = 0, second = first + 1] = timesMs;
  const rowAt = (timeMs: number) => (timeMs - first) / (second - first);
  return [
    Math.max(0, Math.floor(rowAt(min ?? first))),
    Math.min(timesMs.length - 1, Math.ceil(rowAt(max ?? first))),
  ];
}

/** What an axis has to show: zero, and every extreme in view. */
function extremesOf(self: uPlot, { plotted, timesMs }: PlotProps, unit: string): [number, number] {
  const [from, to] = rowsInView(self, timesMs);
  let [least, most] = [0, 1];
  for (const { sensor, columns } of plotted) {
    if (unitOf(sensor.quantity) !== unit) continue;
    for (let row = from; row <= to; row += 1) {
      least = Math.min(least, columns.minima[row] ?? least, columns.before[row] ?? least);
      most = Math.max(most, columns.maxima[row] ?? most, columns.before[row] ?? most);
    }
  }
  const [low, high] = uPlot.rangeNum(least, most, 0.1, true);
  return [low ?? least, high ?? most];
}

/** A bar a bucket from least to greatest. uPlot's own bands clip by the lines' path, which takes a browser without a graphics card a second. */
function drawExtremes(self: uPlot, { plotted, timesMs }: PlotProps): void {
  const { ctx, bbox } = self;
  const [from, to] = rowsInView(self, timesMs);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { sensor, place, columns } of plotted) {
    const unit = unitOf(sensor.quantity);
    ctx.fillStyle = `${colour(lineColour(place))}30`;
    const half = (self.valToPos(timesMs[1] ?? 1, "x", true) - self.valToPos(timesMs[0] ?? 0, "x", true)) / 2;
    for (let row = from; row <= to; row += 1) {
      const [least, most] = [columns.minima[row], columns.maxima[row]];
      if (least == null || most == null || most <= least) continue;
      const top = self.valToPos(most, unit, true);
      ctx.fillRect(
        self.valToPos(timesMs[row] ?? 0, "x", true) - half,
        top,
        2 * half,
        self.valToPos(least, unit, true) - top,
      );
    }
  }
  ctx.restore();
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
