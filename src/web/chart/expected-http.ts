/** Fetches what a district's inflow was to be expected at: GET /api/v1/districts/:id/expected-flow. */
import { useEffect, useState } from "preact/hooks";
import { Failure } from "../../model/failure.ts";
import type { TimeRange } from "../../model/sample.ts";
import type { Expected } from "./expected-band.ts";

/** Nothing is asked for when `learnBeforeMs` is undefined. Null until it has come, and when it cannot be had: a chart without a band is a chart still. */
export function useExpected(
  district: string,
  { fromMs, toMs }: TimeRange,
  learnBeforeMs: number | null | undefined,
): Expected | null {
  const [expected, setExpected] = useState<Expected | null>(null);
  useEffect(() => {
    if (learnBeforeMs === undefined) return;
    const leaving = new AbortController();
    const query = new URLSearchParams({
      from: String(Math.round(fromMs)),
      to: String(Math.round(toMs)),
      ...(learnBeforeMs !== null && { learnBefore: String(Math.round(learnBeforeMs)) }),
    });
    fetchExpected(
      `/api/v1/districts/${encodeURIComponent(district)}/expected-flow?${query}`,
      leaving.signal,
    ).then(setExpected, () => {});
    return () => leaving.abort();
  }, [district, fromMs, toMs, learnBeforeMs]);
  return expected;
}

async function fetchExpected(path: string, signal: AbortSignal): Promise<Expected> {
  const answer = await fetch(path, { signal });
  const body = await answer.json();
  if (!answer.ok) throw new Failure(body.code, body.message);
  return body;
}
