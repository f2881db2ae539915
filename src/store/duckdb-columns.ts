/** Columns into and out of DuckDB, chunk by chunk: no object is made per row on either way. And transactions around them. */
import { setImmediate as others } from "node:timers/promises";
import {
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBResult,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { Failure, messageOf } from "../model/failure.ts";

/** DuckDB's own vector size: no chunk may hold more rows. */
const CHUNK_ROWS = 2048;
/** After so much work in one go everybody else in the process has a turn. */
const LONGEST_BLOCK_MS = 5;

export interface Column {
  readonly type: DuckDBType;
  readonly values: ArrayLike<DuckDBValue>;
}

/** Appends columns of equal length to a table, within the connection's transaction. */
export async function appendColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
): Promise<void> {
  const length = columns[0]?.values.length ?? 0;
  if (length === 0) return;
  const types = columns.map((column) => column.type);
  const appender = await connection.createAppender(table);
  let sinceMs = performance.now();
  try {
    for (let start = 0; start < length; start += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, length - start);
      const chunk = DuckDBDataChunk.create(types, rows);
      for (const [index, { values }] of columns.entries()) {
        const vector = chunk.getColumnVector(index);
        for (let row = 0; row < rows; row += 1) vector.setItem(row, values[start + row]!);
        vector.flush();
      }
      appender.appendDataChunk(chunk);
      if (performance.now() - sinceMs > LONGEST_BLOCK_MS) {
        appender.flushSync();
        await others();
        sinceMs = performance.now();
      }
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/** The numeric columns of a whole result. NULL becomes NaN. */
export async function numberColumns(result: DuckDBResult): Promise<Float64Array[]> {
  const chunks = await result.fetchAllChunks();
  const length = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  return Array.from({ length: result.columnCount }, (_, column) => {
    const whole = new Float64Array(length);
    let offset = 0;
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(column);
      const rows = vector.itemCount;
      for (let row = 0; row < rows; row += 1) {
        const value = vector.getItem(row);
        whole[offset + row] = typeof value === "number" ? value : Number.NaN;
      }
      offset += rows;
    }
    return whole;
  });
}

/** Text as SQL, where no parameter may stand. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Disk full, a slow disk, memory short: all may pass, so a failed commit may be tried again. */
export async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  try {
    await connection.run("BEGIN TRANSACTION");
    await work();
    await connection.run("COMMIT");
  } catch (thrown) {
    // A commit that failed has rolled back by itself; then this says so and changes nothing.
    await connection.run("ROLLBACK").catch(() => undefined);
    throw new Failure("store-write", `history could not be written: ${messageOf(thrown)}`, {
      retryable: true,
      cause: thrown,
    });
  }
}
