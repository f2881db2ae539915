/** What all meters of a utility have changed by in two weeks: a season, or weather, moves them together, and one that drifts moves alone. */
import { median } from "simple-statistics";

const LEAST_OTHERS = 2;

export interface GrowthBoard {
  /** Share of the flow, NaN when unknown. */
  note(sensor: string, day: number, share: number): void;
  /** Median of the other meters on the day before, so that it does not matter who is judged first; null with fewer than two. */
  others(sensor: string, day: number): number | null;
  /** True when one of these had changed by at least so much on the day before. */
  moved(sensors: readonly string[], day: number, leastShare: number): boolean;
}

interface Known {
  readonly day: number;
  readonly share: number;
  /** On the day before. */
  readonly before: number;
}

export function createGrowthBoard(): GrowthBoard {
  const shares = new Map<string, Known>();
  const before = (one: Known | undefined, day: number) =>
    one?.day === day ? one.before : one?.day === day - 1 ? one.share : Number.NaN;
  return {
    note(sensor, day, share) {
      const known = shares.get(sensor);
      shares.set(sensor, { day, share, before: known?.day === day - 1 ? known.share : Number.NaN });
    },
    others(sensor, day) {
      const known: number[] = [];
      for (const [id, one] of shares) {
        const share = before(one, day);
        if (id !== sensor && !Number.isNaN(share)) known.push(share);
      }
      return known.length >= LEAST_OTHERS ? median(known) : null;
    },
    moved: (sensors, day, leastShare) =>
      sensors.some((sensor) => Math.abs(before(shares.get(sensor), day)) >= leastShare),
  };
}
