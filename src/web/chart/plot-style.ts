/** How every chart of the page looks: axes, grid, dashes, shades and what a legend says. Colours are read when drawn, so light and dark may change. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { TimeRange } from "../../model/sample.ts";
import { RECOLOURED } from "../shell/theme.ts";
import { NONE, type Words } from "../words/words.ts";

export interface Shade extends TimeRange {
  /** A night is grey; what an alarm is about has the colour of alarms, and a line where it begins; doubt is a bar along the bottom. */
  readonly meaning: "night" | "alarm" | "doubt" | "selection";
}

const FILLS = { night: "--night", alarm: "--alarm-shade", selection: "--selection" } as const;

const FONT = "12px system-ui, sans-serif";

/** Parts are told apart by their dashes, so that it works without colour. */
const DASHES: readonly number[][] = [
  [2, 3],
  [7, 3],
  [7, 3, 2, 3],
  [12, 4],
  [1, 2],
];

export function dashOf(part: number): readonly number[] {
  return DASHES[part % DASHES.length] ?? [];
}

/** Asking for a style makes the browser compute all of them: once a theme, not for every line of every frame. */
const colours = new Map<string, string>();
addEventListener(RECOLOURED, () => colours.clear(), { capture: true });

export function colour(name: string): string {
  const known = colours.get(name);
  if (known !== undefined) return known;
  const found = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  colours.set(name, found);
  return found;
}

function axis(): uPlot.Axis {
  const grid = { stroke: () => colour("--rule"), width: 1 };
  return { stroke: () => colour("--ink-quiet"), grid, ticks: { ...grid, size: 4 }, font: FONT };
}

export function timeAxis(timeZone: string, words: Words): uPlot.Axis {
  return {
    ...axis(),
    size: 28,
    space: 90,
    values: (_, splits) => splits.map((timeMs) => tick(timeMs, timeZone, words)),
  };
}

export function valueAxis(unit: string): uPlot.Axis {
  return { ...axis(), size: 48, label: unit, labelSize: 18, labelGap: 0, labelFont: FONT };
}

/** Midnight is told by its day, the first of a month by its name, other times by the clock. */
function tick(timeMs: number, timeZone: string, { timeOfDay, day }: Words): string {
  const time = timeOfDay(timeMs, timeZone);
  return time === "00:00" ? day(timeMs, timeZone) : time;
}

/** What is the same for all plots: wall clock, cursor, a legend whose texts keep the page's colour. */
export function plotBase(timeZone: string) {
  return {
    ms: 1 as const,
    tzDate: (timeMs: number) => uPlot.tzDate(new Date(timeMs), timeZone),
    padding: [8, 22, 0, 0] as uPlot.Padding,
    // A colour of its own would stay when light and dark change.
    legend: { markers: { show: false, stroke: () => "", fill: () => "" } },
  };
}

/** A line's name behind a piece of the line itself. */
export function keyOf(label: string, width: number, dash: readonly number[]): HTMLElement {
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
export function told(
  plot: uPlot,
  line: number,
  row: number | null,
  inWords: (value: number) => string,
): string {
  const column = plot.data[line] ?? [];
  const value = row === null ? Array.from(column).findLast((cell) => cell != null) : column[row];
  return value == null ? NONE : inWords(value);
}

export function drawShades(plot: uPlot, shades: readonly Shade[]): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  const pixel = (timeMs: number) => Math.min(right, Math.max(bbox.left, plot.valToPos(timeMs, "x", true)));
  ctx.save();
  for (const { fromMs, toMs, meaning } of shades) {
    const from = pixel(fromMs);
    const width = pixel(toMs) - from;
    if (meaning === "doubt") {
      const height = 5 * devicePixelRatio;
      ctx.fillStyle = colour("--fault");
      ctx.fillRect(from, bbox.top + bbox.height - height, Math.max(width, devicePixelRatio), height);
      continue;
    }
    ctx.fillStyle = colour(FILLS[meaning]);
    ctx.fillRect(from, bbox.top, width, bbox.height);
    if (meaning !== "alarm" || from <= bbox.left) continue;
    ctx.fillStyle = colour("--alarm-line");
    ctx.fillRect(from - devicePixelRatio, bbox.top, 2 * devicePixelRatio, bbox.height);
  }
  ctx.restore();
}
