/** Every finding a detector can state, with the figures its sentence is made of: the one list of evidence codes. */
import type { ClaimEvidenceFigures } from "./claim-evidence.ts";
import type { SensorEvidenceFigures } from "./sensor-evidence.ts";
import type { Evidence } from "./verdict.ts";

export interface EvidenceFigures extends SensorEvidenceFigures, ClaimEvidenceFigures {
  /** LeakDB's test: the day's least flow stands above the least of the quiet days before it. */
  "daily-minimum-rose": {
    readonly minimumM3h: number;
    readonly baselineM3h: number;
    readonly risePercent: number;
    readonly limitPercent: number;
  };
  "daily-minimum-returned": { readonly minimumM3h: number; readonly baselineM3h: number };
  /** Hours in a row stand above what is usual at their time of day and week. */
  "flow-above-usual": {
    readonly aboveM3h: number;
    readonly usualM3h: number;
    readonly lastedH: number;
    readonly timesUsualVariation: number;
  };
  /** All hours of the day rose by the same amount: use changes at some hours, a leak runs at all. */
  "constant-offset": {
    readonly offsetM3h: number;
    readonly quartersDisagreeM3h: number;
    readonly overDays: number;
    readonly timesUsualVariation: number;
  };
  /** The flow crept up over weeks by the same amount at all hours. */
  /** What the whole day grew by with the season is told apart: `seasonM3h`, negative where it shrank. */
  "crept-up": {
    readonly riseM3h: number;
    readonly overDays: number;
    readonly timesUsualVariation: number;
    readonly seasonM3h: number;
  };
  /** A known leak has become larger. */
  "leak-grew": { readonly byM3h: number; readonly toM3h: number };
  /** It lasted longer than what comes and goes by itself in this district. */
  "outlasted-short-events": { readonly lastedH: number; readonly longestShortEventH: number };
  /** The flow fell by about what was lost, and stays there. */
  "flow-dropped": { readonly fellM3h: number; readonly lostM3h: number };
  "flow-returned": { readonly fellM3h: number; readonly lastedH: number };
  /** The sensor repeats one value, for longer than it ever did while it was trusted. */
  "value-unchanged": {
    readonly valueM3h: number;
    readonly lastedH: number;
    readonly samples: number;
    readonly longestBeforeH: number;
  };
  "reads-zero": { readonly lastedH: number; readonly longestBeforeH: number; readonly usualM3h: number };
  "value-moves-again": { readonly lastedH: number };
  "no-samples": { readonly lastedH: number; readonly expectedEveryMs: number };
  /** No sensor of the site is heard any more. */
  "site-silent": { readonly sensors: number };
  "site-heard-again": { readonly sensor: string };
  "samples-again": { readonly lastedH: number };
  /** What came late does not bear the finding out. */
  "withdrawn-by-late-data": Readonly<Record<string, never>>;
  "nights-assessed-again": { readonly nights: number };
  "nights-calm-again": { readonly variesPercent: number };
}

export type EvidenceCode = keyof EvidenceFigures;

export function evidence<Code extends EvidenceCode>(code: Code, figures: EvidenceFigures[Code]): Evidence {
  return { code, figures: { ...figures } };
}
