/** The figures of what can be said of a sensor that is not to be believed. Part of the one list of evidence codes, evidence.ts. */

export interface SensorEvidenceFigures {
  /** A pressure or level that repeats one value, in m. */
  readonly "height-unchanged": {
    readonly valueM: number;
    readonly lastedH: number;
    readonly samples: number;
    readonly longestBeforeH: number;
  };
  readonly "height-zero": {
    readonly lastedH: number;
    readonly longestBeforeH: number;
    readonly usualM: number;
  };
  readonly "counter-unchanged": {
    readonly valueM3: number;
    readonly lastedH: number;
    readonly samples: number;
    readonly longestBeforeH: number;
  };
  readonly "reads-other-sign": {
    readonly meanM3h: number;
    readonly usualM3h: number;
    readonly lastedH: number;
  };
  readonly "sign-right-again": { readonly lastedH: number };
  /** Single values far from their neighbours. */
  readonly "values-jump": {
    readonly spikes: number;
    readonly withinH: number;
    readonly timesUsualStep: number;
  };
  readonly "values-steady-again": { readonly quietH: number };
  /** One value of a size only a counter that started anew makes. */
  readonly "flow-hugely-negative": { readonly valueM3h: number; readonly leastM3h: number };
  readonly "counter-fell": { readonly beforeM3: number; readonly afterM3: number };
  /** The day fits the days before it when it is moved; positive is later. */
  readonly "day-shape-shifted": {
    readonly shiftH: number;
    readonly timesBetterFit: number;
    readonly overDays: number;
  };
  readonly "day-shape-right-again": { readonly overDays: number };
  /** The meter reads more (or less) at all hours by one share of the flow, which no leak does. */
  readonly "reads-in-proportion": {
    readonly growthPercent: number;
    readonly nightPercent: number;
    readonly overDays: number;
  };
  /** Hour by hour the district's balance is off by one share of what this meter reads, which neither a leak nor use is. */
  readonly "balance-off-with-flow": { readonly sharePercent: number; readonly overDays: number };
  readonly "peak-grew-more": { readonly peakM3h: number; readonly nightM3h: number };
  readonly "reads-as-before": { readonly growthPercent: number };
  readonly "growth-became-usual": { readonly overDays: number };
}
