/**
 * The recent table: samples in the order they came, with the dictionary of sensors. Each carries an ordinal that grows with every sample
 * appended, so that of equal times the one that came last is known.
 */
import { DOUBLE, type DuckDBConnection, INTEGER, UINTEGER, VARCHAR } from "@duckdb/node-api";
import {
  firstAtOrAfter,
  type Series,
  sampleCount,
  seriesOf,
  type TimeRange,
  withDelays,
} from "../model/sample.ts";
import { concatenate, lastWins } from "./columns.ts";
import { appendColumns, numberColumns } from "./duckdb-columns.ts";
import type { Standing } from "./standing.ts";

export const RECENT_SCHEMA = `
  CREATE TABLE IF NOT EXISTS sensor (id INTEGER, name VARCHAR);
  CREATE TABLE IF NOT EXISTS sample (sensor INTEGER, time_ms DOUBLE, value DOUBLE, status UINTEGER, ordinal DOUBLE);
  CREATE TABLE IF NOT EXISTS timed_sample
    (sensor INTEGER, time_ms DOUBLE, value DOUBLE, status UINTEGER, ordinal DOUBLE, server_delay_ms DOUBLE);
`;

/** The recent samples' tables; those of series with servers' times have their own, so that the others are written without a column of nothing. */
export const RECENT_TABLES = ["sample", "timed_sample"];

/** Their rows, for use after FROM. */
export const RECENT_ROWS = `(SELECT *, NULL::DOUBLE AS server_delay_ms FROM sample UNION ALL SELECT * FROM timed_sample)`;

export interface Recent {
  /** Within the writer's transaction. The result is called when that is committed. */
  append(writer: DuckDBConnection, series: readonly Series[]): Promise<() => void>;
  /** One series a sensor, in the order asked; ascending by time, one sample a time; with servers' times where they are asked for. */
  read(
    reader: DuckDBConnection,
    sensors: readonly string[],
    range: TimeRange,
    isTimed: boolean,
  ): Promise<readonly Series[]>;
  /** Every sample with a lower one is committed. */
  nextOrdinal(): number;
}

export async function recallRecent(reader: DuckDBConnection, standing: Standing): Promise<Recent> {
  const sensors = await reader.runAndReadAll("SELECT name, id FROM sensor");
  const sensorIds = new Map(sensors.getRows().map(([name, id]) => [String(name), Number(id)]));
  const highest = await reader.runAndReadAll(`SELECT coalesce(max(ordinal) + 1, 0) FROM ${RECENT_ROWS}`);
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
    async read(reader, sensors, range, isTimed) {
      const ids = sensors.map((sensor) => sensorIds.get(sensor)).filter((id) => id !== undefined);
      const rows = await readRows(reader, ids, range, isTimed);
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
  readonly delaysMs: Float64Array | undefined;
}

const NO_ROWS: Rows = {
  ids: new Float64Array(),
  timesMs: new Float64Array(),
  values: new Float64Array(),
  statuses: new Float64Array(),
  delaysMs: undefined,
};

/** In the order of sensors, time and arrival. */
async function readRows(
  reader: DuckDBConnection,
  ids: readonly number[],
  range: TimeRange,
  isTimed: boolean,
): Promise<Rows> {
  if (ids.length === 0) return NO_ROWS;
  const result = await reader.run(
    `SELECT sensor, time_ms, value, status${isTimed ? ", server_delay_ms" : ""} FROM ${RECENT_ROWS}
     WHERE sensor IN (${ids.join(", ")}) AND time_ms >= $1 AND time_ms < $2 ORDER BY sensor, time_ms, ordinal`,
    [range.fromMs, range.toMs],
    [DOUBLE, DOUBLE],
  );
  const [sensors, timesMs, values, statuses, delaysMs] = await numberColumns(result);
  return { ids: sensors!, timesMs: timesMs!, values: values!, statuses: statuses!, delaysMs };
}

function rowsOfSensor(rows: Rows, id: number, sensor: string): Series {
  const { ids, timesMs, values, statuses, delaysMs } = rows;
  const [from, to] = [firstAtOrAfter(ids, id), firstAtOrAfter(ids, id + 1)];
  const own = {
    sensor,
    timesMs: timesMs.slice(from, to),
    values: values.slice(from, to),
    statuses: Uint32Array.from(statuses.subarray(from, to)),
  };
  return withDelays(own, delaysMs?.slice(from, to));
}

/** Each sample's ordinal is that of the first and its place in the series, which are taken one after the other. */
async function appendSamples(
  writer: DuckDBConnection,
  series: readonly Series[],
  idOf: (sensor: string) => number,
  firstOrdinal: number,
): Promise<void> {
  let ordinal = firstOrdinal;
  const placed = series.map((one) => {
    const place = { series: one, ordinal };
    ordinal += one.timesMs.length;
    return place;
  });
  const isTimed = ({ series: { serverDelaysMs } }: Placed) => serverDelaysMs !== undefined;
  await appendPlaced(
    writer,
    "sample",
    placed.filter((one) => !isTimed(one)),
    idOf,
  );
  await appendPlaced(writer, "timed_sample", placed.filter(isTimed), idOf);
}

interface Placed {
  readonly series: Series;
  readonly ordinal: number;
}

async function appendPlaced(
  writer: DuckDBConnection,
  table: string,
  placed: readonly Placed[],
  idOf: (sensor: string) => number,
): Promise<void> {
  if (placed.length === 0) return;
  const whole = concatenate(
    "",
    placed.map(({ series }) => series),
  );
  const ids = new Int32Array(whole.timesMs.length);
  const ordinals = new Float64Array(ids.length);
  let offset = 0;
  for (const { series, ordinal } of placed) {
    const end = offset + series.timesMs.length;
    ids.fill(idOf(series.sensor), offset, end);
    for (let row = offset; row < end; row += 1) ordinals[row] = ordinal + row - offset;
    offset = end;
  }
  await appendColumns(writer, table, [
    { type: INTEGER, values: ids },
    { type: DOUBLE, values: whole.timesMs },
    { type: DOUBLE, values: whole.values },
    { type: UINTEGER, values: whole.statuses },
    { type: DOUBLE, values: ordinals },
    ...(whole.serverDelaysMs ? [{ type: DOUBLE, values: whole.serverDelaysMs }] : []),
  ]);
}

async function recallNewest(reader: DuckDBConnection, standing: Standing): Promise<void> {
  const result = await reader.runAndReadAll(
    `SELECT name, oldest_ms, last.time_ms, last.value, last.status FROM sensor JOIN (
       SELECT sensor, min(time_ms) AS oldest_ms, arg_max({time_ms: time_ms, value: value, status: status}, (time_ms, ordinal)) AS last
       FROM ${RECENT_ROWS} GROUP BY sensor
     ) ON sensor = id`,
  );
  for (const [name, ...figures] of result.getRows()) {
    const [oldestMs, timeMs, value, status] = figures.map(Number);
    standing.known({ sensor: String(name), timeMs: timeMs!, value: value!, status: status! }, oldestMs!);
  }
}
