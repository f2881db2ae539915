/** Tables as CSV (RFC 4180), as one JSON object a line, and as Parquet, each made a piece at a time. */
import { setImmediate as others } from "node:timers/promises";
import { type BasicType, ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { type Column, cellOf, rowsIn, type Table } from "./table.ts";

export const TABLE_FORMATS = ["csv", "ndjson", "parquet"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export const CONTENT_TYPES: Readonly<Record<TableFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
};

type Tables = AsyncIterable<Table> | Iterable<Table>;

/** `columns` is a table without rows: an answer without any still says what it would have. */
export function encodeTables(
  format: TableFormat,
  columns: Table,
  tables: Tables,
): AsyncGenerator<Uint8Array> {
  if (format === "csv") return asCsv(columns, tables);
  return format === "ndjson" ? asNdjson(tables) : asParquet(columns, tables);
}

async function* asCsv(columns: Table, tables: Tables): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${columns.map(({ name }) => name).join(",")}\r\n`);
  for await (const table of tables) {
    yield Buffer.from(
      linesOf(table, (row) => `${table.map((one) => csvCell(cellOf(one, row))).join(",")}\r\n`),
    );
    await others();
  }
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return "";
  return typeof cell === "string" && /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : String(cell);
}

async function* asNdjson(tables: Tables): AsyncGenerator<Uint8Array> {
  for await (const table of tables) {
    const keys = table.map(({ name }) => `${JSON.stringify(name)}:`);
    const cell = (column: Column, i: number, row: number) => keys[i] + JSON.stringify(cellOf(column, row));
    yield Buffer.from(linesOf(table, (row) => `{${table.map((one, i) => cell(one, i, row)).join(",")}}\n`));
    await others();
  }
}

function linesOf(table: Table, line: (row: number) => string): string {
  let text = "";
  for (let row = 0; row < rowsIn(table); row += 1) text += line(row);
  return text;
}

const PARQUET_TYPES: Readonly<Record<Column["kind"], BasicType>> = {
  text: "STRING",
  time: "TIMESTAMP",
  number: "DOUBLE",
  count: "INT64",
};
/** A row group is held in memory, and packing it holds everybody else up. */
const ROW_GROUP_ROWS = 20_000;

async function* asParquet(columns: Table, tables: Tables): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: sourcesOf([columns]) }),
  });
  const writeGroup = (group: readonly Table[]) => {
    parquet.write({ columnData: sourcesOf(group), rowGroupSize: ROW_GROUP_ROWS });
    return takeBytes(writer);
  };
  let group: Table[] = [];
  let rows = 0;
  for await (const table of tables) {
    group.push(table);
    rows += rowsIn(table);
    if (rows < ROW_GROUP_ROWS) continue;
    yield writeGroup(group);
    await others();
    group = [];
    rows = 0;
  }
  if (rows > 0) yield writeGroup(group);
  parquet.finish();
  yield takeBytes(writer);
}

function sourcesOf(tables: readonly Table[]) {
  return (tables[0] ?? []).map(({ name, kind }, index) => ({
    name,
    type: PARQUET_TYPES[kind],
    data: tables.flatMap((table) => parquetValues(table[index])),
  }));
}

function parquetValues(column: Column | undefined): unknown[] {
  if (!column) return [];
  if (column.kind === "text") return [...column.values];
  return Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return null;
    if (column.kind === "time") return new Date(value);
    return column.kind === "count" ? BigInt(value) : value;
  });
}

/** What was written since the last time; the writer goes on counting from there. */
function takeBytes(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
