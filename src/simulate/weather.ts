/** The weather over a simulated city, by seed and time alone: warmth and rain, which move what people use. */
import { DAY_MS } from "../model/clock.ts";
import { keyOf, smoothNoise } from "./seeded-noise.ts";

export interface Weather {
  /** How much warmer than usual, degrees C. */
  readonly warmerC: number;
  readonly rainMmPerDay: number;
}

/** A warm or cool spell lasts days; it rains on about one day in seven. */
export function weatherAt(seed: number, timeMs: number): Weather {
  const key = keyOf(`${seed}/weather`);
  const wetness = smoothNoise(key ^ 0x5a, timeMs, DAY_MS);
  return {
    warmerC: 2 * smoothNoise(key, timeMs, 4 * DAY_MS),
    rainMmPerDay: wetness > 0.8 ? 12 * (wetness - 0.8) : 0,
  };
}
