/**
 * System input of one district or of several together. A meter between two of them counts once in and once out, so that its error is in
 * neither's sum; a tank gives or takes what its level changed over the whole period.
 */
import type { HourlyMeans, MeterShare, ReportLine } from "../model/report.ts";
import type { District, Sensor } from "../model/utility.ts";
import { type MeteredVolume, meteredVolume } from "./hourly-volume.ts";

/** 95 % error of a full-bore meter in good order, percent; where the configuration does not say better, and then told. */
export const ASSUMED_ACCURACY_PERCENT = 2;

export interface SystemInput {
  readonly line: ReportLine;
  readonly meters: readonly MeterShare[];
}

export interface InputSources {
  readonly sensors: ReadonlyMap<string, Sensor>;
  /** By sensor; one without hours has never sent. */
  readonly hours: ReadonlyMap<string, HourlyMeans>;
}

export function systemInput(
  districts: readonly Pick<District, "meters" | "tanks" | "timeZone">[],
  { sensors, hours }: InputSources,
): SystemInput {
  const meters: MeterShare[] = [];
  const missing: string[] = [];
  let volumeM3 = 0;
  const margins: number[] = [];
  for (const [sensor, { sign, timeZone }] of crossings(districts)) {
    const given = sensors.get(sensor)?.instrument?.accuracyPercent;
    const accuracyPercent = given ?? ASSUMED_ACCURACY_PERCENT;
    const read = hours.get(sensor);
    const metered: MeteredVolume = read
      ? meteredVolume(read, accuracyPercent, timeZone)
      : { volumeM3: null, marginM3: 0, knownShare: 0 };
    const signed = metered.volumeM3 === null ? null : sign * metered.volumeM3;
    meters.push({
      sensor,
      volumeM3: signed,
      knownShare: metered.knownShare,
      accuracyPercent,
      accuracyAssumed: given === undefined,
    });
    if (signed === null) missing.push(sensor);
    else volumeM3 += signed;
    margins.push(metered.marginM3);
  }
  for (const { levelSensor, areaM2 } of districts.flatMap(({ tanks }) => tanks)) {
    const fallM = levelFallM(hours.get(levelSensor));
    if (fallM === null) missing.push(levelSensor);
    else volumeM3 += fallM * areaM2;
  }
  if (missing.length > 0 || meters.length === 0) {
    const line = { volumeM3: null, marginM3: null, from: "unknown" } as const;
    return { line: { ...line, missing: { what: "sensors", names: missing } }, meters };
  }
  return { line: { volumeM3, marginM3: Math.hypot(...margins), from: "measured" }, meters };
}

/** Meters with the sum of their signs; those whose water stays inside are left out. */
function crossings(districts: readonly Pick<District, "meters" | "timeZone">[]) {
  const found = new Map<string, { sign: number; timeZone: string }>();
  for (const { meters, timeZone } of districts) {
    for (const { sensor, sign } of meters)
      found.set(sensor, { sign: (found.get(sensor)?.sign ?? 0) + sign, timeZone });
  }
  return [...found].filter(([, { sign }]) => sign !== 0);
}

/** From the first known level to the last, m; null when it was never known. */
function levelFallM(hours: HourlyMeans | undefined): number | null {
  const known = hours ? hours.means.filter((mean) => !Number.isNaN(mean)) : [];
  const [first, last] = [known[0], known.at(-1)];
  return first === undefined || last === undefined ? null : first - last;
}
