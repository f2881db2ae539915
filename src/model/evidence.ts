/** Every finding a detector can state, with the figures its sentence is made of: the one list of evidence codes. */
import type { Evidence } from "./verdict.ts";

export interface EvidenceFigures {
  /** LeakDB's test: the day's least flow stands above the least of the quiet days before it. */
  "daily-minimum-rose": {
    readonly minimumM3h: number;
    readonly baselineM3h: number;
    readonly risePercent: number;
    readonly limitPercent: number;
  };
  "daily-minimum-returned": { readonly minimumM3h: number; readonly baselineM3h: number };
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
}

export type EvidenceCode = keyof EvidenceFigures;

export function evidence<Code extends EvidenceCode>(code: Code, figures: EvidenceFigures[Code]): Evidence {
  return { code, figures: { ...figures } };
}
