/** GET /api/v1/readings: one sensor's history in no more points than a chart can show, with gaps said and extremes kept. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { DAY_MS } from "../model/clock.ts";
import type { HistoryStore } from "../model/history-store.ts";
import { UNIT_OF } from "../model/units.ts";
import type { Utility } from "../model/utility.ts";
import { checked, HttpError } from "./http-answers.ts";
import { needs } from "./http-gate.ts";

const MAX_RANGE_DAYS = 3660;
const LEAST_BUCKET_MS = 1000;

/** Milliseconds UTC, or ISO 8601 with a zone. */
export const instant = z.union(
  [
    z
      .string()
      .regex(/^-?\d{1,15}$/)
      .transform(Number),
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  ],
  "a time in ms UTC or such as 2026-03-01T02:00:00Z",
);

const readingsQuery = z
  .object({
    sensor: z.string().min(1),
    from: instant,
    to: instant,
    points: z.coerce.number().int().min(1).max(5000).default(500),
  })
  .strict()
  .refine(({ from, to }) => from < to, { path: ["to"], error: "must be later than from" })
  .refine(({ from, to }) => to - from <= MAX_RANGE_DAYS * DAY_MS, {
    path: ["to"],
    error: `at most ${MAX_RANGE_DAYS} days after from`,
  });

export function addReadings(app: FastifyInstance, utility: Utility, store: HistoryStore): void {
  const sensors = new Map(utility.sensors.map((sensor) => [sensor.id, sensor]));

  app.get("/api/v1/readings", needs("see"), async (request) => {
    const { sensor: id, from, to, points } = checked(readingsQuery, request.query);
    const sensor = sensors.get(id);
    if (!sensor) throw new HttpError(404, "unknown-sensor", `There is no sensor "${id}".`);
    const bucketMs = Math.max(LEAST_BUCKET_MS, Math.ceil((to - from) / points));
    const [buckets] = await store.downsample([id], { fromMs: from, toMs: to }, bucketMs);
    return {
      sensor: id,
      quantity: sensor.quantity,
      unit: UNIT_OF[sensor.quantity],
      bucketMs,
      startsMs: [...buckets.startsMs],
      minima: withGaps(buckets.minima),
      means: withGaps(buckets.means),
      maxima: withGaps(buckets.maxima),
      counts: [...buckets.counts],
    };
  });
}

/** JSON has no NaN: a bucket without values is null. */
function withGaps(column: Float64Array): (number | null)[] {
  return Array.from(column, (value) => (Number.isNaN(value) ? null : value));
}
