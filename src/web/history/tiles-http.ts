/** Fetches missing tiles, what is looked at first and its neighbours after it, and tells when something has come. */
import { Failure, messageOf } from "../../model/failure.ts";
import type { MissingRun, TileStore } from "./tile-store.ts";

interface Answer {
  readonly series: readonly {
    readonly sensor: string;
    readonly minima: readonly (number | null)[];
    readonly means: readonly (number | null)[];
    readonly maxima: readonly (number | null)[];
    readonly counts: readonly number[];
    readonly uncertain: readonly number[];
    readonly bad: readonly number[];
  }[];
}

/** One question of it is answered in some seconds on a slow link. */
const BUCKETS_AT_ONCE = 5000;

/** Throws Failure; what had come before it stays. */
export async function fetchRun(
  store: TileStore,
  { sensors, level, fromMs, toMs }: MissingRun,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const stepMs = Math.max(1, Math.floor(BUCKETS_AT_ONCE / sensors.length)) * level.bucketMs;
  for (let startMs = fromMs; startMs < toMs; startMs += stepMs) {
    const endMs = Math.min(toMs, startMs + stepMs);
    const query = new URLSearchParams({
      sensor: sensors.join(","),
      from: String(startMs),
      to: String(endMs),
      bucket: level.bucket,
    });
    const { series } = await asked(`/api/v1/readings?${query}`, signal);
    const numbers = (column: readonly (number | null)[]) =>
      Float64Array.from(column, (value) => value ?? Number.NaN);
    for (const { sensor, minima, means, maxima, counts, uncertain, bad } of series) {
      const columns = {
        minima: numbers(minima),
        means: numbers(means),
        maxima: numbers(maxima),
        counts: numbers(counts),
        doubtful: Float64Array.from(uncertain, (count, row) => count + (bad[row] ?? 0)),
      };
      store.put(sensor, level, startMs, columns, nowMs);
    }
  }
}

async function asked(path: string, signal: AbortSignal): Promise<Answer> {
  try {
    const answer = await fetch(path, { signal });
    const body = await answer.json();
    if (!answer.ok) throw new Failure(body.code, body.message);
    return body;
  } catch (thrown) {
    throw new Failure("no-history", messageOf(thrown), { retryable: true, cause: thrown });
  }
}
