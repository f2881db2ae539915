/**
 * What comes and goes by itself within a day or so, told when it is over, by how it ended: little by little, as a float valve closes on a
 * tank that is nearly full, or at once, as when somebody shuts a hydrant, a washout or a large user's valve. While it lasts it cannot be
 * told from a burst by flow alone; whether it is called one meanwhile is the burst watch's patience.
 */
import { HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import type { JudgedHour } from "./judged-hour.ts";
import { HOURS } from "./local-hours.ts";
import { openFinding } from "./standing-finding.ts";
import { type AboveUsual, useEnding } from "./use-ending.ts";

/** An hour must stand above usual by so many times what it varies by, and by this share of the day's mean flow, to begin something. */
const FIRST_SIGMAS = 3;
/** It is clear by itself when one hour stands out by this, or all of several do. Less is told only of what was called a burst meanwhile. */
const CLEAR_SIGMAS = 6;
const CLEAR_MEAN_SIGMAS = 5;
const LEAST_SHARE = 0.1;
/** It is over when an hour stands above by less than this share of it. */
const OVER_SHARE = 0.4;
/** What lasts longer is for the judgement of the whole day. */
const MOST_HOURS = 24;
const RING_MS = 6 * HOUR_MS;
const MOST_SLOTS = 360;
const INTERVAL_SIGMAS = 1.645;

export interface PassedUse {
  readonly verdict: Verdict;
  /** False where it stands out too little to be told unless it explains what was told already. */
  readonly isClear: boolean;
}

interface Passing {
  readonly startMs: number;
  hours: number;
  sumM3h: number;
  mostM3h: number;
  sigmaM3h: number;
  /** Of its hours, each in what that hour varies by. */
  sumSigmas: number;
}

export interface PassingUse {
  readonly district: string;
  readonly slotMs: number;
  /** A ring of the last slots; `next` is the oldest, and is written next. */
  readonly timesMs: Float64Array;
  readonly flowsM3h: Float32Array;
  next: number;
  /** Newest last. */
  readonly hours: JudgedHour[];
  passing: Passing | null;
  /** What was usual at each hour before: once a burst is called, the burst is usual to whoever called it. */
  readonly beforeM3h: Float32Array;
}

export function createPassingUse(district: string, slotMs: number): PassingUse {
  const slots = Math.max(4, Math.min(MOST_SLOTS, Math.ceil(RING_MS / slotMs)));
  return {
    district,
    slotMs,
    timesMs: new Float64Array(slots).fill(Number.NaN),
    flowsM3h: new Float32Array(slots).fill(Number.NaN),
    next: 0,
    hours: [],
    passing: null,
    beforeM3h: new Float32Array(HOURS).fill(Number.NaN),
  };
}

/** Every slot before the hours it closes. */
export function notePassingSlot(use: PassingUse, startMs: number, netInflowM3h: number): void {
  use.timesMs[use.next] = startMs;
  use.flowsM3h[use.next] = netInflowM3h;
  use.next = (use.next + 1) % use.timesMs.length;
}

/** The next hour. Hands back the use that is seen to be over with it. */
export function passingUseOver(use: PassingUse, judged: JudgedHour): PassedUse | null {
  const { beforeM3h, hours, passing } = use;
  const now = passing ? { ...judged, usualM3h: beforeM3h[judged.hour]! } : judged;
  if (!passing) beforeM3h[judged.hour] = judged.usualM3h;
  hours.push(now);
  if (hours.length > RING_MS / HOUR_MS + 2) hours.shift();
  const aboveM3h = now.flowM3h - now.usualM3h;
  if (Number.isNaN(aboveM3h)) {
    use.passing = null;
    return null;
  }
  if (!passing) {
    if (aboveM3h < leastM3h(use, now)) return null;
    use.passing = begun(now, aboveM3h);
    return null;
  }
  if (aboveM3h < OVER_SHARE * passing.mostM3h) {
    passing.sumM3h += Math.max(0, aboveM3h);
    const told = close(use, passing, now);
    use.passing = null;
    return told;
  }
  passing.hours += 1;
  passing.sumM3h += aboveM3h;
  passing.mostM3h = Math.max(passing.mostM3h, aboveM3h);
  passing.sigmaM3h = Math.max(passing.sigmaM3h, now.sigmaM3h);
  passing.sumSigmas += aboveM3h / now.sigmaM3h;
  if (passing.hours > MOST_HOURS) use.passing = null;
  return null;
}

function begun({ startMs, sigmaM3h }: JudgedHour, aboveM3h: number): Passing {
  return {
    startMs,
    hours: 1,
    sumM3h: aboveM3h,
    mostM3h: aboveM3h,
    sigmaM3h,
    sumSigmas: aboveM3h / sigmaM3h,
  };
}

function leastM3h({ beforeM3h }: PassingUse, { sigmaM3h }: JudgedHour): number {
  let sumM3h = 0;
  let known = 0;
  for (let hour = 0; hour < HOURS; hour += 1) {
    const flowM3h = beforeM3h[hour]!;
    if (Number.isNaN(flowM3h)) continue;
    sumM3h += Math.abs(flowM3h);
    known += 1;
  }
  const meanM3h = sumM3h / Math.max(1, known);
  return Math.max(FIRST_SIGMAS * sigmaM3h, LEAST_SHARE * meanM3h);
}

function usualAt(hours: readonly JudgedHour[], timeMs: number): number {
  for (let at = hours.length - 1; at >= 0; at -= 1) {
    const one = hours[at]!;
    const middleMs = (one.startMs + one.endMs) / 2;
    if (timeMs < middleMs) continue;
    const later = hours[at + 1];
    if (!later) return one.usualM3h;
    const share = (timeMs - middleMs) / ((later.startMs + later.endMs) / 2 - middleMs);
    return one.usualM3h + share * (later.usualM3h - one.usualM3h);
  }
  return Number.NaN;
}

/** The slots of its last hours and of the one in which it ended, in order of time. */
function slotsSince(
  { timesMs, flowsM3h, next, hours, slotMs }: PassingUse,
  fromMs: number,
): readonly AboveUsual[] {
  const slots = timesMs.length;
  return Array.from({ length: slots }, (_, i) => (next + i) % slots)
    .filter((at) => !Number.isNaN(flowsM3h[at]!) && timesMs[at]! >= fromMs)
    .map((at) => ({
      timeMs: timesMs[at]!,
      aboveM3h: flowsM3h[at]! - usualAt(hours, timesMs[at]! + slotMs / 2),
    }))
    .filter(({ aboveM3h }) => !Number.isNaN(aboveM3h));
}

function close(
  use: PassingUse,
  { startMs, hours: lasted, sumM3h, mostM3h, sigmaM3h, sumSigmas }: Passing,
  now: JudgedHour,
): PassedUse {
  // Its first hour is the one it began in.
  const found = useEnding(slotsSince(use, startMs + (lasted > 1 ? HOUR_MS : 0)), use.slotMs);
  const tapered = found?.tapered ?? false;
  const endMs = found && found.backMs > startMs ? found.backMs : now.startMs;
  const lastedH = (endMs - startMs) / HOUR_MS;
  const figures = { aboveM3h: sumM3h / lasted, lastedH, volumeM3: sumM3h };
  const fallH = (found?.fallMs ?? HOUR_MS) / HOUR_MS;
  const margin = (INTERVAL_SIGMAS * sigmaM3h) / Math.sqrt(lasted);
  const subject: Subject = { kind: "district", id: use.district };
  const verdict = openFinding(subject, tapered ? "tank-filling" : "large-user", startMs, {
    decidedMs: now.endMs,
    size: { estimate: figures.aboveM3h, low: figures.aboveM3h - margin, high: figures.aboveM3h + margin },
    confidence: found ? 0.8 : 0.5,
    evidence: [
      tapered
        ? evidence("inflow-tapered-off", { ...figures, taperedH: fallH })
        : evidence("inflow-ended-at-once", { ...figures, endedH: fallH }),
    ],
    ruledOut: [{ kind: "burst", because: evidence("flow-returned", { fellM3h: figures.aboveM3h, lastedH }) }],
  });
  const isClear =
    mostM3h >= CLEAR_SIGMAS * sigmaM3h || (lasted > 1 && sumSigmas >= CLEAR_MEAN_SIGMAS * lasted);
  return { verdict: { ...verdict, endMs }, isClear };
}
