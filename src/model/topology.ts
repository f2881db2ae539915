/** What belongs to what in a utility: sensors to districts and to sites. Pure. */
import type { District, Utility } from "./utility.ts";
import type { Subject } from "./verdict.ts";

export interface Topology {
  /** The districts a finding speaks of, in the order of the configuration; none for what the configuration does not know. */
  districtsOf(subject: Subject): readonly District[];
  siteOf(sensor: string): string | undefined;
  sensorsAt(site: string): readonly string[];
}

export function topologyOf({ districts, sensors }: Utility): Topology {
  const byId = new Map(districts.map((district) => [district.id, district]));
  const bySensor = groupedBy(districts, sensorsOf);
  const sites = new Map(sensors.map(({ id, site }) => [id, site]));
  const sensorsBySite = new Map<string, string[]>();
  for (const { id, site } of sensors) sensorsBySite.set(site, [...(sensorsBySite.get(site) ?? []), id]);
  const bySite = groupedBy(districts, (district) =>
    sensorsOf(district).flatMap((sensor) => sites.get(sensor) ?? []),
  );
  return {
    districtsOf({ kind, id }) {
      if (kind === "sensor") return bySensor.get(id) ?? [];
      if (kind === "site") return bySite.get(id) ?? [];
      const district = byId.get(id);
      return district ? [district] : [];
    },
    siteOf: (sensor) => sites.get(sensor),
    sensorsAt: (site) => sensorsBySite.get(site) ?? [],
  };
}

/** Of its meters, tank levels and pressure. */
export function sensorsOf(district: District): readonly string[] {
  return [
    ...district.meters.map(({ sensor }) => sensor),
    ...district.tanks.map(({ levelSensor }) => levelSensor),
    ...(district.pressureSensor === undefined ? [] : [district.pressureSensor]),
  ];
}

function groupedBy(
  districts: readonly District[],
  keysOf: (district: District) => readonly string[],
): ReadonlyMap<string, readonly District[]> {
  const groups = new Map<string, District[]>();
  for (const district of districts) {
    for (const key of new Set(keysOf(district))) groups.set(key, [...(groups.get(key) ?? []), district]);
  }
  return groups;
}
