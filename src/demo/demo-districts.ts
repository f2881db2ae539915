/**
 * The invented town of Ziwani in figures: what its districts use and lose, and what befalls two of them shortly before the demo is
 * first started. config/demo/utility.yaml describes the same town as its utility knows it.
 */
import { DAY_MS } from "../model/clock.ts";

export const DEMO_TIME_ZONE = "Africa/Nairobi";

/** What is used at each hour of the day as a share of the day's mean; eased between full hours. */
type DayPattern = readonly number[];

export interface DemoDistrict {
  readonly inflowSensor: string;
  readonly pressureSensor: string;
  /** Mean use by customers, m3/h. */
  readonly useM3h: number;
  readonly weekday: DayPattern;
  readonly weekend: DayPattern;
  /** Use on Saturday and on Sunday as a share of a weekday's. */
  readonly saturdayShare: number;
  readonly sundayShare: number;
  /** Leakage that has always been there, m3/h at the pressure of the night. */
  readonly backgroundM3h: number;
  /** Pressure when nothing flows, m, and how much of it is lost at mean use, m. */
  readonly staticPressureM: number;
  readonly headLossM: number;
  /** Hours of the local day in which water is on, half-open; always when left out. */
  readonly supplyHours?: readonly (readonly [from: number, to: number])[];
  /** A district fed through this one, behind this one's inflow meter. */
  readonly feeds?: DemoDistrictId;
}

const homes: DayPattern = [
  0.3, 0.2, 0.16, 0.15, 0.24, 0.85, 1.75, 1.9, 1.6, 1.35, 1.2, 1.12, 1.15, 1.12, 1.02, 1.0, 1.12, 1.35, 1.62,
  1.65, 1.3, 0.95, 0.62, 0.42,
];
const homesAtWeekend: DayPattern = [
  0.34, 0.23, 0.17, 0.15, 0.2, 0.5, 1.1, 1.6, 1.85, 1.8, 1.6, 1.4, 1.3, 1.2, 1.1, 1.02, 1.08, 1.25, 1.45, 1.5,
  1.25, 0.95, 0.65, 0.45,
];
const market: DayPattern = [
  0.3, 0.23, 0.21, 0.21, 0.32, 0.75, 1.35, 1.62, 1.7, 1.6, 1.55, 1.5, 1.5, 1.45, 1.4, 1.35, 1.35, 1.4, 1.4,
  1.2, 0.95, 0.7, 0.52, 0.38,
];

/** Leakage at a new place, counted back from the first start of the demo. */
export const LEAK = {
  district: "sokoni",
  beganBeforeMs: 5 * DAY_MS,
  growsForMs: 3.5 * DAY_MS,
  /** At the pressure of the night. */
  fullM3h: 12,
} as const;

/** A meter that shows the same value ever since the last full local hour of that name before then. */
export const STUCK_METER = { sensor: "reli-inflow", beganBeforeMs: 1.5 * DAY_MS, localHour: 10 } as const;

export type DemoDistrictId = "sokoni" | "mlimani" | "reli" | "pwani";

export const DEMO_DISTRICTS: Readonly<Record<DemoDistrictId, DemoDistrict>> = {
  sokoni: {
    inflowSensor: "sokoni-inflow",
    pressureSensor: "sokoni-pressure",
    useM3h: 30,
    weekday: market,
    weekend: market,
    saturdayShare: 1.12,
    sundayShare: 0.86,
    backgroundM3h: 5.2,
    staticPressureM: 40.5,
    headLossM: 4,
  },
  mlimani: {
    inflowSensor: "mlimani-inflow",
    pressureSensor: "mlimani-pressure",
    useM3h: 24,
    weekday: homes,
    weekend: homesAtWeekend,
    saturdayShare: 1.05,
    sundayShare: 1.08,
    backgroundM3h: 5,
    staticPressureM: 46.5,
    headLossM: 5,
    feeds: "pwani",
  },
  reli: {
    inflowSensor: "reli-inflow",
    pressureSensor: "reli-pressure",
    useM3h: 27,
    weekday: homes.map((share) => share * 0.93 + 0.07),
    weekend: homesAtWeekend.map((share) => share * 0.93 + 0.07),
    saturdayShare: 1.02,
    sundayShare: 1,
    backgroundM3h: 3.8,
    staticPressureM: 35.5,
    headLossM: 4.5,
  },
  pwani: {
    inflowSensor: "pwani-inflow",
    pressureSensor: "pwani-pressure",
    useM3h: 26,
    weekday: homes,
    weekend: homesAtWeekend,
    saturdayShare: 1,
    sundayShare: 1,
    backgroundM3h: 4.5,
    staticPressureM: 21,
    headLossM: 3,
    supplyHours: [
      [5, 11],
      [16, 21],
    ],
  },
};
