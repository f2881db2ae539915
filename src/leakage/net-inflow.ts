/**
 * Net inflow of a district, m3/h by slot: sum(imports) - sum(exports) + (storage at start - storage at end)/dt. Meters are signed and
 * reverse flow is never clipped. The slot is the coarsest interval expected of the district's meters, from the start of the range
 * on, so that a window of local time is cut into whole slots in every zone. Where a meter or a level has no value for a slot,
 * the net inflow has none: a sum without one of its parts would be another district's.
 */
import { Failure } from "../model/failure.ts";
import { type Series, seriesOf, type TimeRange } from "../model/sample.ts";
import type { District, Sensor } from "../model/utility.ts";
import { type SlotGrid, slotGridOf, slotMeans } from "./slot-grid.ts";
import { tankOutflow } from "./tank-storage.ts";

/** What was measured. A sensor without a series had no samples. */
export interface Measurements {
  /** Every sensor that the district names. */
  readonly sensors: ReadonlyMap<string, Sensor>;
  /** Samples of any time and order; those outside the range asked for are not used. */
  readonly series: ReadonlyMap<string, Series>;
}

interface PartShare {
  readonly sensor: string;
  /** Share of the range for which the part is known, 0..1. */
  readonly share: number;
}

export interface NetInflow {
  readonly grid: SlotGrid;
  /** NaN where a meter or level is missing. */
  readonly flowsM3h: Float64Array;
  readonly meters: readonly PartShare[];
  readonly tanks: readonly PartShare[];
}

/** Throws Failure "unknown-sensor" for a meter or tank level that is not among the sensors, "no-meters" for a district without meters. */
export function netInflow(
  district: Pick<District, "id" | "meters" | "tanks">,
  { sensors, series }: Measurements,
  range: TimeRange,
): NetInflow {
  const grid = slotGridOf(range, coarsestIntervalMs(district, sensors));
  const flowsM3h = new Float64Array(grid.count);
  const meters = district.meters.map(({ sensor, sign }) => {
    const { means, coveredShare } = slotMeans(
      series.get(sensor) ?? seriesOf(sensor, [], []),
      intervalMsOf(sensor, sensors),
      grid,
    );
    for (let slot = 0; slot < grid.count; slot += 1) flowsM3h[slot]! += sign * means[slot]!;
    return { sensor, share: coveredShare };
  });
  const tanks = district.tanks.map(({ levelSensor: sensor, areaM2 }) => {
    const levels = series.get(sensor) ?? seriesOf(sensor, [], []);
    const outflowM3h = tankOutflow(levels, intervalMsOf(sensor, sensors), areaM2, grid);
    for (let slot = 0; slot < grid.count; slot += 1) flowsM3h[slot]! += outflowM3h[slot]!;
    return { sensor, share: knownShare(outflowM3h) };
  });
  return { grid, flowsM3h, meters, tanks };
}

/** Share of values that are known, 0..1; NaN for none at all. */
export function knownShare(values: Float64Array): number {
  let known = 0;
  for (const value of values) if (!Number.isNaN(value)) known += 1;
  return known / values.length;
}

/**
 * The samples to read for a range: from two of the slowest sensor's intervals before it, because a sample stands for the time after it,
 * to just beyond its end, where a level counts.
 */
export function samplesRangeOf(
  district: Pick<District, "meters" | "tanks" | "pressureSensor">,
  sensors: ReadonlyMap<string, Sensor>,
  { fromMs, toMs }: TimeRange,
): TimeRange {
  const named = [
    ...district.meters.map((meter) => meter.sensor),
    ...district.tanks.map((tank) => tank.levelSensor),
  ];
  if (district.pressureSensor !== undefined) named.push(district.pressureSensor);
  const slowestMs = Math.max(0, ...named.map((sensor) => intervalMsOf(sensor, sensors)));
  return { fromMs: fromMs - 2 * slowestMs, toMs: toMs + 1 };
}

export function intervalMsOf(sensor: string, sensors: ReadonlyMap<string, Sensor>): number {
  const found = sensors.get(sensor);
  if (!found) throw new Failure("unknown-sensor", `there is no sensor "${sensor}"`);
  return found.intervalMs;
}

function coarsestIntervalMs(
  district: Pick<District, "id" | "meters">,
  sensors: ReadonlyMap<string, Sensor>,
): number {
  if (district.meters.length === 0) {
    throw new Failure("no-meters", `district "${district.id}" has no meters to balance`);
  }
  return Math.max(...district.meters.map(({ sensor }) => intervalMsOf(sensor, sensors)));
}
