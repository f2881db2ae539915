/**
 * The invented town of Ziwani as the simulator lives through it: who uses water when, which district is supplied by the hour, and where
 * the meters sit in config/demo/network.inp. config/demo/utility.yaml describes the same town as its utility knows it.
 */
import { readFileSync } from "node:fs";
import type { SensorPlace, SimulatedUtility } from "../simulate/simulated-utility.ts";
import { EVERYDAY_CHANCE, type UsePattern } from "../simulate/use-pattern.ts";

const NETWORK = new URL("../../config/demo/network.inp", import.meta.url);

const homes = [
  0.3, 0.2, 0.16, 0.15, 0.24, 0.85, 1.75, 1.9, 1.6, 1.35, 1.2, 1.12, 1.15, 1.12, 1.02, 1.0, 1.12, 1.35, 1.62,
  1.65, 1.3, 0.95, 0.62, 0.42,
];
const homesAtWeekend = [
  0.34, 0.23, 0.17, 0.15, 0.2, 0.5, 1.1, 1.6, 1.85, 1.8, 1.6, 1.4, 1.3, 1.2, 1.1, 1.02, 1.08, 1.25, 1.45, 1.5,
  1.25, 0.95, 0.65, 0.45,
];
const market = [
  0.3, 0.23, 0.21, 0.21, 0.32, 0.75, 1.35, 1.62, 1.7, 1.6, 1.55, 1.5, 1.5, 1.45, 1.4, 1.35, 1.35, 1.4, 1.4,
  1.2, 0.95, 0.7, 0.52, 0.38,
];
/** Standpipes have attendants: people queue early and late, and nobody draws at night. */
const standpipes = [
  0.02, 0.02, 0.02, 0.02, 0.15, 1.15, 2.5, 2.6, 1.98, 1.56, 1.36, 1.15, 1.15, 1.04, 1.04, 1.25, 1.77, 2.3,
  1.98, 1.04, 0.52, 0.31, 0.1, 0.05,
];
const hospitalTank = [
  1.25, 1.25, 1.25, 1.25, 1.25, 1, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.9, 1, 1.2,
  1.25, 1.25, 1.25,
];

const family: UsePattern = {
  weekday: homes,
  weekend: homesAtWeekend,
  saturdayShare: 1.05,
  sundayShare: 1.05,
  perWarmerC: 0.01,
  whenRainingShare: 0.96,
  chance: EVERYDAY_CHANCE,
};

const uses: SimulatedUtility["uses"] = {
  sokoni: { ...family, weekday: market, weekend: market, saturdayShare: 1.12, sundayShare: 0.86 },
  mlimani: { ...family, sundayShare: 1.08 },
  reli: { ...family, saturdayShare: 1.02, sundayShare: 1 },
  pwani: { ...family, saturdayShare: 1, sundayShare: 1 },
  majengo: {
    ...family,
    weekday: standpipes,
    weekend: standpipes,
    saturdayShare: 1.08,
    sundayShare: 0.95,
    perWarmerC: 0.015,
    // Rain is caught from roofs.
    whenRainingShare: 0.8,
  },
  hospital: {
    weekday: hospitalTank,
    weekend: hospitalTank,
    saturdayShare: 1,
    sundayShare: 1,
    perWarmerC: 0,
    whenRainingShare: 1,
    chance: [0.01, 0.02, 0.02],
  },
};

const sensors: readonly SensorPlace[] = [
  meter("sokoni-inflow", "SK-IN-0"),
  gauge("sokoni-pressure", "SK-13"),
  gauge("sokoni-logger-1", "SK-05"),
  gauge("sokoni-logger-2", "SK-16"),
  gauge("sokoni-logger-3", "SK-25"),
  meter("mlimani-inflow", "ML-IN-0"),
  gauge("mlimani-pressure", "ML-13"),
  meter("reli-inflow", "RE-IN-0"),
  gauge("reli-pressure", "RE-08"),
  meter("pwani-inflow", "PW-IN-0"),
  gauge("pwani-pressure", "PW-10"),
  meter("majengo-inflow", "MJ-FILL"),
  float("majengo-level", "T-MAJENGO"),
  gauge("majengo-pressure", "MJ-06"),
  meter("kilima-delivery", "PU-LAKE"),
  float("kilima-level", "T-KILIMA"),
];

/** What a clamp-on meter shows in a pipe that stands still is its error at zero. */
function meter(id: string, link: string): SensorPlace {
  return { id, at: { kind: "flow", link }, errorShare: 0.008, errorAtZero: 0.04 };
}

function gauge(id: string, node: string): SensorPlace {
  return { id, at: { kind: "pressure", node }, errorShare: 0, errorAtZero: 0.12 };
}

function float(id: string, tank: string): SensorPlace {
  return { id, at: { kind: "level", tank }, errorShare: 0, errorAtZero: 0.003 };
}

/** Reads the network from config/demo. */
export function ziwani(): SimulatedUtility {
  return {
    inp: readFileSync(NETWORK, "utf8"),
    calendar: {
      timeZone: "Africa/Nairobi",
      // Those of Kenya that stay on their date.
      holidays: ["01-01", "05-01", "06-01", "10-10", "10-20", "12-12", "12-25", "12-26"],
    },
    uses,
    supplies: [
      {
        link: "PW-IN-0",
        hours: [
          [5, 11],
          [16, 21],
        ],
        pattern: "pwani",
      },
    ],
    sensors,
  };
}
