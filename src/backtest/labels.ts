/**
 * Known leaks to score against: one row a leak, with the columns of the BattLeDIM labels (pipe, metered_dma, start, repaired, peak,
 * type, max_flow_m3h_est). Times are wall clock of the district.
 */
import { HOUR_MS } from "../model/clock.ts";
import { Failure } from "../model/failure.ts";
import { createRecordingParser } from "../model/recording.ts";
import type { District } from "../model/utility.ts";

export interface Label {
  readonly name: string;
  readonly district: string;
  readonly type: "abrupt" | "incipient";
  readonly startMs: number;
  /** When it had grown to its full size; the start for an abrupt one. */
  readonly peakMs: number;
  readonly repairedMs: number | null;
  readonly flowM3h: number;
}

const COLUMNS = ["pipe", "metered_dma", "start", "repaired", "peak", "type", "max_flow_m3h_est"] as const;

/** Labels of the districts given; those of others are left out. Throws Failure "bad-labels" naming the line. */
export function parseLabels(text: string, districts: readonly District[]): readonly Label[] {
  const [header = "", ...rows] = text.trim().split(/\r?\n/);
  const names = header.split(",");
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new Failure("bad-labels", `no column ${missing.join(", ")} in the labels`);
  return rows.flatMap((row, i) => {
    const cells = row.split(",");
    const cell = (column: (typeof COLUMNS)[number]) => cells[names.indexOf(column)] ?? "";
    const district = districts.find(({ id, name }) =>
      [id, name].some((one) => one.toLowerCase() === cell("metered_dma").toLowerCase()),
    );
    return district ? [labelOf(cell, district, i + 2)] : [];
  });
}

function labelOf(
  cell: (column: (typeof COLUMNS)[number]) => string,
  district: District,
  line: number,
): Label {
  const type = cell("type");
  const flowM3h = Number(cell("max_flow_m3h_est"));
  if (type !== "abrupt" && type !== "incipient") throw bad(line, `type "${type}" is not abrupt or incipient`);
  if (!(flowM3h > 0)) throw bad(line, `flow "${cell("max_flow_m3h_est")}" is not above 0`);
  const time = (column: "start" | "peak" | "repaired") => wallTime(cell(column), district.timeZone, line);
  return {
    name: cell("pipe"),
    district: district.id,
    type,
    startMs: time("start"),
    peakMs: time("peak"),
    repairedMs: cell("repaired") === "" ? null : time("repaired"),
    flowM3h,
  };
}

/** Reads a time as recordings are read: one rule for wall clocks in the whole product. */
function wallTime(text: string, timeZone: string, line: number): number {
  const parser = createRecordingParser({
    timeColumn: "time",
    timeZone,
    separator: ",",
    columns: { value: { sensor: "label", quantity: "flow", unit: "m3/h", scale: 1, offset: 0 } },
  });
  parser.line("time,value");
  const [fault] = parser.line(`${text},0`);
  const timeMs = parser.take()[0]?.timesMs[0];
  if (fault || timeMs === undefined) throw bad(line, fault?.message ?? `no time in "${text}"`);
  return timeMs;
}

function bad(line: number, message: string): Failure {
  return new Failure("bad-labels", `labels, line ${line}: ${message}`);
}

/**
 * What a labelled leak loses at a time, m3/h. An incipient one grows with the square of its age until its peak, because its
 * diameter grows evenly (BattLeDIM's generator).
 */
export function leakFlowM3h(label: Label, timeMs: number): number {
  if (timeMs < label.startMs || (label.repairedMs !== null && timeMs >= label.repairedMs)) return 0;
  if (timeMs >= label.peakMs) return label.flowM3h;
  return label.flowM3h * ((timeMs - label.startMs) / (label.peakMs - label.startMs)) ** 2;
}

/** When a leak first loses so much; Infinity when it never does. */
export function reachesMs(label: Label, flowM3h: number): number {
  if (label.type === "abrupt") return label.startMs;
  if (label.flowM3h < flowM3h) return Number.POSITIVE_INFINITY;
  const grownMs = (label.peakMs - label.startMs) * Math.sqrt(flowM3h / label.flowM3h);
  const reachedMs = label.startMs + Math.ceil(grownMs / HOUR_MS) * HOUR_MS;
  return label.repairedMs !== null && reachedMs >= label.repairedMs ? Number.POSITIVE_INFINITY : reachedMs;
}
