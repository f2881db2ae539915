/**
 * Samples travel as columns, one series a sensor, so that no object is made per sample.
 * Units inside are fixed per quantity: flow m3/h, pressure m of water, level m, volume m3; time is ms UTC.
 */
export interface Series {
  readonly sensor: string;
  /** Source time, ms UTC. Ascending within one series read from history; any order on arrival. */
  readonly timesMs: Float64Array;
  /** NaN stands for "no value" and then the status is bad. */
  readonly values: Float64Array;
  /** OPC UA status codes, see status.ts. */
  readonly statuses: Uint32Array;
}

/** Half-open: from <= time < to. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export function seriesOf(
  sensor: string,
  timesMs: ArrayLike<number>,
  values: ArrayLike<number>,
  statuses?: ArrayLike<number>,
): Series {
  return {
    sensor,
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(values),
    statuses: statuses ? Uint32Array.from(statuses) : new Uint32Array(timesMs.length),
  };
}

export function sampleCount(series: readonly Series[]): number {
  return series.reduce((count, one) => count + one.timesMs.length, 0);
}

/** Index of the first time that is not before `timeMs`; the length when all are. Times ascend. */
export function firstAtOrAfter(timesMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesMs[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
