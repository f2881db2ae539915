/** History in memory: for tests, and for a backtest that must not touch a disk. Keeps every promise but durability. */
import type { StoredEvent } from "../model/event.ts";
import type { HistoryStore } from "../model/history-store.ts";
import { type Series, seriesOf } from "../model/sample.ts";
import { checkTimes, concatenate, createTally, cut, lastWins } from "./columns.ts";
import { createStanding } from "./standing.ts";

export function createMemoryStore(): HistoryStore {
  const samples = new Map<string, { merged: Series; arrived: Series[] }>();
  const events: StoredEvent[] = [];
  const standing = createStanding();

  /** Merging is put off until somebody reads, so that many small appends cost one merge. */
  function whole(sensor: string): Series {
    const entry = samples.get(sensor);
    if (!entry) return seriesOf(sensor, [], []);
    if (entry.arrived.length > 0) {
      entry.merged = lastWins(concatenate(sensor, [entry.merged, ...entry.arrived]));
      entry.arrived = [];
    }
    return entry.merged;
  }

  return {
    async append(commit) {
      checkTimes(commit.series);
      for (const series of commit.series) {
        const entry = samples.get(series.sensor);
        const copy = concatenate(series.sensor, [series]);
        if (entry) entry.arrived.push(copy);
        else samples.set(series.sensor, { merged: lastWins(copy), arrived: [] });
      }
      standing.samples(commit.series);
      standing.watermarks(commit.watermarks);
      const stored = commit.events.map((event, i) => ({ ...event, cursor: events.length + i + 1 }));
      events.push(...stored);
      return stored;
    },
    watermarks: async () => standing.stored(),
    read: async (sensor, range) => cut(whole(sensor), range),
    async downsample(sensors, range, bucketMs) {
      return sensors.map((sensor) => {
        const tally = createTally(sensor, range, bucketMs);
        tally.addSeries(cut(whole(sensor), range));
        return tally.buckets();
      });
    },
    extent: async () => standing.extent(),
    latest: async () => standing.latest(),
    events: async (cursor, limit) => events.slice(cursor, cursor + limit),
    close: async () => {},
  };
}
