/** The port to history. One contract suite (test/contract) runs over every implementation in src/store. */
import type { Watermark } from "./agent.ts";
import type { NewEvent, StoredEvent } from "./event.ts";
import type { Series, TimeRange } from "./sample.ts";

/** What becomes durable together or not at all. */
export interface Commit {
  readonly series: readonly Series[];
  readonly watermarks: readonly Watermark[];
  readonly events: readonly NewEvent[];
}

/** Columns of equal length, one row a bucket, every bucket of the range present. */
export interface Buckets {
  readonly sensor: string;
  readonly bucketMs: number;
  readonly startsMs: Float64Array;
  /** Of values with good or uncertain status; NaN where `counts` is 0: a gap is explicit. */
  readonly minima: Float64Array;
  readonly means: Float64Array;
  readonly maxima: Float64Array;
  readonly counts: Uint32Array;
  /** Of `counts`, how many had uncertain status. */
  readonly uncertain: Uint32Array;
  /** Samples that came and count nothing: bad, or without a value. */
  readonly bad: Uint32Array;
}

export interface LatestSample {
  readonly sensor: string;
  readonly timeMs: number;
  readonly value: number;
  readonly status: number;
}

export interface HistoryStore {
  /** Resolves when durable. The same sensor and time again: the later value wins. */
  append(commit: Commit): Promise<readonly StoredEvent[]>;
  /** One watermark for each site and epoch ever stored. */
  watermarks(): Promise<readonly Watermark[]>;
  /** Ascending by time, one sample a time. Empty for an unknown sensor. */
  read(sensor: string, range: TimeRange): Promise<Series>;
  /**
   * One answer a sensor, in the order asked. Buckets start at range.fromMs and are bucketMs long; the last may reach beyond range.toMs but
   * counts nothing there.
   */
  downsample(sensors: readonly string[], range: TimeRange, bucketMs: number): Promise<readonly Buckets[]>;
  /** From the oldest sample to just after the newest, over all sensors; null when there is none. */
  extent(): Promise<TimeRange | null>;
  /** The newest sample of every sensor that has one. */
  latest(): Promise<readonly LatestSample[]>;
  /** Events with a cursor above `cursor`, ascending, at most `limit`. */
  events(cursor: number, limit: number): Promise<readonly StoredEvent[]>;
  /** Resolves when everything appended is on disk and the files are released. */
  close(): Promise<void>;
}
