/** A chart over time drawn by uPlot: lines in one unit, shades behind them, the district's wall clock below. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { TimeRange } from "../../model/sample.ts";
import { RECOLOURED } from "../shell/theme.ts";
import { useWords } from "../words/language.tsx";
import { NONE, type Words } from "../words/words.ts";
import type { Columns } from "./flow-columns.ts";

export interface ChartLine {
  readonly label: string;
  /** The one line the reader looks for, or one of those it is made of. */
  readonly weight: "main" | "part";
}

export interface Shade extends TimeRange {
  /** A night is grey; what an alarm is about has the colour of alarms, and a line where it begins. */
  readonly meaning: "night" | "alarm";
}

export interface TimeChartProps {
  /** What a screen reader says the chart shows. */
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly columns: Columns;
  readonly range: TimeRange;
  readonly shades: readonly Shade[];
  readonly unit: string;
  readonly timeZone: string;
  readonly heightPx: number;
}

/** Parts are told apart by their dashes, so that it works without colour. */
const DASHES: readonly number[][] = [
  [2, 3],
  [7, 3],
  [7, 3, 2, 3],
  [12, 4],
  [1, 2],
];

/** What uPlot was made with cannot change: another set of lines is another plot. Data, range and shades may. */
export function TimeChart(props: TimeChartProps) {
  const { lines, unit, timeZone, heightPx } = props;
  const words = useWords();
  return (
    <Plot key={JSON.stringify([words.language, lines, unit, timeZone, heightPx])} {...props} words={words} />
  );
}

interface PlotProps extends TimeChartProps {
  readonly words: Words;
}

function Plot(props: PlotProps) {
  const { title, columns, range, shades, heightPx } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(props);
  shown.current = props;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(optionsOf(shown, element.clientWidth), dataOf(shown.current.columns), element);
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

  useEffect(() => plot.current?.setData(dataOf(columns)), [columns, range, shades]);

  return <div class="chart" ref={box} role="img" aria-label={title} />;
}

/** uPlot's own null and undefined mean what ours do. */
function dataOf({ timesMs, lines }: Columns): uPlot.AlignedData {
  return [[...timesMs], ...lines.map((line) => [...line])];
}

function optionsOf(shown: { readonly current: PlotProps }, width: number): uPlot.Options {
  const { lines, unit, timeZone, heightPx: height, words } = shown.current;
  const ink = () => colour("--ink-quiet");
  const grid = { stroke: () => colour("--rule"), width: 1 };
  const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font: "12px system-ui, sans-serif" };
  const parts = lines.filter(({ weight }) => weight === "part");
  return {
    width,
    height,
    ms: 1,
    tzDate: (timeMs) => uPlot.tzDate(new Date(timeMs), timeZone),
    padding: [8, 22, 0, 0],
    cursor: { y: false, points: { size: 6 } },
    // A colour of its own would stay when light and dark change.
    legend: { markers: { show: false, stroke: () => "", fill: () => "" } },
    scales: {
      x: { range: () => [shown.current.range.fromMs, shown.current.range.toMs] },
      // Zero is always seen: a flow means nothing without it.
      y: {
        range: (_, least, most) => uPlot.rangeNum(Math.min(0, least ?? 0), Math.max(1, most ?? 1), 0.1, true),
      },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 90,
        values: (_, splits) => splits.map((timeMs) => tick(timeMs, timeZone, words)),
      },
      { ...axis, size: 48, label: unit, labelSize: 18, labelGap: 0, labelFont: axis.font },
    ],
    series: [
      {
        label: words.text.chart.time,
        value: (plot, _, line, row) => told(plot, line, row, (timeMs) => words.dayAndTime(timeMs, timeZone)),
      },
      ...lines.map((line): uPlot.Series => {
        const isMain = line.weight === "main";
        const width = isMain ? 2 : 1;
        const dash = isMain ? [] : (DASHES[parts.indexOf(line) % DASHES.length] ?? []);
        return {
          label: keyOf(line.label, width, dash),
          value: (plot, _, column, row) =>
            told(plot, column, row, (value) => `${words.number(value)} ${unit}`),
          stroke: () => colour(isMain ? "--ink" : "--ink-quiet"),
          width,
          dash,
          points: { show: false },
        };
      }),
    ],
    hooks: { drawClear: [(plot) => drawShades(plot, shown.current.shades)] },
  };
}

/** A line's name behind a piece of the line itself. */
function keyOf(label: string, width: number, dash: readonly number[]): HTMLElement {
  const key = document.createElement("span");
  const piece = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  piece.classList.add("line-key");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M0 5 H26");
  line.setAttribute("stroke-width", String(width));
  line.setAttribute("stroke-dasharray", dash.join(" "));
  piece.append(line);
  key.append(piece, label);
  return key;
}

/** What a line says below the cursor, or last when there is none. */
function told(plot: uPlot, line: number, row: number | null, inWords: (value: number) => string): string {
  const column = Array.from(plot.data[line] ?? []);
  const value = row === null ? column.findLast((cell) => cell != null) : column[row];
  return value == null ? NONE : inWords(value);
}

/** Midnight is told by its day, other times by the clock. */
function tick(timeMs: number, timeZone: string, { timeOfDay, day }: Words): string {
  const time = timeOfDay(timeMs, timeZone);
  return time === "00:00" ? day(timeMs, timeZone) : time;
}

function drawShades(plot: uPlot, shades: readonly Shade[]): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  const pixel = (timeMs: number) => Math.min(right, Math.max(bbox.left, plot.valToPos(timeMs, "x", true)));
  ctx.save();
  for (const { fromMs, toMs, meaning } of shades) {
    const from = pixel(fromMs);
    ctx.fillStyle = colour(meaning === "night" ? "--night" : "--alarm-shade");
    ctx.fillRect(from, bbox.top, pixel(toMs) - from, bbox.height);
    if (meaning === "night" || from <= bbox.left) continue;
    ctx.fillStyle = colour("--alarm-line");
    ctx.fillRect(from - devicePixelRatio, bbox.top, 2 * devicePixelRatio, bbox.height);
  }
  ctx.restore();
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}
