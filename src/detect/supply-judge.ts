/**
 * What takes the place of the night where supply is intermittent: the least steady hour of each supply, held against earlier supplies that
 * began at the same time of day, because when the minimum falls depends on customers' tanks. Rises add up over supplies until they are
 * clear (CUSUM), so that one odd supply is no leak. A rise in proportion to the flow is the meter's, and so is one that pressure does not
 * go with.
 */
import { median } from "simple-statistics";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import { offsetMs } from "../model/local-time.ts";
import type { Evidence, Verdict } from "../model/verdict.ts";
import { type GrowthShape, growthShape } from "./growth-shape.ts";
import { createLeakBook, dropLeak, type LeakBook, riseLeak } from "./leak-book.ts";
import { HOURS } from "./local-hours.ts";
import { medianByHour } from "./median-by-hour.ts";
import { type PressureShare, pressureShare, type SteadyHours } from "./pressure-curve.ts";
import { scatterOf } from "./robust-scale.ts";
import { endFinding, openFinding } from "./standing-finding.ts";
import {
  createSupplyWatch,
  isIntermittent,
  type Supply,
  type SupplyWatch,
  suppliedHPerDay,
  supplyOver,
} from "./supply-watch.ts";

/** Supplies of one time of day that must be known before one is judged; remembered are these. */
export const SUPPLIES_REQUIRED = 7;
const SUPPLIES_KEPT = 21;
/** Supplies that begin within this time of day of each other are alike. */
const ALIKE_MS = 3 * HOUR_MS;
const MOST_GROUPS = 6;
/** A supply counts for at most so many of its usual variations; of each so many are expected of chance; so many in all are a leak. */
const MOST_SIGMAS = 6;
const ALLOWED_SIGMAS = 1;
const LEAK_SIGMAS = 8;
/** Supplies are not told apart finer than this share of their minimum. */
const LEAST_SIGMA_SHARE = 0.03;
/** Of what the rise came to, the first supply of a burst has this share and the one before it less than that; it is clear within so many. */
const BURST_SHARE = 0.6;
const BEFORE_SHARE = 0.35;
const BURST_SUPPLIES = 5;
/** Newest supplies of a run whose hours are looked at together. */
const SHAPED_SUPPLIES = 12;
/** A meter that is wrong reads otherwise by this share of the flow, which explains its hours so much better than a constant. */
const LEAST_DRIFT_SHARE = 0.1;
const DRIFT_UNEXPLAINED = 0.6;
/** Pressure goes with the flow, or does not, when its share of what the flow should make of it is on one side of this, with so many sigmas. */
const GOES_SHARE = 0.5;
const GOES_SIGMAS = 1.645;
/** A leak's hours are explained by one constant better than by one share, by at least this. */
const LEAK_UNEXPLAINED = 1.5;
/** A rise that is no burst is looked at for so many supplies before it is told, more where pressure did not fall: a drift begins like a leak. */
const SLOW_SUPPLIES = 8;
const UNWITNESSED_SUPPLIES = 24;
/** Where busy and quiet hours of supply differ by less, a share and a constant look alike. */
const LEAST_CONTRAST = 1.1;
const LEAST_HOURS = 4;
/** A rise that stays unclear for so many supplies is how the district is now, and a meter's that has not changed by this share since. */
const MOST_UNCLEAR = 42;
const SETTLED_SHARE = 0.03;

export interface SupplySummary {
  readonly suppliedHPerDay: number;
  /** Supplies of the time of day best known. */
  readonly supplies: number;
  /** Median of their least steady hours; null while they are too few. */
  readonly leastM3h: number | null;
}

interface Known {
  leastM3h: number;
  readonly hoursM3h: Float64Array;
  /** As it was read: a leak does not change how pressure goes with the flow. */
  readonly steady: SteadyHours;
}

interface Group {
  readonly ofDayMs: number;
  /** Oldest first. */
  known: Known[];
  seenMs: number;
}

interface Unclear {
  readonly supply: Supply;
  readonly group: Group;
  readonly known: Known;
  readonly riseM3h: number;
  readonly usualM3h: number;
  readonly sigmaM3h: number;
  readonly usualHoursM3h: Float64Array;
}

export interface SupplyJudge {
  readonly timeZone: string;
  /** Of the district; where there is one alone, it can be named. */
  readonly meters: readonly string[];
  readonly watch: SupplyWatch;
  readonly leaks: LeakBook;
  groups: Group[];
  /** Of what rose, and of what fell. */
  readonly sums: { up: number; down: number };
  unclear: Unclear[];
  /** The meter's drift, while it stands. */
  drifting: Verdict | null;
}

/** Whether zone pressure was down in that time. */
type PressureFell = (fromMs: number, toMs: number) => boolean;

export function createSupplyJudge(
  district: string,
  meters: readonly string[],
  timeZone: string,
  slotMs: number,
): SupplyJudge {
  return {
    timeZone,
    meters,
    watch: createSupplyWatch(timeZone, slotMs),
    leaks: createLeakBook(district),
    groups: [],
    sums: { up: 0, down: 0 },
    unclear: [],
    drifting: null,
  };
}

/** The next slot; NaN where unknown. */
export function judgeSupply(
  judge: SupplyJudge,
  startMs: number,
  endMs: number,
  flowM3h: number,
  pressureM: number,
  pressureFell: PressureFell,
): readonly Verdict[] {
  const supply = supplyOver(judge.watch, startMs, endMs, flowM3h, pressureM);
  return supply && isIntermittent(judge.watch) ? judgeOver(judge, supply, endMs, pressureFell) : [];
}

/** Null while supply is not intermittent. */
export function supplySummary({ watch, groups }: SupplyJudge): SupplySummary | null {
  if (!isIntermittent(watch)) return null;
  const [best] = [...groups].sort((a, b) => b.known.length - a.known.length);
  const supplies = best?.known.length ?? 0;
  return {
    suppliedHPerDay: suppliedHPerDay(watch),
    supplies,
    leastM3h:
      best && supplies >= SUPPLIES_REQUIRED ? median(best.known.map(({ leastM3h }) => leastM3h)) : null,
  };
}

function groupOf(judge: SupplyJudge, startMs: number): Group {
  const ofDayMs = (startMs + offsetMs(startMs, judge.timeZone)) % DAY_MS;
  const apart = (group: Group) => {
    const between = Math.abs(group.ofDayMs - ofDayMs);
    return Math.min(between, DAY_MS - between);
  };
  const [nearest] = [...judge.groups].sort((a, b) => apart(a) - apart(b));
  if (nearest && apart(nearest) <= ALIKE_MS) return nearest;
  const made: Group = { ofDayMs, known: [], seenMs: startMs };
  judge.groups = [...judge.groups, made].sort((a, b) => b.seenMs - a.seenMs).slice(0, MOST_GROUPS);
  return made;
}

function learn({ group, known }: Pick<Unclear, "group" | "known">): void {
  group.known.push(known);
  if (group.known.length > SUPPLIES_KEPT) group.known.shift();
}

function settle(judge: SupplyJudge): void {
  for (const one of judge.unclear) learn(one);
  judge.unclear = [];
  judge.sums.up = 0;
  judge.sums.down = 0;
}

function compared(judge: SupplyJudge, supply: Supply, leastM3h: number): Unclear | null {
  const group = groupOf(judge, supply.startMs);
  group.seenMs = supply.startMs;
  const { hoursM3h, steady } = supply;
  const known: Known = { leastM3h, hoursM3h, steady };
  if (group.known.length < SUPPLIES_REQUIRED) {
    learn({ group, known });
    return null;
  }
  const least = group.known.map((one) => one.leastM3h);
  const usualM3h = median(least);
  const sigmaM3h = Math.max(scatterOf(least), LEAST_SIGMA_SHARE * Math.abs(usualM3h));
  return {
    supply,
    group,
    known,
    riseM3h: leastM3h - usualM3h,
    usualM3h,
    sigmaM3h,
    usualHoursM3h: medianByHour(group.known.map((one) => one.hoursM3h)),
  };
}

/** Takes an offset for how it always was. */
function rebase(judge: SupplyJudge, offsetM3h: number): void {
  for (const group of judge.groups)
    for (const known of group.known) {
      known.leastM3h += offsetM3h;
      for (let hour = 0; hour < HOURS; hour += 1) known.hoursM3h[hour]! += offsetM3h;
    }
  settle(judge);
}

function hasFallen(run: readonly Unclear[], pressureFell: PressureFell): boolean {
  return pressureFell(run[0]!.supply.startMs, run.at(-1)!.supply.endMs);
}

function isBurst({ unclear }: SupplyJudge, run: readonly Unclear[]): boolean {
  const offsetM3h = offsetOf(run);
  const before = unclear[unclear.length - run.length - 1]?.riseM3h ?? 0;
  return (
    run.length <= BURST_SUPPLIES &&
    run[0]!.riseM3h >= BURST_SHARE * offsetM3h &&
    before <= BEFORE_SHARE * offsetM3h
  );
}

function rise(
  judge: SupplyJudge,
  run: readonly Unclear[],
  decidedMs: number,
  pressure: PressureShare | null,
): readonly Verdict[] {
  const newest = run.at(-1)!;
  const offsetM3h = offsetOf(run);
  const sigmaM3h = median(run.map((one) => one.sigmaM3h));
  const sigmas = offsetM3h / sigmaM3h;
  const verdicts = riseLeak(judge.leaks, {
    kind: isBurst(judge, run) ? "burst" : "leak",
    startMs: run[0]!.supply.startMs,
    decidedMs,
    offsetM3h,
    sigmaM3h,
    sigmas,
    evidence: [
      evidence("pressurised-flow-rose", {
        flowM3h: newest.known.leastM3h,
        usualM3h: newest.usualM3h,
        supplies: run.length,
        timesUsualVariation: sigmas,
      }),
      ...(pressure && goesWith(pressure) ? [pressureTold(pressure)] : []),
    ],
    ruledOut: [],
  });
  rebase(judge, offsetM3h);
  return verdicts;
}

function fall(judge: SupplyJudge, run: readonly Unclear[], decidedMs: number): readonly Verdict[] {
  const fellM3h = -offsetOf(run);
  const sigmaM3h = median(run.map((one) => one.sigmaM3h));
  const { verdicts } = dropLeak(judge.leaks, {
    startMs: run[0]!.supply.startMs,
    decidedMs,
    fellM3h,
    sigmaM3h,
  });
  const { known, usualM3h } = run.at(-1)!;
  const back = evidence("pressurised-flow-back", { flowM3h: known.leastM3h, usualM3h: usualM3h - fellM3h });
  rebase(judge, -fellM3h);
  return verdicts.map((one) => ({ ...one, evidence: [...one.evidence, back] }));
}

function drift(
  judge: SupplyJudge,
  run: readonly Unclear[],
  decidedMs: number,
  shape: GrowthShape,
  pressure: PressureShare | null,
): readonly Verdict[] {
  const [meter] = judge.meters;
  if (judge.meters.length !== 1 || meter === undefined) return [];
  const figures = {
    growthPercent: 100 * shape.share,
    nightPercent: 100 * shape.nightShare,
    overDays: (decidedMs - run[0]!.supply.startMs) / DAY_MS,
  };
  judge.drifting = openFinding({ kind: "sensor", id: meter }, "meter-drift", run[0]!.supply.startMs, {
    decidedMs,
    confidence: 0.7,
    evidence: [
      evidence("reads-in-proportion", figures),
      ...(pressure && staysWith(pressure) ? [pressureTold(pressure)] : []),
    ],
  });
  return [judge.drifting];
}

function endSupplyDrift(
  judge: SupplyJudge,
  { supply }: Unclear,
  decidedMs: number,
  how: Evidence,
): readonly Verdict[] {
  if (!judge.drifting) return [];
  const ended = endFinding(judge.drifting, supply.startMs, decidedMs, how);
  judge.drifting = null;
  return [ended];
}

function judgeOver(
  judge: SupplyJudge,
  supply: Supply,
  decidedMs: number,
  pressureFell: PressureFell,
): readonly Verdict[] {
  if (supply.leastM3h === null) return [];
  const { sums } = judge;
  const one = compared(judge, supply, supply.leastM3h);
  if (!one) return [];
  const sigmas = Math.max(-MOST_SIGMAS, Math.min(MOST_SIGMAS, one.riseM3h / one.sigmaM3h));
  sums.up = Math.max(0, sums.up + sigmas - ALLOWED_SIGMAS);
  sums.down = Math.max(0, sums.down - sigmas - ALLOWED_SIGMAS);
  judge.unclear.push(one);
  if (sums.up === 0 && sums.down === 0) {
    settle(judge);
    const growthPercent = (100 * Math.abs(one.riseM3h)) / one.usualM3h;
    return endSupplyDrift(judge, one, decidedMs, evidence("reads-as-before", { growthPercent }));
  }
  const { unclear } = judge;
  if (unclear.length > MOST_UNCLEAR && judge.drifting && !isSettled(unclear)) unclear.shift();
  if (unclear.length > MOST_UNCLEAR) {
    const overDays = (decidedMs - unclear[0]!.supply.startMs) / DAY_MS;
    settle(judge);
    return endSupplyDrift(judge, one, decidedMs, evidence("growth-became-usual", { overDays }));
  }
  if (sums.up < LEAK_SIGMAS && sums.down < LEAK_SIGMAS) return [];
  const side = sums.up >= LEAK_SIGMAS ? 1 : -1;
  const run = sinceOnset(unclear, side);
  // A drift that grows looks like a step at its end: all that is unclear is asked as well.
  const whole = tellingShapeOf(unclear.filter(({ riseM3h }) => side * riseM3h > 0));
  const shape = tellingShapeOf(run);
  const pressure = pressureOf(run);
  const goes = pressure !== null && goesWith(pressure);
  const stays = pressure !== null && staysWith(pressure);
  const drifts = whole !== null && !goes && whole.unexplainedRatio < (stays ? 1 : DRIFT_UNEXPLAINED);
  const isSlow = side > 0 && !isBurst(judge, run);
  const leastOfWhole = isSlow ? LEAK_UNEXPLAINED : 1;
  const slowSupplies = goes || hasFallen(run, pressureFell) ? SLOW_SUPPLIES : UNWITNESSED_SUPPLIES;
  const isUnclear =
    (side > 0 && stays) ||
    (isSlow && unclear.length < slowSupplies) ||
    (whole?.unexplainedRatio ?? leastOfWhole) < leastOfWhole ||
    (shape?.unexplainedRatio ?? LEAK_UNEXPLAINED) < LEAK_UNEXPLAINED;
  if (drifts || isUnclear) {
    const isWrong = drifts && Math.abs(whole.share) >= LEAST_DRIFT_SHARE && !judge.drifting;
    return isWrong ? drift(judge, unclear, decidedMs, whole, pressure) : [];
  }
  return side > 0 ? rise(judge, run, decidedMs, pressure) : fall(judge, run, decidedMs);
}

function offsetOf(run: readonly Unclear[]): number {
  return median(run.slice(-3).map(({ riseM3h }) => riseM3h));
}

/** Of the newest supplies of a run, beside those of their time of day before. */
function pressureOf(run: readonly Unclear[]): PressureShare | null {
  const newest = run.slice(-SHAPED_SUPPLIES);
  const changed = [...new Set(newest.map(({ group }) => group))].map((group) => ({
    before: group.known.map(({ steady }) => steady),
    since: newest.filter((one) => one.group === group).map(({ known }) => known.steady),
  }));
  return pressureShare(changed, offsetOf(newest));
}

/** The last third of what is unclear reads as the first. */
function isSettled(run: readonly Unclear[]): boolean {
  const third = Math.ceil(run.length / 3);
  const riseM3h = (some: readonly Unclear[]) => median(some.map((one) => one.riseM3h));
  const changedM3h = Math.abs(riseM3h(run.slice(-third)) - riseM3h(run.slice(0, third)));
  return changedM3h < SETTLED_SHARE * Math.abs(run.at(-1)!.usualM3h);
}

function goesWith({ share, sigma }: PressureShare): boolean {
  return share - GOES_SIGMAS * sigma > GOES_SHARE;
}

function staysWith({ share, sigma }: PressureShare): boolean {
  return share + GOES_SIGMAS * sigma < GOES_SHARE;
}

function pressureTold({ share }: PressureShare): Evidence {
  return evidence("pressure-with-flow", { ofExpectedPercent: 100 * share });
}

/** From the supply on since which the change explains the run best. */
function sinceOnset(run: readonly Unclear[], side: 1 | -1): readonly Unclear[] {
  const changeM3h = side * offsetOf(run);
  let onset = run.length - 1;
  let best = Number.NEGATIVE_INFINITY;
  let gain = 0;
  for (let at = run.length - 1; at >= 0; at -= 1) {
    gain += side * run[at]!.riseM3h - changeM3h / 2;
    if (gain < best) continue;
    best = gain;
    onset = at;
  }
  return run.slice(onset);
}

/** How the hours of supply have changed; null when too few are known, or when they hardly differ. */
function tellingShapeOf(run: readonly Unclear[]): GrowthShape | null {
  const newest = run.slice(-SHAPED_SUPPLIES);
  const shape = growthShape(
    medianByHour(newest.map(({ usualHoursM3h }) => usualHoursM3h)),
    medianByHour(newest.map(({ known }) => known.hoursM3h)),
    LEAST_HOURS,
  );
  return shape && shape.contrast >= LEAST_CONTRAST ? shape : null;
}
