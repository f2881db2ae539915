/** Which of the town's meters are read by whom, and under which names a foreign system would know them. */
import { factorToInside } from "../model/units.ts";

/** A variable of the station's controller, in the units its instruments were set to. */
export interface StationVariable {
  readonly sensor: string;
  readonly object: string;
  readonly name: string;
  readonly unit: string;
  /** What the reading in the unit inside is multiplied by. */
  readonly factor: number;
}

export const STATION_NAMESPACE = "urn:ziwani:kilima-station";

export const STATION_VARIABLES: readonly StationVariable[] = [
  inflow("sokoni-inflow", "Sokoni"),
  pressure("sokoni-pressure", "Sokoni"),
  inflow("mlimani-inflow", "Mlimani"),
  pressure("mlimani-pressure", "Mlimani"),
  { ...inflow("kilima-delivery", "Kilima"), name: "Delivery" },
  { sensor: "kilima-level", object: "Kilima", name: "Level", unit: "m", factor: 1 },
];

/** Meters in chambers that publish by themselves. */
export const MQTT_METERS: readonly string[] = [
  "sokoni-logger-1",
  "sokoni-logger-2",
  "sokoni-logger-3",
  "reli-inflow",
  "reli-pressure",
  "pwani-inflow",
  "pwani-pressure",
  "majengo-inflow",
  "majengo-level",
  "majengo-pressure",
];

/** Where a meter publishes `{"time": ms since 1970 UTC, "value": in the unit inside}`. */
export function meterTopic(sensor: string): string {
  return `meters/${sensor}`;
}

function inflow(sensor: string, object: string): StationVariable {
  return {
    sensor,
    object,
    name: "Inflow",
    unit: "L/s",
    factor: 1 / (factorToInside("flow", "L/s") ?? Number.NaN),
  };
}

function pressure(sensor: string, object: string): StationVariable {
  const factor = 1 / (factorToInside("pressure", "bar") ?? Number.NaN);
  return { sensor, object, name: "Pressure", unit: "bar", factor };
}
