/** A small made-up utility with a plausible flow, for tests that need to know what is true. */
import { createGrowthBoard } from "../../src/detect/growth-board.ts";
import type { MeterSurroundings } from "../../src/detect/meter-health.ts";
import type { Series } from "../../src/model/sample.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { District, Utility } from "../../src/model/utility.ts";
import { sampleDistrict } from "../support/sample-district.ts";

/** Midnight in Nairobi, of a Monday. */
export const START_MS = Date.UTC(2025, 0, 5, 21);
export const INTERVAL_MS = 15 * 60_000;
export const DAY_MS = 86_400_000;

export function district(id: string, meters: District["meters"], timeZone = "Africa/Nairobi"): District {
  return sampleDistrict({ id, meters, timeZone });
}

/** One district fed by two inlets. */
export const UTILITY: Utility = {
  id: "test",
  name: "Test",
  currency: "EUR",
  sensors: ["east", "west"].map((id) => ({
    id,
    name: id,
    site: "station",
    quantity: "flow" as const,
    intervalMs: INTERVAL_MS,
  })),
  districts: [
    district("north", [
      { sensor: "east", sign: 1 },
      { sensor: "west", sign: 1 },
    ]),
  ],
};

/** One district whose inflow and zone pressure are read. */
export const GAUGED: Utility = {
  id: "test",
  name: "Test",
  currency: "EUR",
  sensors: [
    { id: "inlet", name: "inlet", site: "s", quantity: "flow", intervalMs: INTERVAL_MS },
    { id: "gauge", name: "gauge", site: "s", quantity: "pressure", intervalMs: INTERVAL_MS },
  ],
  districts: [{ ...district("north", [{ sensor: "inlet", sign: 1 }]), pressureSensor: "gauge" }],
};

/** Around a meter that nothing beside it explains. */
export function aloneInTown(): MeterSurroundings {
  return {
    board: createGrowthBoard(),
    siblings: [],
    isExplained: () => false,
    balanceHolds: () => false,
  };
}

/** Flow of one inlet: a day with two peaks, noise that grows with use, and what `extra` adds at a time. */
export function inletFlow(
  sensor: string,
  days: number,
  seed: number,
  extra: (timeMs: number) => number = () => 0,
  intervalMs = INTERVAL_MS,
): Series {
  const random = uniformDraws(seed);
  const times = Array.from({ length: (days * DAY_MS) / intervalMs }, (_, i) => START_MS + i * intervalMs);
  const values = times.map((timeMs) => {
    const hour = ((timeMs + 3 * 3_600_000) % DAY_MS) / 3_600_000;
    const use = 8 + 22 * Math.exp(-((hour - 8) ** 2) / 6) + 16 * Math.exp(-((hour - 19) ** 2) / 8);
    return use * (1 + 0.06 * (random() + random() - 1)) + extra(timeMs);
  });
  return seriesOf(sensor, times, values);
}

export function slice(series: Series, from: number, to: number): Series {
  return {
    sensor: series.sensor,
    timesMs: series.timesMs.slice(from, to),
    values: series.values.slice(from, to),
    statuses: series.statuses.slice(from, to),
  };
}
