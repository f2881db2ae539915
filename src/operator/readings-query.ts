/** What may be asked of GET /api/v1/readings, and what a question costs. Pure. */
import { z } from "zod";
import { DAY_MS, HOUR_MS, LAST_MS, MINUTE_MS } from "../model/clock.ts";
import { dayRangeOf } from "../model/local-time.ts";
import type { TimeRange } from "../model/sample.ts";
import type { Sensor, Utility } from "../model/utility.ts";
import { type BucketRule, bucketCount, bucketRuns } from "./bucket-runs.ts";
import { HttpError } from "./http-answers.ts";
import { TABLE_FORMATS, type TableFormat } from "./table-formats.ts";

const AN_INSTANT = "must be a time in ms UTC or such as 2026-03-01T02:00:00Z";
const A_MOMENT = "must be a time in ms UTC, such as 2026-03-01T02:00:00Z, or a date";
const SENSORS = "must name sensors: their ids, separated by commas or given several times";

/** Milliseconds UTC, or ISO 8601 with a zone. */
export const instant = z.union(
  [
    z
      .string()
      .regex(/^-?\d{1,15}$/, AN_INSTANT)
      .transform(Number),
    z.iso.datetime({ offset: true, error: AN_INSTANT }).transform((text) => Date.parse(text)),
  ],
  AN_INSTANT,
);

/** What one question may cost; more of them at once is more questions. */
export const READING_LIMITS = {
  sensors: 200,
  rangeDays: 3660,
  points: 5000,
  /** Buckets or samples of one JSON answer, which is made in memory. */
  jsonRows: 200_000,
  /** Rows of one CSV, NDJSON or Parquet answer, which is streamed. */
  streamedRows: 50_000_000,
  /** Samples that buckets may be made of, by the sensors' intervals. */
  scannedSamples: 500_000_000,
} as const;

const LEAST_BUCKET_MS = 1000;
const DEFAULT_POINTS = 500;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

const moment = z.union([instant, z.iso.date(A_MOMENT)], A_MOMENT);
const sensorIds = z
  .union([z.string(), z.array(z.string())], SENSORS)
  .transform((given) => [...new Set([given].flat().flatMap((text) => text.split(",")))])
  .pipe(z.array(z.string().min(1, SENSORS)).min(1, SENSORS).max(READING_LIMITS.sensors));

export const readingsQuery = z
  .object({
    sensor: sensorIds.describe("ids, separated by commas or given several times"),
    from: moment.describe("ms UTC, ISO 8601 with a zone, or a date: its midnight in timeZone"),
    to: moment.describe("as from; the range does not include it"),
    points: z.coerce
      .number()
      .int()
      .min(1)
      .max(READING_LIMITS.points)
      .optional()
      .describe("so many buckets at most over the range; 500 when neither this nor bucket is given"),
    bucket: z
      .string()
      .regex(/^(raw|day|[1-9]\d{0,5}[smhd])$/, 'such as "15m", "1h", "day" for local days, or "raw"')
      .optional(),
    timeZone: z
      .string()
      .optional()
      .describe("IANA zone of local days and dates; the utility's when it has one"),
    format: z.enum(["json", ...TABLE_FORMATS]).default("json"),
  })
  .strict()
  .refine(({ points, bucket }) => points === undefined || bucket === undefined, {
    path: ["points"],
    error: "give points or bucket, not both",
  });

/** A question that is right and not too large. */
export interface ReadingsPlan {
  readonly sensors: readonly Sensor[];
  readonly range: TimeRange;
  /** Null for the samples themselves. */
  readonly buckets: BucketRule | null;
  readonly format: "json" | TableFormat;
}

/** Throws HttpError for whatever is wrong with the question, and "too-costly" when it is right but too large. */
export function planReadings(query: z.output<typeof readingsQuery>, utility: Utility): ReadingsPlan {
  const byId = new Map(utility.sensors.map((sensor) => [sensor.id, sensor]));
  const sensors = query.sensor.map((id) => {
    const sensor = byId.get(id);
    if (!sensor) throw new HttpError(404, "unknown-sensor", `There is no sensor "${id}".`);
    return sensor;
  });
  const zone = () => zoneOf(query.timeZone, utility);
  const range = { fromMs: momentOf("from", query.from, zone), toMs: momentOf("to", query.to, zone) };
  if (range.fromMs >= range.toMs) throw wrong("to: must be later than from");
  if (range.toMs - range.fromMs > READING_LIMITS.rangeDays * DAY_MS)
    throw wrong(`to: at most ${READING_LIMITS.rangeDays} days after from`);
  const plan = { sensors, range, buckets: bucketsOf(query, range, zone), format: query.format };
  checkCost(plan);
  return plan;
}

function bucketsOf(
  { points = DEFAULT_POINTS, bucket }: z.output<typeof readingsQuery>,
  { fromMs, toMs }: TimeRange,
  zone: () => string,
): BucketRule | null {
  if (bucket === undefined)
    return { kind: "fixed", bucketMs: Math.max(LEAST_BUCKET_MS, Math.ceil((toMs - fromMs) / points)) };
  if (bucket === "raw") return null;
  if (bucket === "day") return { kind: "day", timeZone: zone() };
  return { kind: "fixed", bucketMs: Number.parseInt(bucket, 10) * (UNIT_MS[bucket.slice(-1)] ?? 1) };
}

function zoneOf(given: string | undefined, { districts }: Utility): string {
  const zones = new Set(districts.map(({ timeZone }) => timeZone));
  const [own] = zones;
  const zone = given ?? (zones.size === 1 ? own : undefined);
  if (zone === undefined) throw wrong("timeZone: is needed, the districts lie in several");
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    throw wrong(`timeZone: "${zone}" is no IANA zone such as Africa/Nairobi`);
  }
}

function momentOf(key: string, given: number | string, zone: () => string): number {
  const timeMs = typeof given === "number" ? given : dayRangeOf(given, zone()).fromMs;
  if (Math.abs(timeMs) > LAST_MS) throw wrong(`${key}: is beyond the times there are`);
  return timeMs;
}

function checkCost({ sensors, range, buckets, format }: ReadingsPlan): void {
  const expected = sensors.reduce((sum, { intervalMs }) => sum + (range.toMs - range.fromMs) / intervalMs, 0);
  const rows = buckets ? sensors.length * bucketCount(bucketRuns(range, buckets)) : expected;
  const most = format === "json" ? READING_LIMITS.jsonRows : READING_LIMITS.streamedRows;
  if (rows > most) {
    const other = format === "json" ? ", or for csv, ndjson or parquet" : "";
    const what = buckets ? "buckets" : "samples";
    const less = "ask for fewer sensors, a shorter range or longer buckets";
    throw tooCostly(
      `about ${inWords(rows)} ${what}, and one ${format} answer has at most ${inWords(most)}: ${less}${other}`,
    );
  }
  if (expected > READING_LIMITS.scannedSamples) {
    const limit = inWords(READING_LIMITS.scannedSamples);
    const less = "ask for fewer sensors or a shorter range";
    throw tooCostly(
      `buckets of about ${inWords(expected)} samples, and the most at once is ${limit}: ${less}`,
    );
  }
}

const inWords = (count: number) => Math.round(count).toLocaleString("en");
const wrong = (message: string) => new HttpError(400, "bad-request", message);
const tooCostly = (what: string) => new HttpError(400, "too-costly", `This asks for ${what}.`);
