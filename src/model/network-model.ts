/** What a utility tells of the hydraulic model of its network: where its sensors sit in it, and where it lies on the map. */
import type { Position } from "./utility.ts";

/** By the identifiers of the INP. */
export type SensorPlace = { readonly node: string } | { readonly link: string } | { readonly tank: string };

export interface NetworkModel {
  /** EPANET's INP, in metric units. */
  readonly inp: string;
  /** By sensor. Sensors that are not named here are not in the model. */
  readonly places: Readonly<Record<string, SensorPlace>>;
  /** What the coordinates in the INP are: degrees, or metres east and north of a place; null when they are neither. */
  readonly coordinates: "degrees" | { readonly metresFrom: Position } | null;
}
