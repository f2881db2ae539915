/**
 * The recent table: samples in the order they came, with the dictionary of sensors. Each carries an ordinal that grows with every sample
 * appended, so that of equal times the one that came last is known.
 */
import { DOUBLE, type DuckDBConnection, INTEGER, UINTEGER, VARCHAR } from "@duckdb/node-api";
import { firstAtOrAfter, type Series, sampleCount, seriesOf, type TimeRange } from "../model/sample.ts";
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
  /** One series a sensor, in the order asked; ascending by time, one sample a time. */
  read(reader: DuckDBConnection, sensors: readonly string[], range: TimeRange): Promise<readonly Series[]>;
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
    async read(reader, sensors, range) {
      const ids = sensors.map((sensor) => sensorIds.get(sensor)).filter((id) => id !== undefined);
      const rows = await readRows(reader, ids, range);
      return sensors.map((sensor) => {
        const id = sensorIds.get(sensor);
        return id === undefined ? seriesOf(sensor, [], []) : lastWins(rowsOfSensor(rows, id, sensor));
      });
    },
    nextOrdinal: () => nextOrdinal,
  };
}

interface Rows {
  /** Ascending. */
  readonly ids: Float64Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly statuses: Float64Array;
}

const NO_ROWS: Rows = {
  ids: new Float64Array(),
  timesMs: new Float64Array(),
  values: new Float64Array(),
  statuses: new Float64Array(),
};

/** In the order of sensors, time and arrival. */
async function readRows(reader: DuckDBConnection, ids: readonly number[], range: TimeRange): Promise<Rows> {
  if (ids.length === 0) return NO_ROWS;
  const result = await reader.run(
    `SELECT sensor, time_ms, value, status FROM sample
     WHERE sensor IN (${ids.join(", ")}) AND time_ms >= $1 AND time_ms < $2 ORDER BY sensor, time_ms, ordinal`,
    [range.fromMs, range.toMs],
    [DOUBLE, DOUBLE],
  );
  const [sensors, timesMs, values, statuses] = await numberColumns(result);
  return { ids: sensors!, timesMs: timesMs!, values: values!, statuses: statuses! };
}

function rowsOfSensor({ ids, timesMs, values, statuses }: Rows, id: number, sensor: string): Series {
  const [from, to] = [firstAtOrAfter(ids, id), firstAtOrAfter(ids, id + 1)];
  return {
    sensor,
    timesMs: timesMs.slice(from, to),
    values: values.slice(from, to),
    statuses: Uint32Array.from(statuses.subarray(from, to)),
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
