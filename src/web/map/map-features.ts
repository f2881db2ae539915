/**
 * What a map of the network shows and how each thing on it stands, as GeoJSON-like shapes and words. Districts are grey while nothing
 * leaks in them; where something does, the excess of the last night sets one of three steps. Pure.
 */
import type { DistrictView } from "../../model/live.ts";
import type { District, Position, Sensor } from "../../model/utility.ts";
import { isLeak } from "../../model/verdict.ts";
import { isStale, sensorFaults } from "../data-health.ts";
import type { Network } from "../live/live-state.ts";
import { excessOf } from "../now/network-figures.ts";

/** From these excesses on, m3/h, a leaking district is drawn one step stronger. */
export const EXCESS_STEPS_M3H = [5, 20] as const;

export type DistrictStanding =
  | { readonly kind: "normal" }
  | { readonly kind: "not-assessed" }
  /** `excessM3h` is that of the last night, else the size of what stands; null when neither is known. */
  | { readonly kind: "leaking"; readonly step: 1 | 2 | 3; readonly excessM3h: number | null };

export interface DistrictFeature {
  readonly district: District;
  /** Of the outline; null for a district that is only a point on the map. */
  readonly outline: readonly Position[] | null;
  /** Given, or the middle of the outline. */
  readonly position: Position;
  readonly standing: DistrictStanding;
}

export type MeterStanding = "normal" | "stale" | "faulty";

export interface MeterFeature {
  readonly sensor: Sensor;
  readonly position: Position;
  readonly standing: MeterStanding;
}

export interface MapFeatures {
  readonly districts: readonly DistrictFeature[];
  readonly meters: readonly MeterFeature[];
  /** Districts that no place was given for: they are in the table alone. */
  readonly withoutPlace: number;
}

export function mapFeatures({ utility, districts, latest }: Network, nowMs: number): MapFeatures {
  const faulty = new Set(
    [...districts.values()].flatMap((view) => sensorFaults(view, utility).map(({ id }) => id)),
  );
  const placed = utility.districts.flatMap((district): DistrictFeature[] => {
    const outline = district.outline ?? null;
    const position = district.position ?? (outline && middleOf(outline));
    return position
      ? [{ district, outline, position, standing: standingOf(districts.get(district.id)) }]
      : [];
  });
  return {
    districts: placed,
    meters: utility.sensors.flatMap((sensor) => {
      if (!sensor.position) return [];
      const stale = isStale(sensor, latest.get(sensor.id), nowMs);
      const standing = faulty.has(sensor.id) ? "faulty" : stale ? "stale" : "normal";
      return [{ sensor, position: sensor.position, standing }];
    }),
    withoutPlace: utility.districts.length - placed.length,
  };
}

export function standingOf(view: DistrictView | undefined): DistrictStanding {
  const leak = view?.standing.find(({ subject, kind }) => subject.kind === "district" && isLeak(kind));
  const excessM3h = excessOf(view);
  if (!leak) return { kind: excessM3h === null ? "not-assessed" : "normal" };
  const known = excessM3h ?? leak.size?.estimate ?? null;
  const above = EXCESS_STEPS_M3H.filter((step) => known !== null && known >= step).length;
  return { kind: "leaking", step: above === 0 ? 1 : above === 1 ? 2 : 3, excessM3h: known };
}

function middleOf(outline: readonly Position[]): Position {
  const mean = (of: (corner: Position) => number) =>
    outline.reduce((sum, corner) => sum + of(corner), 0) / outline.length;
  return {
    latitudeDeg: mean(({ latitudeDeg }) => latitudeDeg),
    longitudeDeg: mean(({ longitudeDeg }) => longitudeDeg),
  };
}
