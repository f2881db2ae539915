/** What the detector says, with its reasons. "Not assessable, because ..." is a verdict like any other. */
import type { Reason } from "./night.ts";

/** Everything that can be found. */
export const VERDICT_KINDS = [
  "leak",
  "burst",
  "repair",
  "boundary-valve",
  "zone-wide-change",
  "large-user",
  "tank-filling",
  "meter-drift",
  "sensor-stuck",
  "sensor-dead",
  "sensor-reversed",
  "sensor-spike",
  "clock-shift",
  "counter-reset",
  "data-gap",
  "telemetry-outage",
  "not-assessable",
] as const;

export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** Water that is being lost, however it began. */
export function isLeak(kind: VerdictKind): boolean {
  return kind === "leak" || kind === "burst";
}

export type Subject =
  | { readonly kind: "district"; readonly id: string }
  | { readonly kind: "sensor"; readonly id: string }
  | { readonly kind: "site"; readonly id: string };

/** One finding. The sentence is made from `code` and `figures` in the reader's language (explanation.ts). */
export interface Evidence {
  readonly code: string;
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface RuledOut {
  readonly kind: VerdictKind;
  readonly because: Evidence;
}

export interface SizeM3h {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface Verdict {
  /** Stable identity: the same finding made again, or revised by late data, has the same key. */
  readonly key: string;
  readonly subject: Subject;
  readonly kind: VerdictKind;
  /** Since when, ms UTC. */
  readonly startMs: number;
  /** Until when; null while it lasts. */
  readonly endMs: number | null;
  /** Source time of the sample that decided it. */
  readonly decidedMs: number;
  /** The flow lost (or saved, for a repair); null where size has no meaning. */
  readonly size: SizeM3h | null;
  /** 0..1. */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  readonly ruledOut: readonly RuledOut[];
  readonly missing: readonly Reason[];
}

export function verdictKey(subject: Subject, kind: VerdictKind, startMs: number): string {
  return `${subject.kind}:${subject.id}:${kind}:${new Date(startMs).toISOString()}`;
}

/** What a finding or an alarm is about, by its key or id, which begins with the key. */
export function aboutOf(key: string): { readonly subject: Subject; readonly kind: VerdictKind } {
  const [what, id = "", kind] = key.split(":");
  return { subject: { kind: what, id } as Subject, kind: kind as VerdictKind };
}
