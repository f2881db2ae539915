/** Hourly means of sensors from history, as reports take them: hours without a value of use are NaN. */
import { HOUR_MS } from "../model/clock.ts";
import type { HistoryStore } from "../model/history-store.ts";
import type { HourlyMeans } from "../model/report.ts";
import type { TimeRange } from "../model/sample.ts";

export async function hourlyMeans(
  store: Pick<HistoryStore, "downsample">,
  sensors: readonly string[],
  range: TimeRange,
): Promise<ReadonlyMap<string, HourlyMeans>> {
  if (sensors.length === 0 || range.fromMs >= range.toMs) return new Map();
  const buckets = await store.downsample(sensors, range, HOUR_MS);
  return new Map(buckets.map(({ sensor, startsMs, means }) => [sensor, { startsMs, means }]));
}
