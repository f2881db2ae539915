/**
 * The nouns a utility knows: its sensors, its district metered areas, and what is assumed about each district.
 * Built by src/config from YAML; frozen afterwards.
 */
import type { Quantity } from "./units.ts";

export interface Position {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
}

/** What is on an instrument's plate and in its papers. Dates are YYYY-MM-DD. */
export interface Instrument {
  readonly maker?: string | undefined;
  readonly model?: string | undefined;
  readonly serial?: string | undefined;
  readonly diameterMm?: number | undefined;
  readonly installedOn?: string | undefined;
  readonly calibratedOn?: string | undefined;
  readonly calibrationDueOn?: string | undefined;
  readonly exchangeDueOn?: string | undefined;
  /** 95 % error of what it measures over a month, percent. */
  readonly accuracyPercent?: number | undefined;
}

export interface Sensor {
  /** Unique in the utility; letters, digits, dot, dash, underscore. */
  readonly id: string;
  readonly name: string;
  readonly site: string;
  readonly quantity: Quantity;
  /** How often a value is expected. A longer silence is a gap. */
  readonly intervalMs: number;
  readonly position?: Position;
  readonly instrument?: Instrument | undefined;
}

/** A meter on a district's boundary: +1 measures water entering, -1 water leaving. */
export interface BoundaryMeter {
  readonly sensor: string;
  readonly sign: 1 | -1;
}

/** A tank inside the district whose level change is storage, not consumption. */
export interface Tank {
  readonly levelSensor: string;
  readonly areaM2: number;
}

/** What is known or assumed about night use and the pipes; each default is a published one (WRC TT 109/99). */
export interface NightParameters {
  readonly mainsKm: number;
  readonly connections: number;
  readonly properties: number;
  readonly population: number;
  /** Share of the population active at night, percent. */
  readonly activePercent: number;
  readonly useLPerActivePersonH: number;
  /** Small non-household night use in total, m3/h. */
  readonly smallUsersM3h: number;
  /** Exceptional users above 500 L/h in total, m3/h. */
  readonly largeUsersM3h: number;
  readonly mainsLPerKmH: number;
  readonly connectionLPerH: number;
  readonly propertyLPerH: number;
  /** Average zone pressure at night, m. Used when there is no pressure sensor. */
  readonly pressureM: number;
  /** Flow of one service pipe burst at 50 m, m3/h. */
  readonly unitBurstM3h: number;
}

/** What holds where a utility says nothing: WRC TT 109/99; 02:00 to 04:00 is the window of the same report. */
export const PUBLISHED_NIGHT = {
  activePercent: 6,
  useLPerActivePersonH: 10,
  smallUsersM3h: 0,
  largeUsersM3h: 0,
  mainsLPerKmH: 40,
  connectionLPerH: 3,
  propertyLPerH: 1,
  pressureM: 50,
  unitBurstM3h: 1.6,
} as const satisfies Partial<NightParameters>;

/** A line of the water balance that nobody measures, as a share of one that somebody does; with its source, so that it can be questioned. */
export interface AssumedShare {
  readonly percent: number;
  /** 95 % error margin, percent of the volume. */
  readonly marginPercent: number;
  readonly source: string;
}

/** What a water balance assumes where nothing was entered. What is left out is not known: none of it has a default. */
export interface BalanceAssumptions {
  /** Of the system input. */
  readonly unbilledUnmetered?: AssumedShare | undefined;
  /** Of the system input. */
  readonly unauthorised?: AssumedShare | undefined;
  /** Of billed metered consumption. */
  readonly meterError?: AssumedShare | undefined;
  /** Of billed metered consumption. */
  readonly dataHandling?: AssumedShare | undefined;
  /** Of the supply where no pressure is measured, h/day. */
  readonly supplyHoursPerDay?: number | undefined;
  /** Pipes between the street's edge and the customers' meters, km. */
  readonly privatePipesKm?: number | undefined;
}

/** What surveys for leaks cost, in the utility's currency. */
export interface SurveySettings {
  readonly costPerKm: number;
  readonly leakageRiseM3PerKmDayYear: number;
}

export interface NightWindow {
  /** Minutes after local midnight, wall clock. */
  readonly startMinute: number;
  readonly endMinute: number;
}

/** A day or days on which people use water otherwise; both dates are part of it. */
export interface CalendarEntry {
  readonly name: string;
  /** YYYY-MM-DD. */
  readonly from: string;
  readonly to: string;
}

export interface District {
  readonly id: string;
  readonly name: string;
  /** IANA zone; the night window is wall-clock time there. */
  readonly timeZone: string;
  readonly meters: readonly BoundaryMeter[];
  readonly tanks: readonly Tank[];
  /** Sensor of average zone pressure, if there is one. */
  readonly pressureSensor?: string;
  readonly nightWindow: NightWindow;
  readonly night: NightParameters;
  /** Days on which people use water otherwise, those of the whole utility among them. */
  readonly calendar: readonly CalendarEntry[];
  /** Districts that share a boundary valve with this one. */
  readonly neighbours: readonly string[];
  /** Cost of one m3 lost, in the utility's currency. */
  readonly waterValuePerM3: number;
  readonly balance?: BalanceAssumptions | undefined;
  readonly position?: Position;
  /** Corners of its boundary in order, at least three. */
  readonly outline?: readonly Position[];
}

/** A background for maps, from a tile server of the utility's choice. */
export interface MapTiles {
  /** Such as https://tiles.example/{z}/{x}/{y}.png. */
  readonly url: string;
  /** Whose map it is, as its licence asks. */
  readonly attribution: string;
}

export interface Utility {
  readonly id: string;
  readonly name: string;
  /** ISO 4217. */
  readonly currency: string;
  /** None: maps show the network alone and ask nobody for anything. */
  readonly map?: MapTiles;
  readonly sensors: readonly Sensor[];
  readonly districts: readonly District[];
  readonly survey?: SurveySettings | undefined;
}
