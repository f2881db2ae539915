/** What was to be expected, hour by hour, as the band of a chart whose times are others; and where a line leaves it. Pure. */
import { HOUR_MS } from "../../model/clock.ts";
import type { Cell } from "./flow-columns.ts";

/** Columns of equal length, an hour a row, as the centre answers; null where nothing was to be expected. */
export interface Expected {
  readonly startsMs: readonly number[];
  readonly lowM3h: readonly (number | null)[];
  readonly highM3h: readonly (number | null)[];
}

export interface Band {
  readonly low: readonly Cell[];
  readonly high: readonly Cell[];
}

export const NO_BAND: Band = { low: [], high: [] };

/** Between the middles of two hours the band goes straight from one to the other. */
export function bandAt(timesMs: readonly number[], { startsMs, lowM3h, highM3h }: Expected): Band {
  const [firstMs] = startsMs;
  if (firstMs === undefined) return NO_BAND;
  const along = (column: readonly (number | null)[]) =>
    timesMs.map((timeMs): Cell => {
      const at = (timeMs - firstMs) / HOUR_MS - 0.5;
      const row = Math.floor(at);
      const here = column[Math.max(0, row)] ?? null;
      const next = column[row + 1] ?? here;
      if (here === null || next === null || row < -1 || row >= column.length) return null;
      return row < 0 ? here : here + (next - here) * (at - row);
    });
  return { low: along(lowM3h), high: along(highM3h) };
}

/** The line where it is above `high`, else `high`; and the same below `low`: what lies between is the deviation. */
export function deviationOf(
  line: readonly Cell[],
  low: readonly Cell[],
  high: readonly Cell[],
): { readonly above: readonly Cell[]; readonly below: readonly Cell[] } {
  const beyond = (limit: readonly Cell[], pick: (a: number, b: number) => number) =>
    line.map((cell, row): Cell => {
      const bound = limit[row];
      if (typeof bound !== "number") return null;
      return typeof cell === "number" ? pick(cell, bound) : cell === null ? null : undefined;
    });
  return { above: beyond(high, Math.max), below: beyond(low, Math.min) };
}
