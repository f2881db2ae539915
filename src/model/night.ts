/** One district, one night: what flowed, what of it is explained, what is left. The outcome of src/leakage. */

/** Why a figure cannot be given. `code` is stable; `figures` are what the sentence is made of. */
export interface Reason {
  readonly code:
    | "too-few-samples"
    | "meter-silent"
    | "meter-withdrawn"
    | "no-meters"
    | "supply-off"
    | "level-missing"
    | "too-little-history"
    | "too-few-supplies"
    | "no-pressure-sensor"
    | "not-a-tight-district"
    | "nights-vary-too-much";
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface NightFlows {
  /** Mean net inflow in the night window. */
  readonly minimumNightFlowM3h: number;
  /** Least 60-minute mean within the night, and when it began; null when the night has a gap in every hour. */
  readonly rollingMinimumM3h: number | null;
  readonly rollingMinimumStartMs: number | null;
  readonly legitimateNightUseM3h: number;
  readonly backgroundLeakageM3h: number;
  readonly netNightFlowM3h: number;
  /** May be negative: then the parameters or the data are wrong. */
  readonly excessNightFlowM3h: number;
  readonly equivalentServicePipeBursts: number;
  readonly pressureM: number;
  readonly pressureSource: "measured" | "assumed";
}

export interface Night {
  readonly district: string;
  /** Local date of the morning, YYYY-MM-DD. */
  readonly date: string;
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  /** Share of expected samples that came with good quality, 0..1, of the worst meter. */
  readonly completeness: number;
  readonly outcome:
    | { readonly kind: "assessed"; readonly flows: NightFlows }
    | { readonly kind: "not-assessable"; readonly because: readonly Reason[] };
}
