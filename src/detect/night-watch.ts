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

export interface NightWatch {
  /** Every sample in order of time; the sensor is its place among the district's. NaN is a bad value. */
  sample(sensor: number, timeMs: number, value: number): void;
  /** After the samples of a slot: is true of a sensor that is not to be believed. Hands back the night that is over, if one is. */
  slotOver(startMs: number, endMs: number, isWithdrawn: (sensor: number) => boolean): Night | null;
}

interface Column {
  timesMs: number[];
  values: number[];
}

export function createNightWatch(district: District, sensors: ReadonlyMap<string, Sensor>): NightWatch {
  const ids = sensorsOf(district);
  // The level at the very end of the night belongs to it, and comes with the slot after it.
  const waitMs = district.tanks.length > 0 ? 1 : 0;
  const columns: Column[] = ids.map(() => ({ timesMs: [], values: [] }));
  let withdrawn = new Set<string>();
  let date = "";
  let window: TimeRange = { fromMs: Number.NaN, toMs: Number.NEGATIVE_INFINITY };
  let range: TimeRange = window;

  function expect(next: string): void {
    date = next;
    window = nightWindowOf(date, district.timeZone, district.nightWindow);
    range = samplesRangeOf(district, sensors, window);
    withdrawn = new Set();
    for (const column of columns) {
      const kept = column.timesMs.findIndex((timeMs) => timeMs >= range.fromMs);
      column.timesMs = kept < 0 ? [] : column.timesMs.slice(kept);
      column.values = kept < 0 ? [] : column.values.slice(kept);
    }
  }

  /** The first night that is not over before a time. */
  function expectAfter(timeMs: number): void {
    expect(localDateOf(timeMs, district.timeZone));
    if (window.toMs <= timeMs) expect(addDays(date, 1));
  }

  return {
    sample(sensor, timeMs, value) {
      if (date === "") expectAfter(timeMs);
      if (timeMs < range.fromMs || timeMs >= range.toMs) return;
      columns[sensor]!.timesMs.push(timeMs);
      columns[sensor]!.values.push(value);
    },
    slotOver(startMs, endMs, isWithdrawn) {
      if (date === "") expectAfter(startMs);
      if (endMs > window.fromMs && startMs < window.toMs)
        for (const [sensor, id] of ids.entries()) if (isWithdrawn(sensor)) withdrawn.add(id);
      if (endMs < window.toMs + waitMs) return null;
      const series = new Map(
        columns.map(({ timesMs, values }, sensor) => {
          const statuses = values.map((value) => (Number.isNaN(value) ? BAD : GOOD));
          return [ids[sensor]!, seriesOf(ids[sensor]!, timesMs, values, statuses)];
        }),
      );
      const night = assessNight(district, date, { sensors, series, withdrawn });
      // After a silence that was not judged slot by slot, the nights in it are passed over.
      if (endMs - window.toMs > DAY_MS) expectAfter(startMs);
      else expect(addDays(date, 1));
      return night;
    },
  };
}

export interface NightStanding {
  /** `supplies`: what an intermittent district is judged on in place of its nights. */
  observe(night: Night, supplies?: SupplySummary | null): readonly Verdict[];
}

/** One finding for a row of nights that could not be assessed. */
export function createNightStanding(district: string): NightStanding {
  const subject: Subject = { kind: "district", id: district };
  let standing: Verdict | null = null;
  return {
    observe({ outcome, windowStartMs, windowEndMs }, supplies = null) {
      const over = (how: Evidence): readonly Verdict[] => {
        if (!standing) return [];
        const ended = endFinding(standing, windowStartMs, windowEndMs, how);
        standing = null;
        return [ended];
      };
      if (outcome.kind === "assessed") {
        const nights = standing ? Math.round((windowStartMs - standing.startMs) / DAY_MS) : 0;
        return over(evidence("nights-assessed-again", { nights }));
      }
      const bySupplies = supplies && outcome.because.every(({ code }) => code === "supply-off");
      if (bySupplies && supplies.leastM3h !== null) return over(suppliesTold(supplies, supplies.leastM3h));
      const because = bySupplies ? [...outcome.because, tooFew(supplies)] : outcome.because;
      const told = standing?.missing.map(({ code }) => code).join();
      if (told === because.map(({ code }) => code).join()) return [];
      standing = openFinding(subject, "not-assessable", standing?.startMs ?? windowStartMs, {
        decidedMs: windowEndMs,
        confidence: 1,
        evidence: [],
        missing: because,
      });
      return [standing];
    },
  };
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
