/** Silence: no sample for longer than a sensor may be silent is a data gap. */
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { type FaultWatch, NO_VERDICTS } from "./fault-watch.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

export function createSilenceWatch(
  subject: Subject,
  intervalMs: number,
  { gapMinutes }: DetectionParameters,
): FaultWatch {
  const gapMs = Math.max(gapMinutes * MINUTE_MS, 3 * intervalMs);
  let gap: Verdict | null = null;
  let lastSeenMs = Number.NaN;
  return {
    observe(slot) {
      if (slot.count > 0) {
        lastSeenMs = slot.endMs;
        if (!gap) return NO_VERDICTS;
        const lastedH = (slot.startMs - gap.startMs) / HOUR_MS;
        const ended = endFinding(gap, slot.startMs, slot.endMs, evidence("samples-again", { lastedH }));
        gap = null;
        return [ended];
      }
      if (Number.isNaN(lastSeenMs)) lastSeenMs = slot.startMs;
      const silentMs = slot.endMs - lastSeenMs;
      if (gap || silentMs <= gapMs) return NO_VERDICTS;
      const figures = { lastedH: silentMs / HOUR_MS, expectedEveryMs: intervalMs };
      gap = openFinding(subject, "data-gap", lastSeenMs, {
        decidedMs: slot.endMs,
        confidence: 1,
        evidence: [evidence("no-samples", figures)],
      });
      return [gap];
    },
    isDoubted: () => gap !== null,
    // A sensor that is silent has no values that could be disbelieved.
    isWithdrawn: () => false,
  };
}
