/**
 * LeakDB's published night-flow method, the baseline to beat (Vrachimis et al., LeakDB, CCWI 2018): the day's least flow is
 * flagged when it stands above the least of the last ten unflagged days by more than a share lambda. Knows no season, no
 * calendar and no noise; its strength is that it can be understood at a glance.
 */
import { type EvidenceFigures, evidence } from "../model/evidence.ts";
import type { Evidence } from "../model/verdict.ts";

const BASELINE_DAYS = 10;

export interface LeakDbNightDetector {
  /** The share by which the minimum must rise. */
  readonly lambda: number;
  /** The last unflagged days' minima, oldest first. */
  readonly unflagged: number[];
}

export interface LeakDbFlag {
  readonly flagged: boolean;
  /** NaN before there are ten unflagged days. */
  readonly baselineM3h: number;
  readonly evidence: Evidence | null;
}

/** `lambda` is above 0; published runs use 0.1 to 0.3. */
export function createLeakDbNightDetector(lambda: number): LeakDbNightDetector {
  return { lambda, unflagged: [] };
}

/** One day's least flow, m3/h. NaN is a day without one: it is passed over and leaves no trace. */
export function flagLeakDbDay({ lambda, unflagged }: LeakDbNightDetector, minimumM3h: number): LeakDbFlag {
  if (Number.isNaN(minimumM3h)) return { flagged: false, baselineM3h: Number.NaN, evidence: null };
  const baselineM3h = unflagged.length < BASELINE_DAYS ? Number.NaN : Math.min(...unflagged);
  const flagged = minimumM3h - baselineM3h > lambda * baselineM3h;
  if (!flagged) {
    unflagged.push(minimumM3h);
    if (unflagged.length > BASELINE_DAYS) unflagged.shift();
    return { flagged, baselineM3h, evidence: null };
  }
  const figures: EvidenceFigures["daily-minimum-rose"] = {
    minimumM3h,
    baselineM3h,
    risePercent: 100 * (minimumM3h / baselineM3h - 1),
    limitPercent: 100 * lambda,
  };
  return { flagged, baselineM3h, evidence: evidence("daily-minimum-rose", figures) };
}
