/** A utility as the simulator needs to know it: its network, who uses water how, when it is supplied, and where its sensors sit. */
import type { Calendar, UsePattern } from "./use-pattern.ts";

/** Hours of the local day in which a district has water, half-open. */
interface SupplyHours {
  /** The valve that is worked. */
  readonly link: string;
  readonly hours: readonly (readonly [from: number, to: number])[];
  /** The demand pattern behind it: customers fill their tanks when water comes. */
  readonly pattern: string;
}

export interface SensorPlace {
  readonly id: string;
  readonly at:
    | { readonly kind: "flow"; readonly link: string }
    | { readonly kind: "pressure"; readonly node: string }
    | { readonly kind: "level"; readonly tank: string };
  /** One standard deviation: a share of the reading and what remains at zero, in the quantity's unit. */
  readonly errorShare: number;
  readonly errorAtZero: number;
}

export interface SimulatedUtility {
  /** EPANET's INP, metric. */
  readonly inp: string;
  readonly calendar: Calendar;
  /** By the pattern's id in the INP; what is not named here is used evenly. */
  readonly uses: Readonly<Record<string, UsePattern>>;
  readonly supplies: readonly SupplyHours[];
  readonly sensors: readonly SensorPlace[];
}
