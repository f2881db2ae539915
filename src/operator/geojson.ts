/** Districts and sensors as GeoJSON (RFC 7946), with how they stand, for maps that are not ours. What has no place has no geometry. Pure. */
import type { DistrictView } from "../model/live.ts";
import { topologyOf } from "../model/topology.ts";
import { UNIT_OF } from "../model/units.ts";
import type { District, Position, Sensor, Utility } from "../model/utility.ts";

type Coordinates = readonly [longitudeDeg: number, latitudeDeg: number];

type Geometry =
  | { readonly type: "Point"; readonly coordinates: Coordinates }
  | { readonly type: "Polygon"; readonly coordinates: readonly (readonly Coordinates[])[] };

export interface Feature {
  readonly type: "Feature";
  readonly id: string;
  readonly geometry: Geometry | null;
  readonly properties: Readonly<Record<string, string | number | readonly string[] | null>>;
}

export function featuresOf(utility: Utility, standing: readonly DistrictView[]): readonly Feature[] {
  const byDistrict = new Map(standing.map((view) => [view.district, view]));
  const { districtsOf } = topologyOf(utility);
  return [
    ...utility.districts.map((district) => districtFeature(district, byDistrict.get(district.id))),
    ...utility.sensors.map((sensor) => {
      const districts = districtsOf({ kind: "sensor", id: sensor.id }).map(({ id }) => id);
      return sensorFeature(sensor, districts);
    }),
  ];
}

function districtFeature(district: District, view: DistrictView | undefined): Feature {
  const { id, name, outline, position } = district;
  const night = view?.lastNight;
  const flows = night?.outcome.kind === "assessed" ? night.outcome.flows : null;
  return {
    type: "Feature",
    id: `district:${id}`,
    geometry: outline ? polygon(outline) : point(position),
    properties: {
      kind: "district",
      district: id,
      name,
      lastNight: night?.date ?? null,
      minimumNightFlowM3h: flows?.minimumNightFlowM3h ?? null,
      excessNightFlowM3h: flows?.excessNightFlowM3h ?? null,
      standing: view?.standing.map(({ kind }) => kind) ?? [],
    },
  };
}

function sensorFeature(
  { id, name, site, quantity, position }: Sensor,
  districts: readonly string[],
): Feature {
  return {
    type: "Feature",
    id: `sensor:${id}`,
    geometry: point(position),
    properties: { kind: "sensor", sensor: id, name, site, quantity, unit: UNIT_OF[quantity], districts },
  };
}

const at = ({ longitudeDeg, latitudeDeg }: Position): Coordinates => [longitudeDeg, latitudeDeg];

function point(position: Position | undefined): Geometry | null {
  return position ? { type: "Point", coordinates: at(position) } : null;
}

/** One ring, closed, and counterclockwise whichever way round it was drawn (RFC 7946, 3.1.6). */
function polygon(outline: readonly Position[]): Geometry {
  const ring = outline.map(at);
  if (areaSign(ring) < 0) ring.reverse();
  const [first] = ring;
  return { type: "Polygon", coordinates: [first ? [...ring, first] : ring] };
}

/** Twice the area, above 0 when counterclockwise. */
function areaSign(ring: readonly Coordinates[]): number {
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
}
