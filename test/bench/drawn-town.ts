/** A town of districts with one meter each, whose flow is drawn once and read again and again, so that drawing is not measured. */
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import type { Series, TimeRange } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Utility } from "../../src/model/utility.ts";
import { sampleDistrict } from "../support/sample-district.ts";

export const START_MS = Date.UTC(2025, 0, 5, 21);
const DRAWN_DAYS = 29;

/** From START_MS on, m3/h. */
export function drawnFlow(intervalMs: number): Float64Array {
  const draw = uniformDraws(7);
  return Float64Array.from({ length: (DRAWN_DAYS * DAY_MS) / intervalMs }, (_, row) => {
    const hour = ((row * intervalMs) / HOUR_MS) % 24;
    const use = 8 + 22 * Math.exp(-((hour - 8) ** 2) / 6) + 16 * Math.exp(-((hour - 19) ** 2) / 8);
    return use * (1 + 0.1 * (draw() + draw() - 1));
  });
}

/** What the first `count` meters read; each another stretch of the same flow, at the same hour of the day. `range` within a local day. */
export function metersRead(
  drawn: Float64Array,
  count: number,
  { fromMs, toMs }: TimeRange,
  intervalMs: number,
): readonly Series[] {
  const rows = (toMs - fromMs) / intervalMs;
  const timesMs = Float64Array.from({ length: rows }, (_, row) => fromMs + row * intervalMs);
  const statuses = new Uint32Array(rows);
  return Array.from({ length: count }, (_, meter) => {
    const from =
      ((fromMs - START_MS) / intervalMs + (meter % DRAWN_DAYS) * (DAY_MS / intervalMs)) % drawn.length;
    const values = drawn.subarray(from, from + rows);
    return {
      sensor: `m${meter}`,
      timesMs: timesMs.subarray(0, values.length),
      values,
      statuses: statuses.subarray(0, values.length),
    };
  });
}

export function utilityOf(count: number, intervalMs: number): Utility {
  const places = Array.from({ length: count }, (_, place) => place);
  return {
    id: "bench",
    name: "Bench",
    currency: "EUR",
    sensors: places.map((place) => ({
      id: `m${place}`,
      name: `m${place}`,
      site: "s",
      quantity: "flow",
      intervalMs,
    })),
    districts: places.map((place) =>
      sampleDistrict({
        id: `d${place}`,
        meters: [{ sensor: `m${place}`, sign: 1 }],
        neighbours: place > 0 ? [`d${place - 1}`] : [],
      }),
    ),
  };
}
