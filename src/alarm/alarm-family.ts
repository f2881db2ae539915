/** Which kinds of verdict are one cause seen by different judges, so that one cause raises one alarm. Pure. */
import type { Subject, VerdictKind } from "../model/verdict.ts";

/** Night analysis calls a leak what burst detection called a burst hours before. Every other kind stands for itself. */
export function familyOf(kind: VerdictKind): VerdictKind {
  return kind === "burst" ? "leak" : kind;
}

/** One place for each cause: the subject and the family. */
export function causeOf(subject: Subject, kind: VerdictKind): string {
  return `${subject.kind}:${subject.id}:${familyOf(kind)}`;
}
