/** Received columns -> samples fit to be stored, and what had to be turned away with its reason. Pure. */
import { type Series, withDelays } from "../model/sample.ts";
import { receivedDelays, receivedStatus, type WireSeries } from "../model/wire.ts";
import type { Rejection, RejectionReason } from "./rejection.ts";
import type { UncheckedSeries } from "./telemetry-decoder.ts";

export interface Screening {
  readonly isKnown: (sensor: string) => boolean;
  /** How far ahead of the centre's clock a source's may be. */
  readonly futureToleranceMs: number;
  /** Times before it come from clocks that were never set. */
  readonly earliestMs: number;
}

export interface ScreeningRules extends Screening {
  readonly nowMs: number;
}

export interface Screened {
  readonly series: readonly Series[];
  readonly rejections: readonly Rejection[];
}

export function screen(received: readonly UncheckedSeries[], rules: ScreeningRules): Screened {
  const series: Series[] = [];
  const rejections: Rejection[] = [];
  for (const one of received) {
    const checked = checkColumns(one, rules);
    if ("reason" in checked) rejections.push(checked);
    else screenSamples(checked, rules, series, rejections);
  }
  return { series, rejections };
}

function checkColumns(one: UncheckedSeries, rules: ScreeningRules): WireSeries | Rejection {
  const refuse = (reason: RejectionReason, detail: string): Rejection => ({
    reason,
    detail: `sensor ${one.sensor}: ${detail}`,
    samples: one.t.length,
    series: one as WireSeries,
  });
  if (!rules.isKnown(one.sensor)) return refuse("unknown-sensor", "not in the configuration");
  const { t, v, q, d } = one;
  if (v.length !== t.length || (q && q.length !== t.length)) {
    return refuse("length-mismatch", `${t.length} times, ${v.length} values, ${q?.length ?? "no"} statuses`);
  }
  if (d && d.length !== t.length)
    return refuse("length-mismatch", `${t.length} times and ${d.length} server delays`);
  if (!isNumbers(t)) return refuse("not-numbers", "t holds something that is not a number");
  if (!isNumbersOrNull(v))
    return refuse("not-numbers", "v holds something that is neither a number nor null");
  if (q && !isStatuses(q)) return refuse("not-numbers", "q holds something that is not a 32-bit status code");
  if (d && !isDelays(d)) return refuse("not-numbers", "d holds something that is neither whole ms nor null");
  return { sensor: one.sensor, t, v, ...(q && { q }), ...(d && { d }) };
}

/** The usual series has nothing to turn away and is copied at once; else its rows are sorted out by reason. */
function screenSamples(
  one: WireSeries,
  rules: ScreeningRules,
  series: Series[],
  rejections: Rejection[],
): void {
  if (isFit(one, rules)) {
    series.push(toColumns(one));
    return;
  }
  const reasons = one.t.map((time, row) => refusalOf(time, one.v[row]!, rules));
  for (const reason of new Set(reasons)) {
    const part = pick(
      one,
      [...reasons.keys()].filter((row) => reasons[row] === reason),
    );
    if (!reason) {
      series.push(toColumns(part));
      continue;
    }
    const samples = part.t.length;
    const detail = `sensor ${one.sensor}: ${samples} of ${one.t.length} samples, the first with time ${part.t[0]} and value ${part.v[0]}`;
    rejections.push({ reason, detail, samples, series: part });
  }
}

function isFit({ t, v }: WireSeries, rules: ScreeningRules): boolean {
  for (let row = 0; row < t.length; row += 1) if (refusalOf(t[row]!, v[row]!, rules)) return false;
  return true;
}

/** Why a sample may not be stored; undefined when it may. */
export function refusalOf(
  time: number,
  value: number | null,
  rules: ScreeningRules,
): RejectionReason | undefined {
  if (!Number.isInteger(time)) return "time-not-whole-ms";
  if (time > rules.nowMs + rules.futureToleranceMs) return "future-time";
  if (time < rules.earliestMs) return "time-too-early";
  return value === null || Number.isFinite(value) ? undefined : "non-finite-value";
}

function toColumns({ sensor, t, v, q, d }: WireSeries): Series {
  const length = t.length;
  const values = new Float64Array(length);
  const statuses = new Uint32Array(length);
  for (let row = 0; row < length; row += 1) {
    const value = v[row]!;
    values[row] = value ?? Number.NaN;
    statuses[row] = receivedStatus(value, q?.[row]);
  }
  const plain = { sensor, timesMs: new Float64Array(t), values, statuses };
  return d ? withDelays(plain, receivedDelays(d)) : plain;
}

function pick({ sensor, t, v, q, d }: WireSeries, rows: readonly number[]): WireSeries {
  const taken = { sensor, t: rows.map((row) => t[row]!), v: rows.map((row) => v[row]!) };
  return {
    ...taken,
    ...(q && { q: rows.map((row) => q[row]!) }),
    ...(d && { d: rows.map((row) => d[row]!) }),
  };
}

function isNumbers(column: readonly unknown[]): column is number[] {
  return column.every((value) => typeof value === "number");
}

function isNumbersOrNull(column: readonly unknown[]): column is (number | null)[] {
  return column.every((value) => typeof value === "number" || value === null);
}

function isDelays(column: readonly unknown[]): column is (number | null)[] {
  return column.every((value) => value === null || Number.isSafeInteger(value));
}

function isStatuses(column: readonly unknown[]): column is number[] {
  return column.every(
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff,
  );
}
