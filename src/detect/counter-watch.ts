/** Counters only grow: one that falls was reset, rolled over, or belongs to another meter now. The step is no water. */
import { evidence } from "../model/evidence.ts";
import type { Subject } from "../model/verdict.ts";
import { type FaultWatch, NO_VERDICTS } from "./fault-watch.ts";
import { openFinding } from "./standing-finding.ts";

/** A counter that falls by less than this share of its reading trembles: a converter's last digit. */
const TREMBLE_SHARE = 1e-6;

export function createCounterWatch(subject: Subject): FaultWatch {
  let lastM3 = Number.NaN;
  let fell = false;
  return {
    observe({ startMs, endMs, mean }) {
      if (Number.isNaN(mean)) return NO_VERDICTS;
      const beforeM3 = lastM3;
      lastM3 = mean;
      fell = mean < beforeM3 - TREMBLE_SHARE * Math.abs(beforeM3);
      if (!fell) return NO_VERDICTS;
      const found = openFinding(subject, "counter-reset", startMs, {
        decidedMs: endMs,
        confidence: 0.95,
        evidence: [evidence("counter-fell", { beforeM3, afterM3: mean })],
      });
      return [{ ...found, endMs }];
    },
    isDoubted: () => fell,
    isWithdrawn: () => false,
  };
}
