/**
 * How use that came and went has ended: at once, as when somebody shuts a hydrant or a large user's valve, or ever more slowly, as a float
 * valve closes on a tank that is nearly full. Both shapes are fitted to the slots around the end by least squares, and the better one is
 * the answer: single slots scatter too much to read a fall off them.
 */
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";

/** From four fifths of its flow to one fifth in less than this it ended at once. */
const TAPER_MS = 25 * MINUTE_MS;
const TAPER_SLOTS = 1.5;
/** Of the squares that an end at once leaves, tapering must leave less than this share. */
const BETTER_SHARE = 0.85;
const TIME_CONSTANTS_H = [0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.3, 1.6, 2, 2.5, 3.2, 4] as const;
/** Time constants of an exponential fall from four fifths to one fifth. */
const FALL = Math.log(4);
const LEAST_SLOTS = 4;

export interface AboveUsual {
  readonly timeMs: number;
  readonly aboveM3h: number;
}

export interface UseEnding {
  readonly tapered: boolean;
  /** From four fifths of its flow to one fifth. */
  readonly fallMs: number;
  /** When it was down to a fifth. */
  readonly backMs: number;
}

interface Fit {
  readonly fromMs: number;
  readonly constantMs: number;
  readonly squares: number;
}

/** Slots in order of time, from within the use to past its end; null with too few. */
export function useEnding(slots: readonly AboveUsual[], slotMs: number): UseEnding | null {
  if (slots.length < LEAST_SLOTS) return null;
  const tapersFromMs = Math.max(TAPER_MS, TAPER_SLOTS * slotMs);
  const fits = TIME_CONSTANTS_H.map((hours) => bestFit(slots, hours * HOUR_MS));
  const best = (some: readonly Fit[]) =>
    some.reduce<Fit | null>((least, one) => (least && least.squares <= one.squares ? least : one), null);
  const atOnce = best(fits.filter(({ constantMs }) => FALL * constantMs < tapersFromMs));
  const tapering = best(fits.filter(({ constantMs }) => FALL * constantMs >= tapersFromMs));
  if (!atOnce || !tapering) return null;
  const tapered = tapering.squares < BETTER_SHARE * atOnce.squares;
  const { fromMs, constantMs } = tapered ? tapering : atOnce;
  return {
    tapered,
    fallMs: Math.max(slotMs, FALL * constantMs),
    backMs: fromMs + Math.max(0, Math.log(5) * constantMs),
  };
}

/** With one level until it begins to fall, whenever that leaves least. */
function bestFit(slots: readonly AboveUsual[], constantMs: number): Fit {
  let best: Fit = { fromMs: Number.NaN, constantMs, squares: Number.POSITIVE_INFINITY };
  for (const { timeMs: fromMs } of slots.slice(1)) {
    let product = 0;
    let weight = 0;
    let total = 0;
    for (const { timeMs, aboveM3h } of slots) {
      const share = timeMs < fromMs ? 1 : constantMs > 0 ? Math.exp(-(timeMs - fromMs) / constantMs) : 0;
      product += share * aboveM3h;
      weight += share ** 2;
      total += aboveM3h ** 2;
    }
    const squares = total - product ** 2 / weight;
    if (squares < best.squares) best = { fromMs, constantMs, squares };
  }
  return best;
}
