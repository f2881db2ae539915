/** A chart over time drawn by uPlot: lines in one unit, shades behind them, what was expected as a band, the district's wall clock below. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { TimeRange } from "../../model/sample.ts";
import { RECOLOURED } from "../shell/theme.ts";
import { useWords } from "../words/language.tsx";
import type { Words } from "../words/words.ts";
import { type Band, deviationOf, NO_BAND } from "./expected-band.ts";
import type { Columns } from "./flow-columns.ts";
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
} from "./plot-style.ts";

export interface ChartLine {
  readonly label: string;
  /** The one line the reader looks for, or one of those it is made of. */
  readonly weight: "main" | "part";
}

export interface TimeChartProps {
  /** What a screen reader says the chart shows. */
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly columns: Columns;
  readonly range: TimeRange;
  readonly shades: readonly Shade[];
  /** Between what the first line was expected, at the times of the columns; beyond it the deviation is filled. */
  readonly band?: Band | null;
  readonly unit: string;
  readonly timeZone: string;
  readonly heightPx: number;
}

/** Series behind the lines: low, high, and the first line where it is beyond them. */
const BAND_SERIES = 4;

/** What uPlot was made with cannot change: another set of lines is another plot. Data, range and shades may. */
export function TimeChart(props: TimeChartProps) {
  const { lines, unit, timeZone, heightPx, band } = props;
  const words = useWords();
  const made = JSON.stringify([words.language, lines, unit, timeZone, heightPx, band !== undefined]);
  return <Plot key={made} {...props} words={words} />;
}

interface PlotProps extends TimeChartProps {
  readonly words: Words;
}

function Plot(props: PlotProps) {
  const { title, columns, range, shades, band, heightPx } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(props);
  shown.current = props;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(optionsOf(shown, element.clientWidth), dataOf(shown.current), element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }));
    resized.observe(element);
    const repaint = () => made.redraw();
    addEventListener(RECOLOURED, repaint);
    return () => {
      removeEventListener(RECOLOURED, repaint);
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => plot.current?.setData(dataOf(props)), [columns, range, shades, band]);

  return <div class="chart" ref={box} role="img" aria-label={title} />;
}

/** uPlot's own null and undefined mean what ours do. */
function dataOf({ columns: { timesMs, lines }, band }: PlotProps): uPlot.AlignedData {
  const drawn = lines.map((line) => [...line]);
  if (band === undefined) return [[...timesMs], ...drawn];
  const { low, high } = band ?? NO_BAND;
  const { above, below } = deviationOf(lines[0] ?? [], low, high);
  return [[...timesMs], ...drawn, ...[low, high, above, below].map((line) => [...line])];
}

function optionsOf(shown: { readonly current: PlotProps }, width: number): uPlot.Options {
  const { lines, unit, timeZone, heightPx: height, words, band } = shown.current;
  const parts = lines.filter(({ weight }) => weight === "part");
  const withBand = band !== undefined;
  return {
    ...plotBase(timeZone),
    width,
    height,
    cursor: { y: false, points: { size: 6 } },
    scales: {
      x: { range: () => [shown.current.range.fromMs, shown.current.range.toMs] },
      // Zero is always seen: a flow means nothing without it.
      y: {
        range: (_, least, most) => uPlot.rangeNum(Math.min(0, least ?? 0), Math.max(1, most ?? 1), 0.1, true),
      },
    },
    axes: [timeAxis(timeZone, words), valueAxis(unit)],
    series: [
      {
        label: words.text.chart.time,
        value: (plot, _, line, row) => told(plot, line, row, (timeMs) => words.dayAndTime(timeMs, timeZone)),
      },
      ...lines.map((line): uPlot.Series => {
        const isMain = line.weight === "main";
        const width = isMain ? 2 : 1;
        const dash = isMain ? [] : dashOf(parts.indexOf(line));
        return {
          label: keyOf(line.label, width, dash),
          value: (plot, _, column, row) =>
            told(plot, column, row, (value) => `${words.number(value)} ${unit}`),
          stroke: () => colour(isMain ? "--ink" : "--ink-quiet"),
          width,
          dash: [...dash],
          points: { show: false },
        };
      }),
      ...(withBand ? Array.from({ length: BAND_SERIES }, () => unseen()) : []),
    ],
    bands: withBand ? bandsFrom(lines.length + 1) : [],
    hooks: { drawClear: [(plot) => drawShades(plot, shown.current.shades)] },
  };
}

/** Only the space between such series is drawn. */
function unseen(): uPlot.Series {
  return { class: "band", width: 0, stroke: () => "#0000", points: { show: false } };
}

function bandsFrom(low: number): uPlot.Band[] {
  const [high, above, below] = [low + 1, low + 2, low + 3];
  return [
    { series: [high, low], fill: () => colour("--band") },
    { series: [above, high], fill: () => colour("--deviation") },
    { series: [low, below], fill: () => colour("--deviation") },
  ];
}
