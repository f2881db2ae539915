/**
 * The judgement of one district's net inflow: bursts within hours, steps every morning, creeping growth over weeks, and the drop when one
 * of them is repaired. After each finding the past is rebased, so that the next one stands out from it.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import { evidence } from "../model/evidence.ts";
import type { Verdict } from "../model/verdict.ts";
import { type BurstWatch, createBurstWatch, excursionWith, restartRun } from "./burst-watch.ts";
import { isOtherDay } from "./day-resemblance.ts";
import {
  createExcursionCandidate,
  type ExcursionCandidate,
  excursionLastedH,
  excursionOffsetM3h,
  followExcursion,
} from "./excursion-candidate.ts";
import {
  createFlowHistory,
  doubtDaysSince,
  type FlowHistory,
  isHistoryFresh,
  learnHour,
  pastDay,
  rebaseGrowth,
  rebaseHistory,
  usualFlow,
} from "./flow-history.ts";
import type { JudgedHour } from "./judged-hour.ts";
import {
  type Closing,
  correctLeak,
  createLeakBook,
  dropLeak,
  isCorrection,
  isGrowth,
  type LeakBook,
  riseLeak,
} from "./leak-book.ts";
import {
  createLocalHours,
  HOURS,
  hoursOver,
  type LocalHour,
  type LocalHours,
  type WallHour,
  wallHourAt,
} from "./local-hours.ts";
import {
  createNightVariation,
  judgeVariation,
  type NightVariation,
  nightsVaryTooMuch,
} from "./night-variation.ts";
import { dayOffset } from "./offset-estimate.ts";
import { createRampTest, excuseRamp, type Ramp, type RampTest, rampIn } from "./ramp-test.ts";
import {
  burstPatienceH,
  createShortEvents,
  isRecurring,
  longestEventH,
  noteShortEvent,
  type ShortEvents,
} from "./short-events.ts";
import { createStepTest, type Step, type StepTest, stepIn } from "./step-test.ts";

/** Days from which on hours are watched. */
const LEAST_AGE = 14;
/** A burst that is over within this time was none: it teaches what comes and goes. */
const SHORT_MS = 1.5 * DAY_MS;
/** A leak may have grown for so many days before it was noticed. */
const UNNOTICED_DAYS = 7;
/** From this significance on that growth is told with its size. */
const GROWN_SIGMAS = 2;
/** In the days after a finding its size is corrected by offsets of this significance. */
const CORRECTION_SIGMAS = 1;
/** One reading is not a finding: a burst shows in so many, an hour of them at 5 minutes, half a day at one an hour. */
const LEAST_SLOTS = 12;

export interface FlowJudge {
  /** A burst lasts at least so many hours before it is told. */
  readonly leastHours: number;
  readonly hours: LocalHours;
  readonly history: FlowHistory;
  readonly burstWatch: BurstWatch;
  readonly stepTest: StepTest;
  readonly rampTest: RampTest;
  readonly leaks: LeakBook;
  readonly variation: NightVariation;
  /** Null until hours are watched. */
  shortEvents: ShortEvents | null;
  rising: ExcursionCandidate | null;
  falling: ExcursionCandidate | null;
  /** The profile from before the newest leak grew; null when something else was found since. */
  reference: Float64Array | null;
}

export interface FlowWitness {
  /** Told of every hour before it is judged, and before anything found in it becomes usual. */
  readonly onHour?: (hour: JudgedHour) => void;
  /** Whether pressure fell as the flow rose, and stayed down. */
  readonly pressureFell?: (fromMs: number, toMs: number) => boolean;
}

/** What one hour is judged with. */
interface HourContext extends Required<FlowWitness> {
  readonly parameters: DetectionParameters;
}

const NONE: readonly Verdict[] = [];
const NO_WITNESS: FlowWitness = {};

export function createFlowJudge(district: string, timeZone: string, slotMs: number): FlowJudge {
  return {
    leastHours: Math.ceil((LEAST_SLOTS * slotMs) / HOUR_MS),
    hours: createLocalHours(timeZone),
    history: createFlowHistory(),
    burstWatch: createBurstWatch(),
    stepTest: createStepTest(),
    rampTest: createRampTest(),
    leaks: createLeakBook(district),
    variation: createNightVariation(district),
    shortEvents: null,
    rising: null,
    falling: null,
    reference: null,
  };
}

/** Net inflow of the next slot, m3/h; NaN when unknown. */
export function judgeFlow(
  judge: FlowJudge,
  startMs: number,
  endMs: number,
  netInflowM3h: number,
  parameters: DetectionParameters,
  witness: FlowWitness = NO_WITNESS,
): readonly Verdict[] {
  const hours = hoursOver(judge.hours, startMs, endMs, netInflowM3h);
  if (hours.length === 0) return NONE;
  const { onHour = () => {}, pressureFell = () => false } = witness;
  const context: HourContext = { parameters, onHour, pressureFell };
  return hours.flatMap((hour) => judgeFlowHour(judge, hour, context));
}

function judgeFlowHour(judge: FlowJudge, hour: LocalHour, context: HourContext): readonly Verdict[] {
  const { history, variation } = judge;
  const usualM3h = usualFlow(history, hour.hour, hour.day);
  const sigmaM3h = history.sigmas[hour.hour]!;
  const isKnown = history.age >= LEAST_AGE && isHistoryFresh(history, hour.day);
  context.onHour({ ...hour, usualM3h: isKnown ? usualM3h : Number.NaN, sigmaM3h });
  const dayClosed = learnHour(history, hour);
  const isWatched =
    history.age >= LEAST_AGE && isHistoryFresh(history, hour.day) && !nightsVaryTooMuch(variation);
  if (!isWatched) dropExcursions(judge);
  const watched = isWatched ? watchFlowHour(judge, hour, usualM3h, sigmaM3h, context) : NONE;
  if (!dayClosed) return watched;
  return [...watched, ...judgeVariation(variation, history, hour), ...judgeFlowDay(judge, hour, context)];
}

function watchFlowHour(
  judge: FlowJudge,
  hour: LocalHour,
  usualM3h: number,
  sigmaM3h: number,
  { parameters, pressureFell }: HourContext,
): readonly Verdict[] {
  const { history, leastHours } = judge;
  judge.shortEvents ??= createShortEvents(hour.day);
  const { shortEvents } = judge;
  const deviationM3h = hour.flowM3h - usualM3h;
  const excursion = excursionWith(judge.burstWatch, deviationM3h, sigmaM3h);
  if (judge.rising && !followExcursion(judge.rising, hour, deviationM3h, excursion, history)) {
    const { startMs, seenUntilMs } = judge.rising;
    const withPressure = pressureFell(startMs, seenUntilMs);
    noteShortEvent(shortEvents, hour.day, startMs, excursionLastedH(judge.rising), withPressure);
    judge.rising = null;
  }
  if (judge.falling && !followExcursion(judge.falling, hour, deviationM3h, excursion, history))
    judge.falling = null;
  if (excursion && excursion.sigmas >= parameters.burstSigmas) {
    if (excursion.offsetM3h < 0) judge.falling ??= createExcursionCandidate(hour, usualM3h, excursion);
    else if (!isRecurring(shortEvents, hour.endMs - excursion.hours * HOUR_MS))
      judge.rising ??= createExcursionCandidate(hour, usualM3h, excursion);
  }
  const { rising, falling } = judge;
  if (falling && falling.hours >= leastHours && !isOtherDay(falling.resemblance))
    return callFall(judge, falling, hour, shortEvents, pressureFell);
  const witnessed = rising !== null && pressureFell(rising.startMs, hour.endMs);
  const patienceH = Math.max(leastHours, burstPatienceH(shortEvents, hour.day, witnessed));
  if (rising && rising.hours >= patienceH && !isOtherDay(rising.resemblance))
    return callBurst(judge, rising, hour, longestEventH(shortEvents, hour.day));
  return NONE;
}

function callFall(
  judge: FlowJudge,
  found: ExcursionCandidate,
  hour: LocalHour,
  events: ShortEvents,
  pressureFell: HourContext["pressureFell"],
): readonly Verdict[] {
  const { startMs } = found;
  const offsetM3h = excursionOffsetM3h(found);
  const sigmaM3h = excursionSigmaM3h(judge, found);
  const closing = dropLeak(judge.leaks, {
    startMs,
    decidedMs: hour.endMs,
    fellM3h: -offsetM3h,
    sigmaM3h,
  });
  const { verdicts } = closing;
  for (const { kind, startMs: beganMs, endMs } of verdicts) {
    if (kind !== "repair" && endMs !== null && endMs - beganMs < SHORT_MS)
      noteShortEvent(events, hour.day, beganMs, (endMs - beganMs) / HOUR_MS, pressureFell(beganMs, endMs));
  }
  if (verdicts.length === 0) return NONE;
  judge.reference = null;
  // What came and went leaves what was usual before it, however large its end was measured.
  const { tookForUsualM3h } = closing;
  takeForUsual(judge, tookForUsualM3h === null ? offsetM3h : -tookForUsualM3h, wallHour(judge, startMs));
  doubtGrowth(judge, closing);
  return verdicts;
}

function callBurst(
  judge: FlowJudge,
  candidate: ExcursionCandidate,
  hour: LocalHour,
  longestShortEventH: number,
): readonly Verdict[] {
  const { startMs, usualM3h } = candidate;
  const lastedH = excursionLastedH(candidate);
  const from = wallHour(judge, startMs);
  const { sigmas } = candidate.found;
  const offsetM3h = excursionOffsetM3h(candidate);
  const sigmaM3h = excursionSigmaM3h(judge, candidate);
  if (isCorrection(judge.leaks, offsetM3h, hour.endMs)) {
    takeForUsual(judge, offsetM3h, from);
    return correctLeak(judge.leaks, offsetM3h, sigmaM3h, hour.endMs);
  }
  const figures = { aboveM3h: offsetM3h, usualM3h, lastedH, timesUsualVariation: sigmas };
  const outlasted = evidence("outlasted-short-events", { lastedH, longestShortEventH });
  judge.reference = null;
  const verdicts = riseLeak(judge.leaks, {
    kind: "burst",
    startMs,
    decidedMs: hour.endMs,
    offsetM3h,
    sigmaM3h,
    sigmas,
    evidence: [evidence("flow-above-usual", figures)],
    ruledOut: [{ kind: "large-user", because: outlasted }],
  });
  takeForUsual(judge, offsetM3h, from);
  return verdicts;
}

function judgeFlowDay(judge: FlowJudge, hour: LocalHour, { parameters }: HourContext): readonly Verdict[] {
  const step = stepIn(judge.stepTest, judge.history);
  const ramp = rampIn(judge.rampTest, judge.history);
  if (nightsVaryTooMuch(judge.variation)) return NONE;
  const { leaks } = judge;
  if (step && step.sigmas >= CORRECTION_SIGMAS && isCorrection(leaks, step.offsetM3h, hour.endMs)) {
    takeForUsual(judge, step.offsetM3h, step.from);
    return correctLeak(leaks, step.offsetM3h, stepSigmaM3h(step), hour.endMs);
  }
  if (step && step.sigmas >= parameters.stepSigmas) return callStep(judge, step, hour);
  if (ramp && ramp.sigmas >= parameters.rampSigmas) return callRamp(judge, ramp, hour);
  return NONE;
}

function callStep(judge: FlowJudge, step: Step, hour: LocalHour): readonly Verdict[] {
  const { history, leaks } = judge;
  const hoursAgo = step.days * HOURS - step.from.hour;
  const at = {
    startMs: hour.endMs - hoursAgo * HOUR_MS,
    decidedMs: hour.endMs,
    sigmaM3h: stepSigmaM3h(step),
  };
  if (step.offsetM3h < 0) {
    judge.reference = null;
    const closing = dropLeak(leaks, { ...at, fellM3h: -step.offsetM3h });
    takeForUsual(judge, step.offsetM3h, step.from);
    doubtGrowth(judge, closing);
    return closing.verdicts;
  }
  const growth = isGrowth(leaks, { ...at, kind: "leak", offsetM3h: step.offsetM3h });
  if (!growth) judge.reference = pastDay(history, step.days - 1 + UNNOTICED_DAYS)?.profileM3h.slice() ?? null;
  const total = judge.reference && sizeAgainst(judge.reference, history);
  const grownBefore = total !== null && total - step.offsetM3h > GROWN_SIGMAS * step.sigmaM3h;
  takeForUsual(judge, step.offsetM3h, step.from);
  const found = evidence("constant-offset", {
    offsetM3h: step.offsetM3h,
    quartersDisagreeM3h: step.disagreementM3h,
    overDays: step.days,
    timesUsualVariation: step.sigmas,
  });
  return riseLeak(leaks, {
    ...at,
    kind: "leak",
    offsetM3h: step.offsetM3h,
    ...(total !== null && grownBefore ? { totalM3h: total } : {}),
    sigmas: step.sigmas,
    evidence: [found],
    ruledOut: [{ kind: "large-user", because: found }],
  });
}

function callRamp(judge: FlowJudge, ramp: Ramp, hour: LocalHour): readonly Verdict[] {
  const { offsetM3h, sigmaM3h, sigmas, overDays, seasonM3h } = ramp;
  rebaseGrowth(judge.history, offsetM3h, overDays);
  excuseRamp(judge.rampTest, ramp);
  const figures = { riseM3h: offsetM3h, overDays, timesUsualVariation: sigmas, seasonM3h };
  return riseLeak(judge.leaks, {
    kind: "leak",
    startMs: hour.endMs - overDays * DAY_MS,
    decidedMs: hour.endMs,
    offsetM3h,
    crept: true,
    sigmaM3h,
    sigmas,
    evidence: [evidence("crept-up", figures)],
    ruledOut: [],
  });
}

/** Takes an offset that has been there from this hour on for part of what is usual. */
function takeForUsual(judge: FlowJudge, offsetM3h: number, from: WallHour): void {
  rebaseHistory(judge.history, offsetM3h, from);
  dropExcursions(judge);
}

/** What is usual is not what it was, or hours pass unwatched: what stood off it so far is not followed on. */
function dropExcursions(judge: FlowJudge): void {
  restartRun(judge.burstWatch);
  judge.rising = null;
  judge.falling = null;
}

/** A leak that grew and ended: how it grew in its days is not known so well that they prove anything. */
function doubtGrowth(judge: FlowJudge, { grewSinceMs }: Closing): void {
  if (grewSinceMs !== null) doubtDaysSince(judge.history, wallHour(judge, grewSinceMs).day);
}

function wallHour({ hours }: FlowJudge, timeMs: number): WallHour {
  return wallHourAt(timeMs, hours.timeZone);
}

/** Days differ by more than their hours say: a size is no surer than that. */
function excursionSigmaM3h({ stepTest }: FlowJudge, { found }: ExcursionCandidate): number {
  return Math.hypot(found.sigmaM3h, stepTest.dayVariesM3h);
}

/** How sure the size of a step is: by what such offsets usually vary, and by how far the quarters of its days are from agreeing. */
function stepSigmaM3h({ sigmaM3h, disagreementM3h }: Step): number {
  return Math.hypot(sigmaM3h, disagreementM3h);
}

/** What the newest day has more than a profile, m3/h; null when too little of it is known. */
function sizeAgainst(profileM3h: Float64Array, history: FlowHistory): number | null {
  const newest = pastDay(history, 0)?.flowsM3h.map((flow, hour) => flow - profileM3h[hour]!);
  return (newest && dayOffset([newest], history.sigmas, Number.POSITIVE_INFINITY)?.offsetM3h) ?? null;
}
