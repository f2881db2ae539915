/** What all meters of a utility have changed by in two weeks: a season, or weather, moves them together, and one that drifts moves alone. */
import { median } from "simple-statistics";

const LEAST_OTHERS = 2;

export interface GrowthBoard {
  /** Share of the flow, and that flow, m3/h; NaN when unknown. */
  note(sensor: string, day: number, share: number, meanM3h: number): void;
  /** Median of the other meters on the day before, so that it does not matter who is judged first; null with fewer than two. */
  others(sensor: string, day: number): number | null;
  /** True when one of these had changed by at least so much on the day before, m3/h, apart from what is common to all meters. */
  moved(sensors: readonly string[], day: number, leastM3h: number): boolean;
}

interface Known {
  readonly day: number;
  readonly share: number;
  /** On the day before. */
  readonly before: number;
  readonly meanM3h: number;
}

export function createGrowthBoard(): GrowthBoard {
  const shares = new Map<string, Known>();
  const before = (one: Known | undefined, day: number) =>
    one?.day === day ? one.before : one?.day === day - 1 ? one.share : Number.NaN;
  function others(sensor: string, day: number): number | null {
    const known: number[] = [];
    for (const [id, one] of shares) {
      const share = before(one, day);
      if (id !== sensor && !Number.isNaN(share)) known.push(share);
    }
    return known.length >= LEAST_OTHERS ? median(known) : null;
  }

  return {
    note(sensor, day, share, meanM3h) {
      const known = shares.get(sensor);
      shares.set(sensor, { day, share, before: known?.day === day - 1 ? known.share : Number.NaN, meanM3h });
    },
    others,
    moved: (sensors, day, leastM3h) =>
      sensors.some((sensor) => {
        const known = shares.get(sensor);
        const share = before(known, day) - (others(sensor, day) ?? 0);
        return Math.abs(share) * (known?.meanM3h ?? 0) >= leastM3h;
      }),
  };
}
