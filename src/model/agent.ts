/** What agents at the stations send beside samples, and what the centre remembers of each agent. */

/** Something an agent noticed: samples dropped by a cap, a source lost, a certificate near its end. */
export interface Notice {
  readonly timeMs: number;
  /** Stable name, kebab-case: "samples-dropped", "source-lost", "overflow", ... */
  readonly code: string;
  readonly sensor?: string;
  readonly figures: Readonly<Record<string, number | string>>;
}

/** The highest sequence of one spool that is durably stored with no gap before it. */
export interface Watermark {
  readonly site: string;
  readonly epoch: string;
  readonly stored: number;
}
