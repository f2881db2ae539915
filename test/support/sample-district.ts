/** The district of WRC TT 109/99, example 1: the inputs of its published night, for tests that need any plausible district. */
import type { District } from "../../src/model/utility.ts";

export function sampleDistrict(over: Partial<District> & Pick<District, "id">): District {
  return {
    name: over.id,
    timeZone: "Africa/Nairobi",
    meters: [],
    tanks: [],
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
    calendar: [],
    neighbours: [],
    waterValuePerM3: 1,
    ...over,
  };
}
