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
  /** The server's time less the source's, whole ms; NaN where none was given, and left out when none was given at all. */
  readonly serverDelaysMs?: Float64Array;
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
  serverDelaysMs?: ArrayLike<number>,
): Series {
  const plain = {
    sensor,
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(values),
    statuses: statuses ? Uint32Array.from(statuses) : new Uint32Array(timesMs.length),
  };
  return serverDelaysMs ? withDelays(plain, Float64Array.from(serverDelaysMs)) : plain;
}

/** The series with these server delays, or without any where none of them is known. */
export function withDelays(
  series: Omit<Series, "serverDelaysMs">,
  serverDelaysMs: Float64Array | undefined,
): Series {
  const { sensor, timesMs, values, statuses } = series;
  const plain = { sensor, timesMs, values, statuses };
  return serverDelaysMs?.some((delayMs) => !Number.isNaN(delayMs)) ? { ...plain, serverDelaysMs } : plain;
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
