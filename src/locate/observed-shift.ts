/**
 * How far the sensors stand, since a leak began, from where they stood before: each hour against what the model says of it, so that
 * what is merely more use cancels, and each hour of the day against the same hours of the days before, so that what is merely wrong in
 * the model cancels too. Pure.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { Covariance } from "./covariance.ts";
import { type HourlyReadings, measuredHour, rowsOf } from "./hourly-readings.ts";
import type { MeteredDistrict, MeteredNetwork } from "./metered-network.ts";
import type { MeasuredHour, ModelHours } from "./model-hours.ts";

/** Hours of the day that are looked at together: pressures fall differently by night and by day. */
const HOUR_GROUPS: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5],
  Array.from({ length: 18 }, (_, at) => 6 + at),
];
/** Days before the leak that say how sensors stand without it, and how they scatter. */
export const DAYS_BEFORE = 21;
const LEAST_DAYS_BEFORE = 5;
/** Of a leak that grows, its latest days say most. */
const DAYS_AFTER = 3;
/** The start of a leak is known to about an hour. */
const MARGIN_MS = HOUR_MS;

export interface ShiftQuestion {
  readonly readings: HourlyReadings;
  readonly metered: MeteredNetwork;
  readonly model: ModelHours;
  readonly district: MeteredDistrict;
  readonly startMs: number;
  /** Until when the leak is known to run. */
  readonly untilMs: number;
}

export interface ObservedShift {
  /** The hours that stand for the groups below in the model: means of their measured hours. */
  readonly hours: readonly MeasuredHour[];
  /** Which reading of which of `hours` each value is. */
  readonly places: readonly { readonly reading: number; readonly hour: number }[];
  readonly values: Float64Array;
  /** Of the values, as they scatter without a leak. */
  readonly covariance: Covariance;
}

export type ShiftOutcome =
  | { readonly kind: "shift"; readonly shift: ObservedShift }
  | {
      readonly kind: "not-known";
      readonly because: "no-hours-since" | "too-few-days-before" | "no-pressure";
    };

interface ResidualHour {
  readonly row: number;
  readonly day: number;
  readonly measured: MeasuredHour;
  /** Measured less modelled, NaN where unknown. */
  readonly residuals: Float64Array;
}

export function observeShift(question: ShiftQuestion): ShiftOutcome {
  const { readings, metered, startMs, untilMs } = question;
  const afterFromMs = Math.max(startMs + MARGIN_MS, untilMs - DAYS_AFTER * DAY_MS);
  const beforeRows = rowsOf(readings, startMs - DAYS_BEFORE * DAY_MS, startMs - MARGIN_MS);
  const usual = usualUse(question, beforeRows);
  const after = rowsOf(readings, afterFromMs, untilMs).flatMap(
    (row) => residualsAt(question, row, usual) ?? [],
  );
  if (after.length === 0) return { kind: "not-known", because: "no-hours-since" };
  const before = beforeRows.flatMap((row) => residualsAt(question, row, usual) ?? []);
  const groups = HOUR_GROUPS.flatMap((hours) => {
    const mine = after.filter(({ measured }) => hours.includes(measured.hour));
    return mine.length > 0 ? [groupShift(mine, before)] : [];
  });
  const days = [...new Set(before.map(({ day }) => day))].filter((day) =>
    groups.every(({ daily }) => daily.has(day)),
  );
  if (days.length < LEAST_DAYS_BEFORE) return { kind: "not-known", because: "too-few-days-before" };
  const width = metered.pressures.length + metered.flows.length;
  const places = groups.flatMap(({ shift, daily }, hour) =>
    Array.from({ length: width }, (_, reading) => ({ reading, hour })).filter(
      ({ reading }) =>
        !Number.isNaN(shift[reading]!) && days.every((day) => !Number.isNaN(daily.get(day)![reading]!)),
    ),
  );
  if (places.length === 0) return { kind: "not-known", because: "no-pressure" };
  return {
    kind: "shift",
    shift: {
      hours: groups.map(({ typical }) => typical),
      places,
      values: Float64Array.from(places, ({ reading, hour }) => groups[hour]!.shift[reading]!),
      covariance: {
        samples: days.map((day) =>
          Float64Array.from(places, ({ reading, hour }) => groups[hour]!.daily.get(day)![reading]!),
        ),
        // The scatter of a mean over the days since, less a mean over the days before.
        scales: Float64Array.from(places, ({ hour }) =>
          Math.sqrt(1 / groups[hour]!.daysSince + 1 / days.length),
        ),
      },
    },
  };
}

/** Mean use of each district in each hour of the day, of the days before. */
function usualUse(
  { readings, metered }: ShiftQuestion,
  rows: readonly number[],
): readonly (readonly number[])[] {
  const hours = rows.map((row) => measuredHour(readings, metered, row));
  return metered.districts.map((_, district) =>
    Array.from({ length: 24 }, (_, hour) => {
      const known = hours
        .filter((one) => one.hour === hour && !Number.isNaN(one.useM3h[district]))
        .map((one) => one.useM3h[district]!);
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    }),
  );
}

function residualsAt(
  { readings, metered, model, district }: ShiftQuestion,
  row: number,
  usual: readonly (readonly number[])[],
): ResidualHour | null {
  const read = measuredHour(readings, metered, row);
  if (Number.isNaN(read.useM3h[metered.districts.indexOf(district)])) return null;
  // Another district whose meter is silent or wrong goes on using what it usually does.
  const useM3h = read.useM3h.map((use, at) => (Number.isNaN(use) ? usual[at]![read.hour]! : use));
  const measured = { ...read, useM3h };
  model.solve(measured);
  const modelled = model.readings();
  const sensors = [...metered.pressures, ...metered.flows];
  return {
    row,
    day: Math.floor(row / 24),
    measured,
    residuals: Float64Array.from(
      sensors,
      ({ sensor }, at) => (readings.means.get(sensor)?.[row] ?? Number.NaN) - modelled[at]!,
    ),
  };
}

interface GroupShift {
  readonly typical: MeasuredHour;
  readonly shift: Float64Array;
  /** For each day before, the shift it would have shown. */
  readonly daily: ReadonlyMap<number, Float64Array>;
  readonly daysSince: number;
}

function groupShift(after: readonly ResidualHour[], before: readonly ResidualHour[]): GroupShift {
  const hours = new Set(after.map(({ measured }) => measured.hour));
  const same = before.filter(({ measured }) => hours.has(measured.hour));
  const byHour = Map.groupBy(same, ({ measured }) => measured.hour);
  const usual = new Map([...byHour].map(([hour, rows]) => [hour, meanOf(rows.map((one) => one.residuals))]));
  const beyond = (one: ResidualHour) =>
    one.residuals.map((value, at) => value - (usual.get(one.measured.hour)?.[at] ?? Number.NaN));
  const byDay = Map.groupBy(same, ({ day }) => day);
  return {
    typical: typicalHour(after.map(({ measured }) => measured)),
    shift: meanOf(after.map(beyond)),
    daily: new Map(
      [...byDay].flatMap(([day, rows]) =>
        rows.length >= 0.8 * hours.size ? [[day, meanOf(rows.map(beyond))] as const] : [],
      ),
    ),
    daysSince: after.length / hours.size,
  };
}

function typicalHour(hours: readonly MeasuredHour[]): MeasuredHour {
  const mean = (of: (hour: MeasuredHour) => readonly number[]) =>
    of(hours[0]!).map((_, at) => {
      const known = hours.map((hour) => of(hour)[at]!).filter((value) => !Number.isNaN(value));
      return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : Number.NaN;
    });
  const middle = hours.map(({ hour }) => hour).sort((a, b) => a - b)[Math.floor(hours.length / 2)]!;
  return {
    hour: middle,
    useM3h: mean(({ useM3h }) => useM3h),
    fillsM3h: mean(({ fillsM3h }) => fillsM3h),
    levelsM: mean(({ levelsM }) => levelsM),
  };
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  return rows[0]!.map((_, at) => rows.reduce((sum, row) => sum + row[at]!, 0) / rows.length);
}
