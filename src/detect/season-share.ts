/**
 * What a district's inflow does over weeks without a leak: how far its nights follow when its whole day grows or shrinks with the season
 * (1 where every hour changes by one share, 0 where the nights stay), and what is left over then. Learnt from its own past changes.
 */
const DAYS_KEPT = 240;
/** Newer changes tell how large they usually are. */
const SIZED_DAYS = 120;
/** What a share of 0 counts for, in changes of usual size. */
const PRIOR_COUNT = 10;
/** With fewer falls among the changes they do not tell what a rise usually is. */
const LEAST_FALLING = 1 / 3;
/** With fewer changes the share is not known. */
const LEAST_CHANGES = 14;
/** A leak that is growing must not excuse itself. */
const UNTRIED_DAYS = 28;

export interface SeasonShare {
  /** Null with too few changes seen: it may be anything from 0 to 1. */
  share(): number | null;
  /**
   * What past changes had beyond the season's share, m3/h, oldest first. Leaks only add, so that falls tell what is usual; where
   * there are few, all that is older than a leak that grows now would be.
   */
  usual(): readonly number[];
  /** What a change looks like as a constant, and what a constant would be by the growth of the day, m3/h. */
  observe(offsetM3h: number, grownM3h: number): void;
  /** So much of the newest changes was a leak that grew evenly over so many days. */
  explain(offsetM3h: number, overDays: number): void;
}

export function createSeasonShare(): SeasonShare {
  const changes: { offsetM3h: number; readonly grownM3h: number }[] = [];
  let share = 0;
  return {
    share: () => (changes.length < LEAST_CHANGES ? null : share),
    usual() {
      const rests = changes.slice(-SIZED_DAYS).map(({ offsetM3h, grownM3h }) => offsetM3h - share * grownM3h);
      const falls = rests.filter((rest) => rest < 0);
      return falls.length >= LEAST_FALLING * rests.length ? falls : rests.slice(0, -UNTRIED_DAYS);
    },
    observe(offsetM3h, grownM3h) {
      changes.push({ offsetM3h, grownM3h });
      if (changes.length > DAYS_KEPT) changes.shift();
      share = slopeOf(changes);
    },
    explain(offsetM3h, overDays) {
      for (const [index, change] of changes.entries()) {
        const back = changes.length - 1 - index;
        change.offsetM3h -= offsetM3h * Math.max(0, 1 - back / overDays);
      }
    },
  };
}

/** Slope through the origin with the least absolute deviations: the middle of the single slopes, each weighing what it grew. */
function slopeOf(changes: readonly { readonly offsetM3h: number; readonly grownM3h: number }[]): number {
  const slopes = changes
    .filter(({ grownM3h }) => grownM3h !== 0)
    .map(({ offsetM3h, grownM3h }) => ({ slope: offsetM3h / grownM3h, weight: Math.abs(grownM3h) }));
  if (slopes.length === 0) return 0;
  const total = slopes.reduce((sum, { weight }) => sum + weight, 0);
  const prior = { slope: 0, weight: (PRIOR_COUNT * total) / slopes.length };
  let left = (total + prior.weight) / 2;
  for (const { slope, weight } of [...slopes, prior].sort((a, b) => a.slope - b.slope)) {
    left -= weight;
    if (left <= 0) return Math.max(0, Math.min(1, slope));
  }
  return 0;
}
