/**
 * The constant offset in a run of hourly deviations: what a leak adds at all hours alike. Generalised least squares with each hour's
 * own noise and a correlation between neighbouring hours of 0.6 to the power of their distance (measured on ten real districts: 0.3
 * to 0.7). Nights weigh most because they are quiet, not by decree.
 */
import { HOURS } from "./local-hours.ts";

const CORRELATION = 0.6;
/** An hour counts for at most so many of its standard deviations: one wild hour is not a leak. */
const CLIP_SIGMAS = 4;
const BLOCKS = 4;
const BLOCK_HOURS = HOURS / BLOCKS;

/**
 * Weights of hours whose deviations have these standard deviations; their sum is the precision of the offset. An hour whose standard
 * deviation is 0, not known yet, weighs nothing.
 */
export function offsetWeights(sigmas: ArrayLike<number>, correlation = CORRELATION): Float64Array {
  const count = sigmas.length;
  const weights = new Float64Array(count);
  if (count === 1 && sigmas[0]! > 0) weights[0] = 1 / sigmas[0]! ** 2;
  if (count <= 1) return weights;
  const ends = 1 / (1 - correlation ** 2);
  for (let i = 0; i < count; i += 1) {
    if (!(sigmas[i]! > 0)) continue;
    const inner = i > 0 && i < count - 1;
    let sum = (inner ? 1 + correlation ** 2 : 1) / sigmas[i]!;
    if (i > 0 && sigmas[i - 1]! > 0) sum -= correlation / sigmas[i - 1]!;
    if (i < count - 1 && sigmas[i + 1]! > 0) sum -= correlation / sigmas[i + 1]!;
    weights[i] = (sum * ends) / sigmas[i]!;
  }
  return weights;
}

export interface Offset {
  readonly offsetM3h: number;
  /** How far the four quarters of the day are from agreeing on one offset, m3/h. */
  readonly disagreementM3h: number;
  /** Of the precision that a day known at all hours has, what the known hours have: 1 for all, little without the night. */
  readonly knownShare: number;
}

/**
 * Offset of the mean of some days of deviations, and whether all quarters of the day tell the same: a leak adds at all hours, a
 * change of use at some. Null with fewer than three quarters known.
 */
export function dayOffset(
  days: readonly Float64Array[],
  sigmas: Float64Array,
  clipSigmas = CLIP_SIGMAS,
): Offset | null {
  const weights = offsetWeights(sigmas);
  const offsets: number[] = [];
  const precisions: number[] = [];
  let precision = 0;
  let knownPrecision = 0;
  for (let block = 0; block < BLOCKS; block += 1) {
    let weighted = 0;
    let known = 0;
    let whole = 0;
    for (let hour = block * BLOCK_HOURS; hour < (block + 1) * BLOCK_HOURS; hour += 1) {
      const mean = clippedMean(days, hour, clipSigmas * sigmas[hour]!);
      // Beside a far quieter hour a noisy one can weigh less than nothing; then it weighs nothing.
      const weight = Math.max(0, weights[hour]!);
      whole += weight;
      if (Number.isNaN(mean)) continue;
      weighted += weight * mean;
      known += weight;
    }
    precision += whole;
    if (known < whole / 2 || known === 0) continue;
    knownPrecision += known;
    offsets.push(weighted / known);
    precisions.push(whole);
  }
  if (offsets.length < BLOCKS - 1) return null;
  const total = precisions.reduce((sum, one) => sum + one, 0);
  const offsetM3h = offsets.reduce((sum, one, i) => sum + one * precisions[i]!, 0) / total;
  const spread = offsets.reduce((sum, one, i) => sum + (one - offsetM3h) ** 2 * precisions[i]!, 0) / total;
  return { offsetM3h, disagreementM3h: Math.sqrt(spread), knownShare: knownPrecision / precision };
}

function clippedMean(days: readonly Float64Array[], hour: number, limit: number): number {
  let sum = 0;
  let count = 0;
  for (const day of days) {
    const value = day[hour]!;
    if (Number.isNaN(value)) continue;
    sum += Math.max(-limit, Math.min(limit, value));
    count += 1;
  }
  return sum / count;
}
