/** A readings answer in JSON: everything in memory, columns a sensor, and gaps said in words of their own. */
import { z } from "zod";
import type { Buckets, HistoryStore } from "../model/history-store.ts";
import type { Series, TimeRange } from "../model/sample.ts";
import { qualityOf } from "../model/status.ts";
import { UNIT_OF } from "../model/units.ts";
import type { Sensor } from "../model/utility.ts";
import { type BucketRule, bucketRuns } from "./bucket-runs.ts";
import { HttpError } from "./http-answers.ts";
import { READING_LIMITS, type ReadingsPlan } from "./readings-query.ts";

const numbers = z.array(z.number());
const gappy = z.array(z.number().nullable());

/** The answer as programs may rely on it; columns of one series are of equal length. */
export const readingsAnswer = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  bucketMs: z.number().nullable().optional().describe("null for local days, absent for samples"),
  timeZone: z.string().optional(),
  series: z.array(
    z.object({
      sensor: z.string(),
      quantity: z.string(),
      unit: z.string(),
      intervalMs: z.number(),
      startsMs: numbers.optional().describe("of buckets"),
      minima: gappy.optional(),
      means: gappy.optional(),
      maxima: gappy.optional(),
      counts: numbers.optional().describe("good and uncertain samples"),
      uncertain: numbers.optional().describe("of counts"),
      bad: numbers.optional().describe("samples that came and do not count"),
      timesMs: numbers.optional().describe("of samples"),
      values: gappy.optional(),
      qualities: z.array(z.enum(["good", "uncertain", "bad"])).optional(),
      statuses: numbers.optional().describe("OPC UA status codes"),
      serverTimesMs: gappy
        .optional()
        .describe("when the server saw the sample, where it said so; absent when it never did"),
      gaps: z.array(z.object({ fromMs: z.number(), toMs: z.number() })).optional(),
    }),
  ),
});

type Store = Pick<HistoryStore, "read" | "downsample">;

export async function readingsAsJson(plan: ReadingsPlan, store: Store): Promise<object> {
  const { range, buckets } = plan;
  if (!buckets) return { ...range, series: await samplesOf(plan, store) };
  const shape =
    buckets.kind === "day" ? { bucketMs: null, timeZone: buckets.timeZone } : { bucketMs: buckets.bucketMs };
  return { ...range, ...shape, series: await bucketsOf(plan, buckets, store) };
}

const about = ({ id, quantity, intervalMs }: Sensor) => ({
  sensor: id,
  quantity,
  unit: UNIT_OF[quantity],
  intervalMs,
});

async function bucketsOf({ sensors, range }: ReadingsPlan, rule: BucketRule, store: Store) {
  const ids = sensors.map(({ id }) => id);
  const runs: (readonly Buckets[])[] = [];
  for (const run of bucketRuns(range, rule)) runs.push(await store.downsample(ids, run, run.bucketMs));
  return sensors.map((sensor, index) => {
    const own = runs.flatMap((run) => run[index] ?? []);
    const joined = (column: (buckets: Buckets) => Iterable<number>) => own.flatMap((one) => [...column(one)]);
    return {
      ...about(sensor),
      startsMs: joined(({ startsMs }) => startsMs),
      minima: withGaps(joined(({ minima }) => minima)),
      means: withGaps(joined(({ means }) => means)),
      maxima: withGaps(joined(({ maxima }) => maxima)),
      counts: joined(({ counts }) => counts),
      uncertain: joined(({ uncertain }) => uncertain),
      bad: joined(({ bad }) => bad),
    };
  });
}

async function samplesOf({ sensors, range }: ReadingsPlan, store: Store) {
  const series: object[] = [];
  let rows = 0;
  for (const sensor of sensors) {
    const found = await store.read(sensor.id, range);
    rows += found.timesMs.length;
    if (rows > READING_LIMITS.jsonRows) throw moreThanExpected(sensor);
    series.push({
      ...about(sensor),
      timesMs: [...found.timesMs],
      values: withGaps([...found.values]),
      qualities: Array.from(found.statuses, qualityOf),
      statuses: [...found.statuses],
      ...serverTimesOf(found),
      gaps: gapsOf(found, sensor, range),
    });
  }
  return series;
}

function serverTimesOf({ timesMs, serverDelaysMs }: Series): { readonly serverTimesMs?: (number | null)[] } {
  if (!serverDelaysMs) return {};
  return { serverTimesMs: withGaps(Array.from(serverDelaysMs, (delayMs, row) => timesMs[row]! + delayMs)) };
}

function moreThanExpected({ id }: Sensor): HttpError {
  const most = READING_LIMITS.jsonRows.toLocaleString("en");
  const message = `There are more than ${most} samples by sensor "${id}", which sends more often than its intervalS says: ask for a shorter range, or for csv, ndjson or parquet.`;
  return new HttpError(400, "too-costly", message);
}

/** Silences longer than one and a half intervals, each from the sample before it (or the start of the range) to the one after it (or its end). */
export function gapsOf({ timesMs }: Series, { intervalMs }: Sensor, range: TimeRange): readonly TimeRange[] {
  const edges = [range.fromMs, ...timesMs, range.toMs];
  return edges.slice(1).flatMap((toMs, index) => {
    const fromMs = edges[index] ?? range.fromMs;
    return toMs - fromMs > 1.5 * intervalMs ? [{ fromMs, toMs }] : [];
  });
}

/** JSON has no NaN: what is not there is null. */
function withGaps(column: readonly number[]): (number | null)[] {
  return column.map((value) => (Number.isNaN(value) ? null : value));
}
