/** Silence: no sample for longer than a sensor may be silent is a data gap. */
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

export interface SilenceWatch {
  readonly subject: Subject;
  readonly intervalMs: number;
  /** A sensor may be silent for so long. */
  readonly gapMs: number;
  gap: Verdict | null;
  lastSeenMs: number;
}

export function createSilenceWatch(
  subject: Subject,
  intervalMs: number,
  { gapMinutes }: DetectionParameters,
): SilenceWatch {
  const gapMs = Math.max(gapMinutes * MINUTE_MS, 3 * intervalMs);
  return { subject, intervalMs, gapMs, gap: null, lastSeenMs: Number.NaN };
}

export function watchSilence(watch: SilenceWatch, slot: SensorSlot): readonly Verdict[] {
  const { subject, intervalMs, gap } = watch;
  if (slot.count > 0) {
    watch.lastSeenMs = slot.endMs;
    if (!gap) return NO_VERDICTS;
    const lastedH = (slot.startMs - gap.startMs) / HOUR_MS;
    watch.gap = null;
    return [endFinding(gap, slot.startMs, slot.endMs, evidence("samples-again", { lastedH }))];
  }
  if (Number.isNaN(watch.lastSeenMs)) watch.lastSeenMs = slot.startMs;
  const silentMs = slot.endMs - watch.lastSeenMs;
  if (gap || silentMs <= watch.gapMs) return NO_VERDICTS;
  const figures = { lastedH: silentMs / HOUR_MS, expectedEveryMs: intervalMs };
  watch.gap = openFinding(subject, "data-gap", watch.lastSeenMs, {
    decidedMs: slot.endMs,
    confidence: 1,
    evidence: [evidence("no-samples", figures)],
  });
  return [watch.gap];
}

/** Doubted, and never withdrawn: a sensor that is silent has no values that could be disbelieved. */
export function isSilent({ gap }: SilenceWatch): boolean {
  return gap !== null;
}
