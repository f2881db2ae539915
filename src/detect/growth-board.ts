/** What all meters of a utility have changed by in two weeks: a season, or weather, moves them together, and one that drifts moves alone. */
import { median } from "simple-statistics";

const LEAST_OTHERS = 2;

interface Known {
  readonly day: number;
  readonly share: number;
  /** On the day before. */
  readonly before: number;
  readonly meanM3h: number;
}

export interface GrowthBoard {
  /** By sensor. */
  readonly shares: Map<string, Known>;
}

export function createGrowthBoard(): GrowthBoard {
  return { shares: new Map() };
}

/** Share of the flow, and that flow, m3/h; NaN when unknown. */
export function noteGrowth(
  { shares }: GrowthBoard,
  sensor: string,
  day: number,
  share: number,
  meanM3h: number,
): void {
  const known = shares.get(sensor);
  // Of a meter that districts share, each of them notes the same day.
  const before = known?.day === day ? known.before : known?.day === day - 1 ? known.share : Number.NaN;
  shares.set(sensor, { day, share, before, meanM3h });
}

/**
 * Median of the other meters on the day before, so that it does not matter who is judged first; null with fewer than
 * two.
 */
export function growthOfOthers({ shares }: GrowthBoard, sensor: string, day: number): number | null {
  const known: number[] = [];
  for (const [id, one] of shares) {
    const share = shareBefore(one, day);
    if (id !== sensor && !Number.isNaN(share)) known.push(share);
  }
  return known.length >= LEAST_OTHERS ? median(known) : null;
}

/**
 * True when one of these had changed by at least so much on the day before, m3/h, apart from what is common to all
 * meters.
 */
export function othersMoved(
  board: GrowthBoard,
  sensors: readonly string[],
  day: number,
  leastM3h: number,
): boolean {
  return sensors.some((sensor) => {
    const known = board.shares.get(sensor);
    const share = shareBefore(known, day) - (growthOfOthers(board, sensor, day) ?? 0);
    return Math.abs(share) * (known?.meanM3h ?? 0) >= leastM3h;
  });
}

function shareBefore(one: Known | undefined, day: number): number {
  return one?.day === day ? one.before : one?.day === day - 1 ? one.share : Number.NaN;
}
