/** A district with one meter in, one out, and a pressure sensor. */
import type { District, Utility } from "../../src/model/utility.ts";

export function districtIn(timeZone: string): District {
  return {
    id: "north",
    name: "North",
    timeZone,
    meters: [
      { sensor: "in", sign: 1 },
      { sensor: "out", sign: -1 },
    ],
    tanks: [],
    pressureSensor: "pressure",
    nightWindow: { startMinute: 120, endMinute: 240 },
    night: {
      mainsKm: 9.3,
      connections: 600,
      properties: 672,
      population: 3000,
      activePercent: 6,
      useLPerActivePersonH: 10,
      smallUsersM3h: 1.5,
      largeUsersM3h: 1.2,
      mainsLPerKmH: 40,
      connectionLPerH: 3,
      propertyLPerH: 1,
      pressureM: 50,
      unitBurstM3h: 1.6,
    },
    neighbours: [],
    waterValuePerM3: 0.5,
  };
}

export function utilityOf(district: District): Utility {
  const sensor = (id: string, quantity: "flow" | "pressure", intervalMs: number) => ({
    id,
    name: `${id} of ${district.name}`,
    site: "site",
    quantity,
    intervalMs,
  });
  return {
    id: "u",
    name: "Utility",
    currency: "KES",
    sensors: [
      sensor("in", "flow", 60_000),
      sensor("out", "flow", 60_000),
      sensor("pressure", "pressure", 1000),
    ],
    districts: [district],
  };
}
