/** Milliseconds since 1970 UTC. Handed in wherever time matters, so that a test can own it. */
export type Clock = () => number;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** The last instant a Date can hold. */
export const LAST_MS = 8.64e15;
