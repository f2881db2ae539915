/** Waiting times between attempts: doubling from one to sixty seconds, spread so that a city's agents do not return at once. */
const LEAST_MS = 1000;
const MOST_MS = 60_000;

export interface Backoff {
  nextMs(): number;
  reset(): void;
}

export function createBackoff(random: () => number): Backoff {
  let waitMs = LEAST_MS;
  return {
    nextMs() {
      const chosen = waitMs * (0.5 + random() / 2);
      waitMs = Math.min(waitMs * 2, MOST_MS);
      return chosen;
    },
    reset() {
      waitMs = LEAST_MS;
    },
  };
}
