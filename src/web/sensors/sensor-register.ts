/** The register of sensors: of each what is wrong with it and what is due, and which of them need somebody. Pure. */
import type { LatestSample } from "../../model/history-store.ts";
import type { DistrictView } from "../../model/live.ts";
import { qualityOf } from "../../model/status.ts";
import type { District, Sensor, Utility } from "../../model/utility.ts";
import type { Verdict } from "../../model/verdict.ts";
import { isStale, sensorsOf } from "../data-health.ts";
import { isDataFault } from "../words/words.ts";

/** A date of the papers that lies this near is told. */
const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

export interface Due {
  readonly what: "calibrationDue" | "exchangeDue";
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly when: "overdue" | "soon" | "later";
}

export interface RegisterRow {
  readonly sensor: Sensor;
  /** The first district that is judged by it. */
  readonly district: District | null;
  readonly sample: LatestSample | undefined;
  readonly stale: boolean;
  readonly quality: "good" | "uncertain" | "bad";
  readonly faults: readonly Verdict[];
  readonly due: readonly Due[];
  readonly needsAttention: boolean;
}

export interface RegisterSources {
  readonly utility: Utility;
  readonly districts: ReadonlyMap<string, DistrictView>;
  readonly latest: ReadonlyMap<string, LatestSample>;
  readonly nowMs: number;
}

/** Those that need attention first, then by name. */
export function registerOf({ utility, districts, latest, nowMs }: RegisterSources): readonly RegisterRow[] {
  const districtOf = new Map<string, District>();
  for (const district of utility.districts)
    for (const { id } of sensorsOf(district, utility)) if (!districtOf.has(id)) districtOf.set(id, district);
  const faults = faultsBySensor(districts.values());
  return utility.sensors
    .map((sensor): RegisterRow => {
      const sample = latest.get(sensor.id);
      const stale = isStale(sensor, sample, nowMs);
      const quality = sample ? qualityOf(sample.status) : "good";
      const own = faults.get(sensor.id) ?? [];
      const due = dueOf(sensor, nowMs);
      return {
        sensor,
        district: districtOf.get(sensor.id) ?? null,
        sample,
        stale,
        quality,
        faults: own,
        due,
        needsAttention:
          stale || quality !== "good" || own.length > 0 || due.some(({ when }) => when !== "later"),
      };
    })
    .sort(
      (a, b) =>
        Number(b.needsAttention) - Number(a.needsAttention) || a.sensor.name.localeCompare(b.sensor.name),
    );
}

export function fits({ sensor, district }: RegisterRow, search: string): boolean {
  const { id, name, site, instrument } = sensor;
  const words = [id, name, site, district?.name, instrument?.maker, instrument?.model, instrument?.serial];
  return words.join(" ").toLowerCase().includes(search.trim().toLowerCase());
}

function faultsBySensor(views: Iterable<DistrictView>): ReadonlyMap<string, readonly Verdict[]> {
  const found = new Map<string, Map<string, Verdict>>();
  for (const { standing } of views)
    for (const verdict of standing) {
      if (verdict.subject.kind !== "sensor" || !isDataFault(verdict.kind)) continue;
      const own = found.get(verdict.subject.id) ?? new Map<string, Verdict>();
      found.set(verdict.subject.id, own.set(verdict.key, verdict));
    }
  return new Map([...found].map(([sensor, verdicts]) => [sensor, [...verdicts.values()]]));
}

function dueOf({ instrument }: Sensor, nowMs: number): readonly Due[] {
  const dates = [
    ["calibrationDue", instrument?.calibrationDueOn],
    ["exchangeDue", instrument?.exchangeDueOn],
  ] as const;
  return dates.flatMap(([what, date]) => {
    if (date === undefined) return [];
    const inMs = Date.parse(`${date}T23:59:59Z`) - nowMs;
    return [{ what, date, when: inMs < 0 ? "overdue" : inMs < SOON_DAYS * DAY_MS ? "soon" : "later" }];
  });
}
