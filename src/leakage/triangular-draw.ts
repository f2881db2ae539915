/** Seeded draws of uncertain inputs: the same seed gives the same draws on every machine. */
import { invalid, requireAtLeast, requireBetween, requireFinite } from "./input.ts";

/** What an input is at least, most likely and at most, in its own unit. */
export interface Triangular {
  readonly low: number;
  readonly mode: number;
  readonly high: number;
}

/** A value that may be off by so many percent either way. Throws unless the percentage is 0..100 and the value 0 or more. */
export function withinPercent(value: number, percent: number): Triangular {
  requireAtLeast(0, { value });
  requireBetween(0, 100, { percent });
  return { low: value * (1 - percent / 100), mode: value, high: value * (1 + percent / 100) };
}

/**
 * The value below which a triangular input falls with probability `share` (0..1): fed with uniform draws, it gives triangular ones.
 * Throws unless low <= mode <= high.
 */
export function triangularQuantile(input: Triangular, share: number): number {
  const { low, mode, high } = input;
  requireFinite({ low, mode, high });
  requireBetween(0, 1, { share });
  if (!(low <= mode && mode <= high)) {
    throw invalid("triangular", `${low}/${mode}/${high}`, "low <= mode <= high");
  }
  if (low === high) return mode;
  const shareBelowMode = (mode - low) / (high - low);
  return share < shareBelowMode
    ? low + Math.sqrt(share * (high - low) * (mode - low))
    : high - Math.sqrt((1 - share) * (high - low) * (high - mode));
}
