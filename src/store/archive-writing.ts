/** All of a history, read through its port and written as an archive folder. */
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DOUBLE, type DuckDBConnection, DuckDBInstance, UINTEGER, VARCHAR } from "@duckdb/node-api";
import { Failure } from "../model/failure.ts";
import type { HistoryStore } from "../model/history-store.ts";
import type { TimeRange } from "../model/sample.ts";
import { ARCHIVE_FILE, type Archive, EVENTS_FILE, type MovedHistory, SAMPLES_FOLDER } from "./archive.ts";
import { appendColumns, literal } from "./duckdb-columns.ts";
import { monthAt, type Stretch } from "./sealed-stretch.ts";
import { syncToDisk } from "./sync-to-disk.ts";

const FILE_SAMPLES = 5_000_000;
const EVENTS_AT_ONCE = 1_000;

/**
 * Nothing may be appended to the store meanwhile. The folder must not exist; an export that was broken off left a folder that ends in
 * .part, and is begun anew. Throws Failure "folder-in-the-way".
 */
export async function exportHistory(
  store: HistoryStore,
  target: string,
  onMonth: (month: string, samples: number) => void = () => {},
): Promise<MovedHistory> {
  const folder = resolve(target);
  const draft = `${folder}.part`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, SAMPLES_FOLDER), { recursive: true });
  // First, so that what is said to be stored is in the samples read after it.
  const watermarks = (await store.watermarks()).map((one) => ({ ...one }));
  const files = await writeSamples(store, join(draft, SAMPLES_FOLDER), onMonth);
  const events = await writeEvents(store, join(draft, EVENTS_FILE));
  const samples = files.reduce((sum, file) => sum + file.samples, 0);
  const archive: Archive = { version: 1, files, samples, events, watermarks };
  await writeFile(join(draft, ARCHIVE_FILE), JSON.stringify(archive, null, 2), { flush: true });
  await rename(draft, folder).catch((thrown: unknown) => {
    throw new Failure("folder-in-the-way", `${folder} exists already`, { cause: thrown });
  });
  await syncToDisk(dirname(folder));
  return { samples, events, watermarks: watermarks.length };
}

async function writeSamples(
  store: HistoryStore,
  folder: string,
  onMonth: (month: string, samples: number) => void,
): Promise<Archive["files"]> {
  const extent = await store.extent();
  if (!extent) return [];
  const sensors = (await store.latest()).map(({ sensor }) => sensor).sort();
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "512MB" });
  const connection = await instance.connect();
  const files: Archive["files"] = [];
  try {
    await connection.run(
      "CREATE TABLE sample (sensor VARCHAR, time_ms DOUBLE, value DOUBLE, status UINTEGER, server_delay_ms DOUBLE)",
    );
    for (const month of monthsOf(extent)) {
      const written = await writeMonth(store, connection, { folder, sensors, month });
      files.push(...written);
      onMonth(
        month.name,
        written.reduce((sum, file) => sum + file.samples, 0),
      );
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return files;
}

interface MonthParts {
  readonly folder: string;
  readonly sensors: readonly string[];
  readonly month: Stretch;
}

async function writeMonth(
  store: HistoryStore,
  connection: DuckDBConnection,
  { folder, sensors, month }: MonthParts,
): Promise<Archive["files"]> {
  const files: Archive["files"] = [];
  let gathered = 0;
  const flush = async () => {
    if (gathered === 0) return;
    const name = `${month.name}.${String(files.length + 1).padStart(3, "0")}.parquet`;
    await connection.run(
      `COPY (SELECT sensor, make_timestamp_ms(time_ms::BIGINT)::TIMESTAMP_MS AS time_utc,
         CASE WHEN isnan(value) THEN NULL ELSE value END AS value, status,
         CASE WHEN isnan(server_delay_ms) THEN NULL ELSE server_delay_ms END::BIGINT AS server_delay_ms FROM sample)
       TO ${literal(join(folder, name))} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await syncToDisk(join(folder, name));
    await connection.run("DELETE FROM sample");
    files.push({ name, month: month.name, samples: gathered });
    gathered = 0;
  };
  for (const sensor of sensors) {
    const { timesMs, values, statuses, serverDelaysMs } = await store.read(sensor, month);
    await appendColumns(connection, "sample", [
      { type: VARCHAR, values: new Array<string>(timesMs.length).fill(sensor) },
      { type: DOUBLE, values: timesMs },
      { type: DOUBLE, values: values },
      { type: UINTEGER, values: statuses },
      { type: DOUBLE, values: serverDelaysMs ?? new Float64Array(timesMs.length).fill(Number.NaN) },
    ]);
    gathered += timesMs.length;
    if (gathered >= FILE_SAMPLES) await flush();
  }
  await flush();
  return files;
}

function* monthsOf({ fromMs, toMs }: TimeRange): Generator<Stretch> {
  for (let month = monthAt(fromMs); month.fromMs < toMs; month = monthAt(month.toMs)) yield month;
}

async function writeEvents(store: HistoryStore, path: string): Promise<number> {
  const file = await open(path, "w");
  let cursor = 0;
  let count = 0;
  try {
    for (;;) {
      const events = await store.events(cursor, EVENTS_AT_ONCE);
      const last = events.at(-1);
      if (!last) break;
      await file.appendFile(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
      cursor = last.cursor;
      count += events.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return count;
}
