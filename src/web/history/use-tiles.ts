/** Keeps the tiles of what is looked at coming: first a coarse picture, then the fine one, then what a pan would show next. */
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { messageOf } from "../../model/failure.ts";
import type { TimeRange } from "../../model/sample.ts";
import { ClockAhead } from "../clock.tsx";
import { panned } from "./history-place.ts";
import type { Level } from "./levels.ts";
import { createTileStore, type TileStore } from "./tile-store.ts";
import { fetchRun } from "./tiles-http.ts";

/** While somebody pans, the range changes with every frame: what they only pass is not asked for. */
const SETTLED_MS = 120;

export interface TilesWanted {
  readonly sensors: readonly string[];
  readonly level: Level;
  /** What is drawn while the view moves, and until the finer level has come. */
  readonly rough: Level;
  readonly range: TimeRange;
  readonly originMs: number;
  readonly compareMs: number | null;
  /** Another number asks again: the connection was away, or a minute has passed. */
  readonly round: number;
}

export interface Tiles {
  readonly store: TileStore;
  /** Another number after each arrival. */
  readonly version: number;
  readonly loading: boolean;
  readonly failure: string | null;
}

export function useTiles({ sensors, level, rough, range, originMs, compareMs, round }: TilesWanted): Tiles {
  const ahead = useContext(ClockAhead);
  const store = useMemo(() => createTileStore(originMs), [originMs]);
  const [version, setVersion] = useState(0);
  const [loading, setLoading] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    if (sensors.length === 0) return;
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      const nowMs = Date.now() + ahead;
      const missing = (at: Level, of: TimeRange) => store.missing(sensors, at, of, nowMs);
      const past = compareMs === null ? [] : [moved(range, -compareMs)];
      const looked = [range, ...past];
      const steps = [
        looked.flatMap((of) => missing(rough, of)),
        looked.flatMap((of) => missing(level, of)),
        [panned(range, -1), panned(range, 1)].flatMap((of) => [...missing(rough, of), ...missing(level, of)]),
      ];
      setLoading(steps[1]?.length !== 0);
      try {
        for (const [index, runs] of steps.entries()) {
          for (const run of runs) {
            await fetchRun(store, run, nowMs, leaving.signal);
            setVersion((before) => before + 1);
          }
          if (index === 1) setLoading(false);
        }
        setFailure(null);
      } catch (thrown) {
        if (leaving.signal.aborted) return;
        setLoading(false);
        setFailure(messageOf(thrown));
      }
    }, SETTLED_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [store, sensors, level, rough, range, compareMs, round]);

  return { store, version, loading, failure };
}

function moved({ fromMs, toMs }: TimeRange, byMs: number): TimeRange {
  return { fromMs: fromMs + byMs, toMs: toMs + byMs };
}
