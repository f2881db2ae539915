/** A district with one meter in, one out, and a pressure sensor. */
import type { District, Utility } from "../../src/model/utility.ts";
import { sampleDistrict } from "../support/sample-district.ts";

export function districtIn(timeZone: string): District {
  return sampleDistrict({
    id: "north",
    name: "North",
    timeZone,
    meters: [
      { sensor: "in", sign: 1 },
      { sensor: "out", sign: -1 },
    ],
    pressureSensor: "pressure",
    waterValuePerM3: 0.5,
  });
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
