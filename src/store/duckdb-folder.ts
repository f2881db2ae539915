/**
 * A history folder opened by this process alone. `hot.duckdb` (with its write-ahead log) holds everything not yet
 * sealed: samples in the order they came, the dictionary of sensors, watermarks, events. `sealed` holds the days that
 * are over, `hourly` what is kept of those that were let go.
 */
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { Failure, messageOf } from "../model/failure.ts";
import { RECENT_SCHEMA } from "./duckdb-recent.ts";
import { SEALED_SCHEMA } from "./duckdb-sealed-index.ts";
import { openParquetFolder, type ParquetFolder } from "./parquet-folder.ts";

export interface DuckdbOptions {
  /** Threads of the database, 4 when left out: two cores have something to do while the others wait for the disk. */
  readonly threads?: number;
  /** Memory of the database, MB, 256 when left out. Beyond it, it spills into the folder. */
  readonly memoryMb?: number;
}

export interface DuckdbFolder {
  readonly path: string;
  readonly instance: DuckDBInstance;
  /** Sealed samples, and the hours of those that were let go. */
  readonly files: ParquetFolder;
  readonly hourly: ParquetFolder;
  /** The file of the recent database. */
  readonly recentPath: string;
  release(): void;
}

/**
 * Where rows lie in a sealed file is not read anew for each question; a file that was written anew is noticed. What was read of it is
 * kept by the system, not by the database as well.
 */
const SETTINGS = "SET GLOBAL parquet_metadata_cache = true; SET GLOBAL enable_external_file_cache = false;";

const SCHEMA = `
  ${RECENT_SCHEMA}
  ${SEALED_SCHEMA}
  CREATE TABLE IF NOT EXISTS watermark (site VARCHAR, epoch VARCHAR, stored DOUBLE);
  CREATE TABLE IF NOT EXISTS event (cursor DOUBLE, time_ms DOUBLE, actor VARCHAR, body VARCHAR);
  CREATE OR REPLACE TABLE watermark AS SELECT site, epoch, max(stored) AS stored FROM watermark GROUP BY ALL;
`;

/** DuckDB's file lock keeps other processes out, but not a second opening by the same one. */
const openFolders = new Set<string>();

/** Throws Failure "store-in-use" when anybody has the folder open, "store-unreadable" when it cannot be opened. */
export async function openDuckdbFolder(folder: string, options: DuckdbOptions): Promise<DuckdbFolder> {
  const path = await makeFolder(folder);
  if (openFolders.has(path)) throw inUse(folder);
  openFolders.add(path);
  let instance: DuckDBInstance | undefined;
  let files: ParquetFolder;
  let hourly: ParquetFolder;
  const recentPath = join(path, "hot.duckdb");
  try {
    instance = await DuckDBInstance.create(recentPath, {
      threads: String(options.threads ?? 4),
      memory_limit: `${options.memoryMb ?? 256}MB`,
      temp_directory: join(path, "spill"),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run(SETTINGS);
    await connection.run(SCHEMA);
    connection.closeSync();
    files = await openParquetFolder(join(path, "sealed"));
    hourly = await openParquetFolder(join(path, "hourly"));
  } catch (thrown) {
    instance?.closeSync();
    openFolders.delete(path);
    if (/Could not set lock|being used by another process/.test(messageOf(thrown))) throw inUse(folder);
    const message = `history in ${folder} cannot be opened: ${messageOf(thrown)}`;
    throw new Failure("store-unreadable", message, { cause: thrown });
  }
  const opened = instance;
  return {
    path,
    instance: opened,
    files,
    hourly,
    recentPath,
    release() {
      opened.closeSync();
      openFolders.delete(path);
    },
  };
}

async function makeFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    return await realpath(folder);
  } catch (thrown) {
    const message = `history folder ${folder} cannot be made: ${messageOf(thrown)}`;
    throw new Failure("store-unreadable", message, { cause: thrown });
  }
}

function inUse(folder: string): Failure {
  return new Failure("store-in-use", `history in ${folder} is open in another Nightflow process`);
}
