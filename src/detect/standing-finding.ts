/** A finding that lasts: opened once, revised while it stands, ended once, always under the same key. */
import type { Reason } from "../model/night.ts";
import {
  type Evidence,
  type RuledOut,
  type SizeM3h,
  type Subject,
  type Verdict,
  type VerdictKind,
  verdictKey,
} from "../model/verdict.ts";

export interface Finding {
  readonly decidedMs: number;
  readonly size?: SizeM3h | null;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  readonly ruledOut?: readonly RuledOut[];
  readonly missing?: readonly Reason[];
}

export function openFinding(subject: Subject, kind: VerdictKind, startMs: number, finding: Finding): Verdict {
  return {
    key: verdictKey(subject, kind, startMs),
    subject,
    kind,
    startMs,
    endMs: null,
    decidedMs: finding.decidedMs,
    size: finding.size ?? null,
    confidence: finding.confidence,
    evidence: finding.evidence,
    ruledOut: finding.ruledOut ?? [],
    missing: finding.missing ?? [],
  };
}

/** The same finding, over since `endMs`. What it was made of stays; how it ended is added. */
export function endFinding(verdict: Verdict, endMs: number, decidedMs: number, how: Evidence): Verdict {
  return { ...verdict, endMs, decidedMs, evidence: [...verdict.evidence, how] };
}
