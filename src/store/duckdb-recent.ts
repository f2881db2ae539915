/**
 * The recent table: samples in the order they came, with the dictionary of sensors. Each carries an ordinal that grows with every sample
 * appended, so that of equal times the one that came last is known.
 */
import { DOUBLE, type DuckDBConnection, INTEGER, UINTEGER, VARCHAR } from "@duckdb/node-api";
import { type Series, sampleCount, seriesOf, type TimeRange } from "../model/sample.ts";
import { concatenate, lastWins } from "./columns.ts";
import { appendColumns, numberColumns } from "./duckdb-columns.ts";
import type { Standing } from "./standing.ts";

export const RECENT_SCHEMA = `
  CREATE TABLE IF NOT EXISTS sensor (id INTEGER, name VARCHAR);
  CREATE TABLE IF NOT EXISTS sample (sensor INTEGER, time_ms DOUBLE, value DOUBLE, status UINTEGER, ordinal DOUBLE);
`;

export interface Recent {
  /** Within the writer's transaction. The result is called when that is committed. */
  append(writer: DuckDBConnection, series: readonly Series[]): Promise<() => void>;
  /** Ascending by time, one sample a time. */
  read(reader: DuckDBConnection, sensor: string, range: TimeRange): Promise<Series>;
  /** Every sample with a lower one is committed. */
  nextOrdinal(): number;
}

export async function recallRecent(reader: DuckDBConnection, standing: Standing): Promise<Recent> {
  const sensors = await reader.runAndReadAll("SELECT name, id FROM sensor");
  const sensorIds = new Map(sensors.getRows().map(([name, id]) => [String(name), Number(id)]));
  const highest = await reader.runAndReadAll("SELECT coalesce(max(ordinal) + 1, 0) FROM sample");
  let nextOrdinal = Number(highest.getRows()[0]![0]);
  await recallNewest(reader, standing);

  return {
    async append(writer, series) {
      const names = new Set(series.map((one) => one.sensor));
      const newIds = new Map(
        [...names].filter((name) => !sensorIds.has(name)).map((name, i) => [name, sensorIds.size + i]),
      );
      await appendColumns(writer, "sensor", [
        { type: INTEGER, values: [...newIds.values()] },
        { type: VARCHAR, values: [...newIds.keys()] },
      ]);
      const idOf = (name: string) => sensorIds.get(name) ?? newIds.get(name)!;
      await appendSamples(writer, series, idOf, nextOrdinal);
      return () => {
        for (const [name, id] of newIds) sensorIds.set(name, id);
        nextOrdinal += sampleCount(series);
      };
    },
    async read(reader, sensor, range) {
      const id = sensorIds.get(sensor);
      if (id === undefined) return seriesOf(sensor, [], []);
      const result = await reader.run(
        `SELECT time_ms, value, status FROM sample
         WHERE sensor = $1 AND time_ms >= $2 AND time_ms < $3 ORDER BY time_ms, ordinal`,
        [id, range.fromMs, range.toMs],
        [INTEGER, DOUBLE, DOUBLE],
      );
      const [timesMs, values, statuses] = await numberColumns(result);
      return lastWins({
        sensor,
        timesMs: timesMs!,
        values: values!,
        statuses: Uint32Array.from(statuses!),
      });
    },
    nextOrdinal: () => nextOrdinal,
  };
}

async function appendSamples(
  writer: DuckDBConnection,
  series: readonly Series[],
  idOf: (sensor: string) => number,
  ordinal: number,
): Promise<void> {
  const whole = concatenate("", series);
  const ids = new Int32Array(whole.timesMs.length);
  let offset = 0;
  for (const one of series) {
    ids.fill(idOf(one.sensor), offset, offset + one.timesMs.length);
    offset += one.timesMs.length;
  }
  const ordinals = new Float64Array(ids.length);
  for (let row = 0; row < ordinals.length; row += 1) ordinals[row] = ordinal + row;
  await appendColumns(writer, "sample", [
    { type: INTEGER, values: ids },
    { type: DOUBLE, values: whole.timesMs },
    { type: DOUBLE, values: whole.values },
    { type: UINTEGER, values: whole.statuses },
    { type: DOUBLE, values: ordinals },
  ]);
}

async function recallNewest(reader: DuckDBConnection, standing: Standing): Promise<void> {
  const result = await reader.runAndReadAll(
    `SELECT name, oldest_ms, last.time_ms, last.value, last.status FROM sensor JOIN (
       SELECT sensor, min(time_ms) AS oldest_ms, arg_max(sample, (time_ms, ordinal)) AS last FROM sample GROUP BY sensor
     ) ON sensor = id`,
  );
  for (const [name, ...figures] of result.getRows()) {
    const [oldestMs, timeMs, value, status] = figures.map(Number);
    standing.known({ sensor: String(name), timeMs: timeMs!, value: value!, status: status! }, oldestMs!);
  }
}
