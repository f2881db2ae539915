/** Rows on their way out, a few thousand at a time and as columns, so that no format needs a whole answer in memory. */

/** A time is ms UTC; NaN in a number column and null in a text column stand for nothing. */
export type Column =
  | { readonly name: string; readonly kind: "text"; readonly values: readonly (string | null)[] }
  | { readonly name: string; readonly kind: "time" | "number" | "count"; readonly values: ArrayLike<number> };

/** Columns of equal length. All tables of one answer have the same columns. */
export type Table = readonly Column[];

export function rowsIn(table: Table): number {
  return table[0]?.values.length ?? 0;
}

/** The row's cell as JSON and CSV have it: times in ISO 8601 UTC, null for nothing. */
export function cellOf(column: Column, row: number): string | number | null {
  if (column.kind === "text") return column.values[row] ?? null;
  const value = column.values[row];
  if (value === undefined || Number.isNaN(value)) return null;
  return column.kind === "time" ? new Date(value).toISOString() : value;
}
