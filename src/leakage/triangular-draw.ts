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

/** Uniform draws in 0..1 from a 32-bit seed (the public-domain generator mulberry32). */
export function uniformDraws(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
