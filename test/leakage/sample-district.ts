/** A district of one import, with the parameters of WRC TT 109/99 example 1, and regular samples for it. */
import { MINUTE_MS } from "../../src/model/clock.ts";
import { type Series, seriesOf, type TimeRange } from "../../src/model/sample.ts";
import type { District, NightParameters, Sensor } from "../../src/model/utility.ts";
import { sampleDistrict } from "../support/sample-district.ts";

/** Inputs of the published example. */
export const EXAMPLE_1: NightParameters = sampleDistrict({ id: "north" }).night;

export function districtOf(changes: Partial<District> = {}): District {
  return sampleDistrict({ id: "north", name: "North", meters: [{ sensor: "inlet", sign: 1 }], ...changes });
}

export function sensorsOf(
  intervalMinutes: Readonly<Record<string, number>>,
  quantity: Sensor["quantity"] = "flow",
): ReadonlyMap<string, Sensor> {
  return new Map(
    Object.entries(intervalMinutes).map(([id, minutes]) => {
      return [id, { id, name: id, site: "station", quantity, intervalMs: minutes * MINUTE_MS }];
    }),
  );
}

/** A sample every `intervalMinutes` in the range, its value a function of the minutes since the range began. */
export function regular(
  sensor: string,
  { fromMs, toMs }: TimeRange,
  intervalMinutes: number,
  valueAt: (minute: number) => number,
): Series {
  const count = Math.ceil((toMs - fromMs) / (intervalMinutes * MINUTE_MS));
  const minutes = Array.from({ length: count }, (_, i) => i * intervalMinutes);
  return seriesOf(
    sensor,
    minutes.map((minute) => fromMs + minute * MINUTE_MS),
    minutes.map(valueAt),
  );
}

export function bySensor(...series: readonly Series[]): ReadonlyMap<string, Series> {
  return new Map(series.map((one) => [one.sensor, one]));
}
