/** What is wrong with the measuring in a district, apart from what is wrong with its water. Pure. */
import type { LatestSample } from "../model/history-store.ts";
import type { DistrictView } from "../model/live.ts";
import type { District, Sensor, Utility } from "../model/utility.ts";
import type { Subject, VerdictKind } from "../model/verdict.ts";
import { isDataFault } from "./words/words.ts";

/** Intervals without a value after which the last one no longer tells what is: one may be late, three are gone. */
const STALE_INTERVALS = 3;
/** Below this, silence says more about the link than about the meter. */
const STALE_AT_LEAST_MS = 15_000;

export interface SensorFault {
  readonly sensor: Sensor | null;
  /** Of the sensor when it is not of the register. */
  readonly id: string;
  readonly kind: VerdictKind;
  readonly startMs: number;
}

export function isStale(sensor: Sensor, sample: LatestSample | undefined, nowMs: number): boolean {
  if (!sample) return true;
  return nowMs - sample.timeMs > Math.max(STALE_INTERVALS * sensor.intervalMs, STALE_AT_LEAST_MS);
}

/** Every sensor the district is judged by: meters, tank levels, pressure. Unknown ids are left out. */
export function sensorsOf(district: District, utility: Utility): readonly Sensor[] {
  const ids = [
    ...district.meters.map(({ sensor }) => sensor),
    ...district.tanks.map(({ levelSensor }) => levelSensor),
    ...(district.pressureSensor ? [district.pressureSensor] : []),
  ];
  return [...new Set(ids)].flatMap((id) => utility.sensors.find((sensor) => sensor.id === id) ?? []);
}

export function sensorFaults({ standing }: DistrictView, utility: Utility): readonly SensorFault[] {
  return standing
    .filter(({ subject, kind }) => subject.kind === "sensor" && isDataFault(kind))
    .map(({ subject, kind, startMs }) => ({
      sensor: utility.sensors.find(({ id }) => id === subject.id) ?? null,
      id: subject.id,
      kind,
      startMs,
    }));
}

/** The district that a verdict about it, about one of its sensors or about the site of one belongs to. */
export function districtOf({ kind, id }: Subject, utility: Utility): District | undefined {
  if (kind === "district") return utility.districts.find((district) => district.id === id);
  return utility.districts.find((district) =>
    sensorsOf(district, utility).some((sensor) => (kind === "site" ? sensor.site : sensor.id) === id),
  );
}
