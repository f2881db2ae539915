/** What a language needs to tell findings and reasons. Figures stand in braces by their names. */
import type { EvidenceCode } from "./evidence.ts";
import type { Reason } from "./night.ts";
import type { VerdictKind } from "./verdict.ts";

export interface Sentences {
  /** What each kind claims, before the evidence for it. */
  readonly claims: Readonly<Record<VerdictKind, string>>;
  /** Figures that a sentence does not use follow it in brackets. */
  readonly sentences: Readonly<Record<Reason["code"] | EvidenceCode, string>>;
  readonly phrases: {
    /** {claim}, {estimate}, {low}, {high} */
    readonly sized: string;
    /** {kind}, {because} */
    readonly ruledOut: string;
    /** {reason} */
    readonly missing: string;
  };
  /** What was ruled out is named by the words of its code, which are English, or by its claim. */
  readonly ruledOutBy: "code" | "claim";
  /** {value} */
  readonly units: { readonly days: string; readonly perDay: string };
  readonly decimalPoint: "." | ",";
}
