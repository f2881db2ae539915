/**
 * One cause, one alarm: which verdicts speak of the same cause, and which of them stands. Night analysis finds the leak that
 * burst detection found hours before; the cause is over when none of its judges finds it any more, or a repair answered them. Pure.
 */
import type { Verdict, VerdictKind } from "./verdict.ts";

/** What was found of one cause: the newest word of each finding, by its key, in the order of first mention. */
export type Findings = ReadonlyMap<string, Verdict>;

/** Every kind is a cause of its own, but for the two that find a leak and the one that ends it. */
const FAMILY: Partial<Record<VerdictKind, VerdictKind>> = { burst: "leak", repair: "leak" };

export function causeOf({ subject, kind }: Verdict): string {
  return `${subject.kind}:${subject.id}:${FAMILY[kind] ?? kind}`;
}

/** Findings that are over are forgotten beyond this many of one cause: late data do not reach further back. */
const REMEMBERED = 50;

export function findingsWith(findings: Findings | undefined, verdict: Verdict): Findings {
  const known = new Map(findings).set(verdict.key, verdict);
  for (const [key, one] of known) {
    if (known.size <= REMEMBERED) break;
    if (one.endMs !== null && one.kind !== "repair") known.delete(key);
  }
  return known;
}

/** The finding that stands: of those that have not ended, the one decided last. */
export function standingOf(findings: Findings): Verdict | null {
  let standing: Verdict | null = null;
  for (const one of findings.values()) {
    if (one.kind === "repair" || one.endMs !== null || repairOf(findings, one)) continue;
    if (!standing || one.decidedMs > standing.decidedMs) standing = one;
  }
  return standing;
}

/** How a finding ended: in its own words, or by a repair, whose evidence it then carries. Null while it stands. */
export function endOf(findings: Findings, key: string): Verdict | null {
  const verdict = findings.get(key);
  if (!verdict) return null;
  if (verdict.endMs !== null) return verdict;
  const repair = repairOf(findings, verdict);
  if (!repair) return null;
  return {
    ...verdict,
    endMs: repair.startMs,
    decidedMs: repair.decidedMs,
    evidence: [...verdict.evidence, ...repair.evidence],
  };
}

/** The repair that answers a leak: made after the leak began, and the leak was not seen since the repair was. */
function repairOf(findings: Findings, leak: Verdict): Verdict | null {
  for (const one of findings.values()) {
    if (one.kind === "repair" && one.startMs > leak.startMs && one.decidedMs >= leak.decidedMs) return one;
  }
  return null;
}
