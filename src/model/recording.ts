/**
 * A recording: a wide CSV with one time column and one column a meter, as loggers and spreadsheets export it. Pure: lines in, columns
 * out. Wall-clock times are resolved in the recording's zone; in the repeated hour of autumn the second pass is recognised by
 * the time going back.
 */
import { z } from "zod";
import { offsetMs } from "./local-time.ts";
import { type Series, seriesOf } from "./sample.ts";
import { BAD, GOOD } from "./status.ts";
import { factorToInside, QUANTITIES, type Quantity, unitsOf } from "./units.ts";
import { idSchema } from "./wire.ts";

const columnSchema = z
  .object({
    sensor: idSchema,
    quantity: z.enum(QUANTITIES as [Quantity, ...Quantity[]]),
    unit: z.string(),
    /** A cell times scale plus offset is in `unit`. */
    scale: z
      .number()
      .refine((scale) => scale !== 0, { error: "must not be 0" })
      .default(1),
    offset: z.number().default(0),
  })
  .strict()
  .refine((column) => factorToInside(column.quantity, column.unit) !== undefined, {
    error: (issue) => {
      const column = issue.input as { quantity: Quantity; unit: string };
      return `unit "${column.unit}" is not one of ${column.quantity}: ${unitsOf(column.quantity).join(", ")}`;
    },
  });

export const recordingSchema = z
  .object({
    timeColumn: z.string().min(1),
    /** IANA zone of wall-clock times; times that end in Z or an offset need none. */
    timeZone: z.string().min(1).default("UTC"),
    separator: z.string().length(1).default(","),
    columns: z.record(z.string(), columnSchema),
  })
  .strict();

export type Recording = z.infer<typeof recordingSchema>;

export interface RecordingFault {
  /** 1-based line of the file. */
  readonly line: number;
  readonly code:
    | "missing-column"
    | "unreadable-time"
    | "time-not-in-zone"
    | "unreadable-value"
    | "wrong-column-count";
  readonly message: string;
}

export interface RecordingParser {
  /** The next line of the file; the first is the header. A fault spares the rest of the row and of the file. */
  line(text: string): readonly RecordingFault[];
  /** The samples since the last call, one series a column that had any. An empty cell is no sample. */
  take(): readonly Series[];
}

interface Column {
  readonly index: number;
  readonly name: string;
  readonly sensor: string;
  readonly factor: number;
  readonly offset: number;
  timesMs: number[];
  values: number[];
  statuses: number[];
}

export function createRecordingParser(recording: Recording): RecordingParser {
  let lineNumber = 0;
  let header: readonly string[] = [];
  let timeIndex = -1;
  let columns: readonly Column[] = [];
  let previousMs = Number.NEGATIVE_INFINITY;

  function readHeader(text: string): RecordingFault[] {
    header = splitRow(text.replace(/^\uFEFF/, ""), recording.separator);
    timeIndex = header.indexOf(recording.timeColumn);
    const wanted = [recording.timeColumn, ...Object.keys(recording.columns)];
    const missing = wanted.filter((name) => !header.includes(name));
    columns = Object.entries(recording.columns)
      .filter(([name]) => header.includes(name))
      .map(([name, column]) => ({
        index: header.indexOf(name),
        name,
        sensor: column.sensor,
        ...conversionOf(column),
        timesMs: [],
        values: [],
        statuses: [],
      }));
    return missing.map((name) => ({
      line: 1,
      code: "missing-column",
      message: `no column "${name}"; the file has ${header.map((one) => `"${one}"`).join(", ")}`,
    }));
  }

  function readRow(text: string): RecordingFault[] {
    const cells = splitRow(text, recording.separator);
    if (cells.length !== header.length) {
      const message = `${cells.length} cells, the header has ${header.length}`;
      return [{ line: lineNumber, code: "wrong-column-count", message }];
    }
    const time = resolveTime(cells[timeIndex] ?? "", recording.timeZone, previousMs);
    if (typeof time !== "number") return [{ line: lineNumber, ...time }];
    previousMs = time;
    const faults: RecordingFault[] = [];
    for (const column of columns) {
      const cell = cells[column.index] ?? "";
      if (cell === "") continue;
      const value = Number(cell) * column.factor + column.offset;
      const readable = Number.isFinite(value);
      column.timesMs.push(time);
      column.values.push(readable ? value : Number.NaN);
      column.statuses.push(readable ? GOOD : BAD);
      if (!readable) {
        const message = `column "${column.name}": "${cell}" is not a number; kept as a bad sample`;
        faults.push({ line: lineNumber, code: "unreadable-value", message });
      }
    }
    return faults;
  }

  return {
    line(text) {
      lineNumber += 1;
      const row = text.endsWith("\r") ? text.slice(0, -1) : text;
      if (lineNumber === 1) return readHeader(row);
      return row === "" || timeIndex < 0 ? [] : readRow(row);
    },
    take() {
      const taken = columns
        .filter((column) => column.timesMs.length > 0)
        .map((column) => seriesOf(column.sensor, column.timesMs, column.values, column.statuses));
      for (const column of columns) {
        column.timesMs = [];
        column.values = [];
        column.statuses = [];
      }
      return taken;
    },
  };
}

function conversionOf({ quantity, unit, scale, offset }: Recording["columns"][string]) {
  const toInside = factorToInside(quantity, unit) ?? Number.NaN;
  return { factor: scale * toInside, offset: offset * toInside };
}

/** Cells of one row; a cell may stand in double quotes, a quote inside it doubled (RFC 4180 without line breaks in cells). */
function splitRow(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (quoted && character === '"' && text.charAt(i + 1) === '"') {
      cell += '"';
      i += 1;
    } else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  cells.push(cell.trim());
  return cells;
}

type TimeFault = Pick<RecordingFault, "code" | "message">;

const timePattern =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?$/;

function resolveTime(text: string, timeZone: string, previousMs: number): number | TimeFault {
  const parts = timePattern.exec(text);
  if (!parts) {
    return {
      code: "unreadable-time",
      message: `"${text}" is not a time such as 2026-03-01 02:15 or 2026-03-01T02:15:00Z`,
    };
  }
  const [, year, month, day, hour, minute, second = "0", fraction = "0", zone] = parts;
  const wallMs =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) +
    Number(fraction.padEnd(3, "0"));
  if (zone === "Z") return wallMs;
  if (zone) {
    const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
    return wallMs - (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  }
  // Offsets well before and after the wall time cover both sides of any switch.
  const before = wallMs - offsetMs(wallMs - 86_400_000, timeZone);
  const after = wallMs - offsetMs(wallMs + 86_400_000, timeZone);
  const candidates = [...new Set([before, after])]
    .filter((candidate) => candidate + offsetMs(candidate, timeZone) === wallMs)
    .sort((a, b) => a - b);
  const [first, again] = candidates;
  if (first === undefined) {
    return { code: "time-not-in-zone", message: `${text} does not exist in ${timeZone}: clocks skip it` };
  }
  return again !== undefined && first <= previousMs ? again : first;
}
