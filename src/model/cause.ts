/** Which findings speak of the same cause, and what is remembered of them. Pure. */
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
    if (!stands(one)) known.delete(key);
  }
  return known;
}

/** A finding stands until it ends. A repair is something that happened. */
export function stands({ kind, endMs }: Verdict): boolean {
  return kind !== "repair" && endMs === null;
}

export function standingOf(findings: Findings | undefined): readonly Verdict[] {
  return [...(findings?.values() ?? [])].filter(stands);
}

/** Late data took the ground from under it: it never was. */
export function isWithdrawn({ startMs, endMs }: Verdict): boolean {
  return endMs !== null && endMs <= startMs;
}
