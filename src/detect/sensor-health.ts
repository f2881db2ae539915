/**
 * Whether one sensor can be believed, slot by slot: silent (gap), repeating one value (stuck) or reading zero (dead) for longer
 * than it ever did while it was well. Its verdicts withdraw the meter from the district's balance, so that no leak is
 * called on bad data. Standing still is normal for some meters (a pump that idles): how long, each sensor teaches by itself.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

/** A run of one value counts as standing still from so many samples. */
const STUCK_SAMPLES = 6;
/** A run must be this many times as long as the longest one that ended by itself. */
const LONGER_THAN_BEFORE = 2;
/** From this share of what makes a verdict the value is doubted, and nothing is judged on it. */
const DOUBTED_SHARE = 0.75;
/** Until so much is known of a sensor, standing still is how it may be. */
const LEARNING_MS = 3 * DAY_MS;
/** Ended runs that are remembered. What happened twice among them is usual: one fault alone teaches nothing. */
const REMEMBERED_RUNS = 60;
/** Share of a new value in the usual level of the sensor. */
const USUAL_WEIGHT = 0.01;

export interface SensorSlot {
  readonly startMs: number;
  readonly endMs: number;
  /** NaN without a good sample. */
  readonly mean: number;
  /** Samples that came, of any quality. */
  readonly count: number;
}

export interface SensorHealth {
  observe(slot: SensorSlot): readonly Verdict[];
  /** False while nothing may be judged on the sensor: a verdict stands, or a value has begun to repeat. */
  isTrusted(): boolean;
  /** True while the values that come are not believed. A sensor that is silent has none. */
  isWithdrawn(): boolean;
}

export function createSensorHealth(
  sensor: string,
  intervalMs: number,
  parameters: DetectionParameters,
): SensorHealth {
  const subject: Subject = { kind: "sensor", id: sensor };
  const gapMs = Math.max(parameters.gapMinutes * MINUTE_MS, 3 * intervalMs);
  const stuckMs = Math.max(parameters.stuckMinutes * MINUTE_MS, STUCK_SAMPLES * intervalMs);
  let gap: Verdict | null = null;
  let still: Verdict | null = null;
  let lastSeenMs = Number.NaN;
  let runValue = Number.NaN;
  let runStartMs = Number.NaN;
  let runSlots = 0;
  let usual = Number.NaN;
  let learntMs = Number.NaN;
  const stillRuns: number[] = [];
  const zeroRuns: number[] = [];
  const longestBefore = () => secondLongest(runValue === 0 ? zeroRuns : stillRuns);
  const limitMs = () => Math.max(stuckMs, LONGER_THAN_BEFORE * longestBefore());

  function watchSilence(slot: SensorSlot): Verdict[] {
    if (slot.count > 0) {
      lastSeenMs = slot.endMs;
      if (!gap) return [];
      const lastedH = (slot.startMs - gap.startMs) / HOUR_MS;
      const ended = endFinding(gap, slot.startMs, slot.endMs, evidence("samples-again", { lastedH }));
      gap = null;
      return [ended];
    }
    if (Number.isNaN(lastSeenMs)) lastSeenMs = slot.startMs;
    const silentMs = slot.endMs - lastSeenMs;
    if (gap || silentMs <= gapMs) return [];
    const figures = { lastedH: silentMs / HOUR_MS, expectedEveryMs: intervalMs };
    gap = openFinding(subject, "data-gap", lastSeenMs, {
      decidedMs: slot.endMs,
      confidence: 1,
      evidence: [evidence("no-samples", figures)],
    });
    return [gap];
  }

  function watchStandstill(slot: SensorSlot): Verdict[] {
    if (Number.isNaN(slot.mean)) return [];
    if (Number.isNaN(learntMs)) learntMs = slot.startMs + LEARNING_MS;
    if (slot.mean !== runValue) return [...endRun(slot), ...beginRun(slot)];
    runSlots += 1;
    const lastedMs = slot.endMs - runStartMs;
    // A meter that never read anything but zero may be a closed inlet: there is nothing to compare with.
    if (still || slot.endMs <= learntMs || lastedMs < limitMs() || !(usual > 0)) return [];
    const figures = { lastedH: lastedMs / HOUR_MS, longestBeforeH: longestBefore() / HOUR_MS };
    const found =
      runValue === 0
        ? evidence("reads-zero", { ...figures, usualM3h: usual })
        : evidence("value-unchanged", { ...figures, valueM3h: runValue, samples: runSlots });
    still = openFinding(subject, runValue === 0 ? "sensor-dead" : "sensor-stuck", runStartMs, {
      decidedMs: slot.endMs,
      confidence: 0.95,
      evidence: [found],
    });
    return [still];
  }

  function endRun(slot: SensorSlot): Verdict[] {
    const lastedMs = slot.startMs - runStartMs;
    if (runSlots > 1) remember(runValue === 0 ? zeroRuns : stillRuns, lastedMs);
    if (still) {
      const how = evidence("value-moves-again", { lastedH: lastedMs / HOUR_MS });
      const ended = endFinding(still, slot.startMs, slot.endMs, how);
      still = null;
      return [ended];
    }
    return [];
  }

  function beginRun(slot: SensorSlot): Verdict[] {
    runValue = slot.mean;
    runStartMs = slot.startMs;
    runSlots = 1;
    const size = Math.abs(slot.mean);
    usual = Number.isNaN(usual) ? size : usual + USUAL_WEIGHT * (size - usual);
    return [];
  }

  function isDoubted(): boolean {
    return still !== null || (lastSeenMs > learntMs && lastSeenMs - runStartMs >= DOUBTED_SHARE * limitMs());
  }

  return {
    observe: (slot) => [...watchSilence(slot), ...watchStandstill(slot)],
    isTrusted: () => gap === null && !isDoubted(),
    isWithdrawn: isDoubted,
  };
}

function remember(runs: number[], lastedMs: number): void {
  runs.push(lastedMs);
  if (runs.length > REMEMBERED_RUNS) runs.shift();
}

function secondLongest(runs: readonly number[]): number {
  let longest = 0;
  let second = 0;
  for (const run of runs) {
    if (run > longest) {
      second = longest;
      longest = run;
    } else if (run > second) second = run;
  }
  return second;
}
