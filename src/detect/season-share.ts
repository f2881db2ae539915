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

interface Change {
  /** What it looks like as a constant, m3/h. */
  offsetM3h: number;
  /** What a constant would be by the growth of the day, m3/h. */
  readonly grownM3h: number;
}

export interface SeasonShare {
  /** Oldest first. */
  readonly changes: Change[];
  share: number;
}

export function createSeasonShare(): SeasonShare {
  return { changes: [], share: 0 };
}

/** How far the nights follow. Null with too few changes seen: it may be anything from 0 to 1. */
export function nightShare({ changes, share }: SeasonShare): number | null {
  return changes.length < LEAST_CHANGES ? null : share;
}

/**
 * What past changes had beyond the season's share, m3/h, oldest first. Leaks only add, so that falls tell what is usual; where
 * there are few, all that is older than a leak that grows now would be.
 */
export function usualRests({ changes, share }: SeasonShare): readonly number[] {
  const rests = changes.slice(-SIZED_DAYS).map(({ offsetM3h, grownM3h }) => offsetM3h - share * grownM3h);
  const falls = rests.filter((rest) => rest < 0);
  return falls.length >= LEAST_FALLING * rests.length ? falls : rests.slice(0, -UNTRIED_DAYS);
}

/** What a change looks like as a constant, and what a constant would be by the growth of the day, m3/h. */
export function learnChange(season: SeasonShare, offsetM3h: number, grownM3h: number): void {
  season.changes.push({ offsetM3h, grownM3h });
  if (season.changes.length > DAYS_KEPT) season.changes.shift();
  season.share = slopeOf(season.changes);
}

/** So much of the newest changes was a leak that grew evenly over so many days. */
export function explainChanges({ changes }: SeasonShare, offsetM3h: number, overDays: number): void {
  for (const [index, change] of changes.entries()) {
    const back = changes.length - 1 - index;
    change.offsetM3h -= offsetM3h * Math.max(0, 1 - back / overDays);
  }
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
