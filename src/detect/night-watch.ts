/**
 * Keeps the samples of a district's night window and has the night assessed as soon as it is over. Nights that cannot be assessed
 * are one standing finding, from the first of them to the next that can.
 */
import { assessNight } from "../leakage/assess-night.ts";
import { samplesRangeOf } from "../leakage/net-inflow.ts";
import { DAY_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import { addDays, localDateOf, nightWindowOf } from "../model/local-time.ts";
import type { Night, Reason } from "../model/night.ts";
import { seriesOf, type TimeRange } from "../model/sample.ts";
import { BAD, GOOD } from "../model/status.ts";
import type { District, Sensor } from "../model/utility.ts";
import type { Evidence, Subject, Verdict } from "../model/verdict.ts";
import { sensorsOf } from "./net-inflow.ts";
import { endFinding, openFinding } from "./standing-finding.ts";
import { SUPPLIES_REQUIRED, type SupplySummary } from "./supply-judge.ts";

interface Column {
  readonly sensor: string;
  timesMs: number[];
  values: number[];
}

export interface NightWatch {
  /** Samples in time for the night that is waited for, by the sensor's place in the district. */
  readonly columns: readonly Column[];
  /** Sensors that were not to be believed at some time of that night. */
  readonly withdrawn: Set<string>;
  /** Of that night; empty before the first sample. */
  date: string;
  window: TimeRange;
  /** The time whose samples tell of the window. */
  range: TimeRange;
}

export interface NightSurroundings {
  readonly district: District;
  readonly sensors: ReadonlyMap<string, Sensor>;
}

export function createNightWatch(district: District): NightWatch {
  const never: TimeRange = { fromMs: Number.NaN, toMs: Number.NEGATIVE_INFINITY };
  return {
    columns: sensorsOf(district).map((sensor) => ({ sensor, timesMs: [], values: [] })),
    withdrawn: new Set(),
    date: "",
    window: never,
    range: never,
  };
}

/** Every sample in order of time; the sensor is its place among the district's. NaN is a bad value. */
export function noteNightSample(
  watch: NightWatch,
  sensor: number,
  timeMs: number,
  value: number,
  surroundings: NightSurroundings,
): void {
  if (watch.date === "") expectAfter(watch, timeMs, surroundings);
  if (timeMs < watch.range.fromMs || timeMs >= watch.range.toMs) return;
  const column = watch.columns[sensor]!;
  column.timesMs.push(timeMs);
  column.values.push(value);
}

/** After the samples of a slot: is true of a sensor that is not to be believed. Hands back the night that is over, if one is. */
export function nightOver(
  watch: NightWatch,
  startMs: number,
  endMs: number,
  isWithdrawn: (sensor: number) => boolean,
  surroundings: NightSurroundings,
): Night | null {
  const { district, sensors } = surroundings;
  if (watch.date === "") expectAfter(watch, startMs, surroundings);
  const { columns, withdrawn, window, date } = watch;
  if (endMs > window.fromMs && startMs < window.toMs)
    for (let place = 0; place < columns.length; place += 1)
      if (isWithdrawn(place)) withdrawn.add(columns[place]!.sensor);
  // The level at the very end of the night belongs to it, and comes with the slot after it.
  if (endMs < window.toMs + (district.tanks.length > 0 ? 1 : 0)) return null;
  const series = new Map(
    columns.map(({ sensor, timesMs, values }) => {
      const statuses = values.map((value) => (Number.isNaN(value) ? BAD : GOOD));
      return [sensor, seriesOf(sensor, timesMs, values, statuses)];
    }),
  );
  const night = assessNight(district, date, { sensors, series, withdrawn });
  // After a silence that was not judged slot by slot, the nights in it are passed over.
  if (endMs - window.toMs > DAY_MS) expectAfter(watch, startMs, surroundings);
  else expectNight(watch, addDays(date, 1), surroundings);
  return night;
}

function expectNight(watch: NightWatch, date: string, { district, sensors }: NightSurroundings): void {
  watch.date = date;
  watch.window = nightWindowOf(date, district.timeZone, district.nightWindow);
  watch.range = samplesRangeOf(district, sensors, watch.window);
  watch.withdrawn.clear();
  for (const column of watch.columns) {
    const kept = column.timesMs.findIndex((timeMs) => timeMs >= watch.range.fromMs);
    column.timesMs = kept < 0 ? [] : column.timesMs.slice(kept);
    column.values = kept < 0 ? [] : column.values.slice(kept);
  }
}

/** The first night that is not over before a time. */
function expectAfter(watch: NightWatch, timeMs: number, surroundings: NightSurroundings): void {
  expectNight(watch, localDateOf(timeMs, surroundings.district.timeZone), surroundings);
  if (watch.window.toMs <= timeMs) expectNight(watch, addDays(watch.date, 1), surroundings);
}

/** One finding for a row of nights that could not be assessed; null while they can. */
export interface NightStanding {
  readonly district: string;
  finding: Verdict | null;
}

export function createNightStanding(district: string): NightStanding {
  return { district, finding: null };
}

/** `supplies`: what an intermittent district is judged on in place of its nights. */
export function nightStands(
  standing: NightStanding,
  { outcome, windowStartMs, windowEndMs }: Night,
  supplies: SupplySummary | null = null,
): readonly Verdict[] {
  const { finding } = standing;
  const over = (how: Evidence): readonly Verdict[] => {
    if (!finding) return [];
    standing.finding = null;
    return [endFinding(finding, windowStartMs, windowEndMs, how)];
  };
  if (outcome.kind === "assessed") {
    const nights = finding ? Math.round((windowStartMs - finding.startMs) / DAY_MS) : 0;
    return over(evidence("nights-assessed-again", { nights }));
  }
  const bySupplies = supplies && outcome.because.every(({ code }) => code === "supply-off");
  if (bySupplies && supplies.leastM3h !== null) return over(suppliesTold(supplies, supplies.leastM3h));
  const because = bySupplies ? [...outcome.because, tooFew(supplies)] : outcome.because;
  const told = finding?.missing.map(({ code }) => code).join();
  if (told === because.map(({ code }) => code).join()) return [];
  const subject: Subject = { kind: "district", id: standing.district };
  const opened = openFinding(subject, "not-assessable", finding?.startMs ?? windowStartMs, {
    decidedMs: windowEndMs,
    confidence: 1,
    evidence: [],
    missing: because,
  });
  standing.finding = opened;
  return [opened];
}

function suppliesTold({ suppliedHPerDay, supplies }: SupplySummary, leastSteadyM3h: number): Evidence {
  return evidence("judged-by-supplies", { suppliedH: suppliedHPerDay, supplies, leastSteadyM3h });
}

function tooFew({ supplies }: SupplySummary): Reason {
  return {
    code: "too-few-supplies",
    figures: { steadySupplies: supplies, requiredSupplies: SUPPLIES_REQUIRED },
  };
}
