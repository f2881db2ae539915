/** Fetches history for charts: GET /api/v1/readings. */
import { Failure, messageOf } from "../../model/failure.ts";
import type { TimeRange } from "../../model/sample.ts";
import type { History } from "./flow-columns.ts";

/** Throws Failure "no-history" with words for whoever looks at the chart; trying again can help. */
export async function fetchHistory(
  sensor: string,
  { fromMs, toMs }: TimeRange,
  points: number,
  signal: AbortSignal,
): Promise<History> {
  const query = new URLSearchParams({
    sensor,
    from: String(fromMs),
    to: String(toMs),
    points: String(points),
  });
  try {
    const answer = await fetch(`/api/v1/readings?${query}`, { signal });
    const body = await answer.json();
    if (!answer.ok) throw new Failure(body.code, body.message);
    const [series] = body.series;
    return { ...series, bucketMs: body.bucketMs };
  } catch (thrown) {
    throw new Failure("no-history", `${sensor}: ${messageOf(thrown)}`, {
      retryable: true,
      cause: thrown,
    });
  }
}
