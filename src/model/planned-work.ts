/** Works that are known before: whatever alarm they raise is expected. */
import type { VerdictKind } from "./verdict.ts";

export interface PlannedWork {
  readonly districts: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** What is done, as the operator reads it. */
  readonly reason: string;
  /** Kinds of alarm that the works may raise; null for every kind. */
  readonly kinds: readonly VerdictKind[] | null;
}
