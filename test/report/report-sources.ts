/** A district of which every figure of its March can be worked out on paper. */
import type { Night } from "../../src/model/night.ts";
import type { HourlyMeans, ReportSources } from "../../src/model/report.ts";
import type { District, Utility } from "../../src/model/utility.ts";
import { sampleDistrict } from "../support/sample-district.ts";

export const ZONE = "Africa/Nairobi";
/** Midnight of 1 March 2026 in Nairobi, and of 1 April. */
export const MARCH_MS = Date.UTC(2026, 1, 28, 21);
export const APRIL_MS = Date.UTC(2026, 2, 31, 21);

export function hoursOf(flow: (hourOfDay: number, day: number) => number, days = 31): HourlyMeans {
  const count = days * 24;
  const startsMs = Float64Array.from({ length: count }, (_, hour) => MARCH_MS + hour * 3_600_000);
  return { startsMs, means: startsMs.map((_, hour) => flow(hour % 24, Math.floor(hour / 24))) };
}

export function nightOf(date: string, minimumNightFlowM3h: number | null): Night {
  const startMs = Date.parse(`${date}T00:00:00Z`) - 3_600_000;
  return {
    district: "kaloleni",
    date,
    windowStartMs: startMs,
    windowEndMs: startMs + 7_200_000,
    completeness: 1,
    outcome:
      minimumNightFlowM3h === null
        ? { kind: "not-assessable", because: [{ code: "supply-off", figures: {} }] }
        : {
            kind: "assessed",
            flows: {
              minimumNightFlowM3h,
              rollingMinimumM3h: null,
              rollingMinimumStartMs: null,
              legitimateNightUseM3h: 2,
              backgroundLeakageM3h: 3,
              netNightFlowM3h: minimumNightFlowM3h - 2,
              excessNightFlowM3h: minimumNightFlowM3h - 5,
              equivalentServicePipeBursts: (minimumNightFlowM3h - 5) / 1.6,
              pressureM: 50,
              pressureSource: "measured",
            },
          },
  };
}

export const marchNights = (flow: (day: number) => number | null): Night[] =>
  Array.from({ length: 31 }, (_, day) => nightOf(`2026-03-${String(day + 1).padStart(2, "0")}`, flow(day)));

export const kaloleni: District = {
  ...sampleDistrict({ id: "kaloleni" }),
  name: "Kaloleni",
  timeZone: ZONE,
  meters: [{ sensor: "inlet", sign: 1 }],
  tanks: [],
  pressureSensor: "zone-pressure",
  neighbours: [],
  waterValuePerM3: 60,
};

export const utilityWith = (districts: readonly District[]): Utility => ({
  id: "mji",
  name: "Mji Water",
  currency: "KES",
  sensors: ["inlet", "outlet", "second", "zone-pressure", "level"].map((id) => ({
    id,
    name: id,
    site: "station",
    quantity: "flow",
    intervalMs: 900_000,
  })),
  districts,
});

export function sourcesOf(change: Partial<ReportSources> = {}): ReportSources {
  const districts = change.districts ?? [kaloleni];
  return {
    utility: utilityWith(districts),
    districts,
    all: true,
    kind: "month",
    name: "2026-03",
    nowMs: APRIL_MS + 86_400_000,
    hours: new Map([
      ["inlet", hoursOf(() => 20)],
      ["zone-pressure", hoursOf(() => 50)],
    ]),
    nightsOf: () => marchNights(() => 10),
    alarms: [],
    volumes: [],
    ...change,
  };
}
