/** Counters only grow: one that falls was reset, rolled over, or belongs to another meter now. The step is no water. */
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import { NO_VERDICTS, type SensorSlot } from "./fault-watch.ts";
import { openFinding } from "./standing-finding.ts";

/** A counter that falls by less than this share of its reading trembles: a converter's last digit. */
const TREMBLE_SHARE = 1e-6;

export interface CounterWatch {
  readonly subject: Subject;
  lastM3: number;
  /** In the newest slot: it is doubted then, and never withdrawn. */
  fell: boolean;
}

export function createCounterWatch(subject: Subject): CounterWatch {
  return { subject, lastM3: Number.NaN, fell: false };
}

export function watchCounter(watch: CounterWatch, { startMs, endMs, mean }: SensorSlot): readonly Verdict[] {
  if (Number.isNaN(mean)) return NO_VERDICTS;
  const beforeM3 = watch.lastM3;
  watch.lastM3 = mean;
  watch.fell = mean < beforeM3 - TREMBLE_SHARE * Math.abs(beforeM3);
  if (!watch.fell) return NO_VERDICTS;
  const found = openFinding(watch.subject, "counter-reset", startMs, {
    decidedMs: endMs,
    confidence: 0.95,
    evidence: [evidence("counter-fell", { beforeM3, afterM3: mean })],
  });
  return [{ ...found, endMs }];
}
