/** Fetches the nights of a district: GET /api/v1/districts/:id/nights. */
import { useEffect, useState } from "preact/hooks";
import { Failure, messageOf } from "../../model/failure.ts";
import type { Night } from "../../model/night.ts";

export interface FetchedNights {
  /** Oldest first; null until they have come. */
  readonly nights: readonly Night[] | null;
  readonly failure: string | null;
}

/** The newest `limit` nights; asked for again when the date of the last known night changes. */
export function useNights(district: string, limit: number, lastDate: string | undefined): FetchedNights {
  const [fetched, setFetched] = useState<FetchedNights>({ nights: null, failure: null });
  useEffect(() => {
    const leaving = new AbortController();
    fetchNights(district, limit, leaving.signal).then(
      (nights) => setFetched({ nights, failure: null }),
      (thrown) => leaving.signal.aborted || setFetched({ nights: null, failure: messageOf(thrown) }),
    );
    return () => leaving.abort();
  }, [district, limit, lastDate]);
  return fetched;
}

async function fetchNights(district: string, limit: number, signal: AbortSignal): Promise<readonly Night[]> {
  const answer = await fetch(`/api/v1/districts/${encodeURIComponent(district)}/nights?limit=${limit}`, {
    signal,
  });
  const body = await answer.json();
  if (!answer.ok) throw new Failure(body.code, body.message);
  return body.nights;
}
