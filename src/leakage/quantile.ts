/**
 * Quantile with linear interpolation between order statistics (Hyndman and Fan type 7, as spreadsheets do it). simple-statistics
 * rounds up to an order statistic instead: 11.9 where UKWIR's reporting rule gives 11.92.
 */
import { requireBetween } from "./input.ts";

/** `share` 0..1. Null without values. Values must not be NaN. */
export function quantile(values: readonly number[], share: number): number | null {
  requireBetween(0, 1, { share });
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (position - Math.floor(position));
}
