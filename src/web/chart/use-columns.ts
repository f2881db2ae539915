/** History and live readings of some meters as the columns of a chart, kept up to date for as long as the chart is shown. */
import { useEffect, useState } from "preact/hooks";
import { messageOf } from "../../model/failure.ts";
import type { LatestSample } from "../../model/history-store.ts";
import type { TimeRange } from "../../model/sample.ts";
import { type ChartMeter, type Columns, historyColumns, NO_COLUMNS, withReadings } from "./flow-columns.ts";
import { fetchHistory } from "./readings-http.ts";

const MOST_POINTS = 480;
/** So often history replaces what was added live, which keeps the number of rows bounded. */
const FETCH_EVERY_MS = 10 * 60_000;

export interface ColumnsWanted {
  readonly meters: readonly ChartMeter[];
  readonly spanMs: number;
  /** ms UTC by the centre's clock; read whenever history is fetched. */
  readonly now: () => number;
  /** Another number fetches history again: the connection was away and left a hole. */
  readonly connections: number;
  /** Newest samples by sensor. */
  readonly latest: ReadonlyMap<string, LatestSample>;
}

export interface ChartData {
  readonly columns: Columns;
  readonly range: TimeRange;
  readonly loading: boolean;
  /** Why there is no history to see; null when there is. */
  readonly failure: string | null;
}

export function useColumns({ meters, spanMs, now, connections, latest }: ColumnsWanted): ChartData {
  const [data, setData] = useState<ChartData>(() => ({
    columns: NO_COLUMNS,
    range: { fromMs: now() - spanMs, toMs: now() },
    loading: true,
    failure: null,
  }));
  const [round, setRound] = useState(0);

  useEffect(() => {
    const timer = setInterval(() => setRound((before) => before + 1), FETCH_EVERY_MS);
    return () => clearInterval(timer);
  }, []);

  useEffect(() => {
    const leaving = new AbortController();
    const range = { fromMs: now() - spanMs, toMs: now() };
    const slowestMs = Math.max(...meters.map(({ gapMs }) => gapMs / 2));
    const points = Math.max(1, Math.min(MOST_POINTS, Math.floor(spanMs / slowestMs)));
    Promise.all(meters.map(({ sensor }) => fetchHistory(sensor, range, points, leaving.signal))).then(
      (histories) => {
        setData({ columns: historyColumns(histories, meters), range, loading: false, failure: null });
      },
      (thrown) => {
        if (leaving.signal.aborted) return;
        setData((before) => ({ ...before, loading: false, failure: messageOf(thrown) }));
      },
    );
    return () => leaving.abort();
  }, [meters, spanMs, connections, round]);

  const readings = meters.map(({ sensor }) => latest.get(sensor));
  useEffect(() => {
    setData((before) => {
      if (before.loading) return before;
      const range = { fromMs: now() - spanMs, toMs: now() };
      const columns = withReadings(before.columns, readings, meters, range.fromMs);
      return columns === before.columns ? before : { ...before, columns, range };
    });
  }, readings);

  return data;
}
