/**
 * The judgement of one district's net inflow: bursts within hours, steps every morning, creeping growth over weeks, and the drop when one
 * of them is repaired. After each finding the past is rebased, so that the next one stands out from it.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import { evidence } from "../model/evidence.ts";
import type { Verdict } from "../model/verdict.ts";
import { createBurstWatch } from "./burst-watch.ts";
import { createExcursionCandidate, type ExcursionCandidate } from "./excursion-candidate.ts";
import { createFlowHistory, type FlowHistory } from "./flow-history.ts";
import type { JudgedHour } from "./judged-hour.ts";
import { type Closing, createLeakBook } from "./leak-book.ts";
import { createLocalHours, HOURS, type LocalHour } from "./local-hours.ts";
import { createNightVariation } from "./night-variation.ts";
import { dayOffset } from "./offset-estimate.ts";
import { createRampTest, type Ramp } from "./ramp-test.ts";
import { createShortEvents, type ShortEvents } from "./short-events.ts";
import { createStepTest, type Step } from "./step-test.ts";

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
  /** Net inflow of the next slot, m3/h; NaN when unknown. */
  observe(startMs: number, endMs: number, netInflowM3h: number): readonly Verdict[];
}

const NONE: readonly Verdict[] = [];

export interface FlowWitness {
  /** Told of every hour before it is judged, and before anything found in it becomes usual. */
  readonly onHour?: (hour: JudgedHour) => void;
  /** Whether pressure fell as the flow rose, and stayed down. */
  readonly pressureFell?: (fromMs: number, toMs: number) => boolean;
}

export function createFlowJudge(
  district: string,
  timeZone: string,
  slotMs: number,
  parameters: DetectionParameters,
  { onHour = () => {}, pressureFell = () => false }: FlowWitness = {},
): FlowJudge {
  const leastHours = Math.ceil((LEAST_SLOTS * slotMs) / HOUR_MS);
  const localHours = createLocalHours(timeZone);
  const history = createFlowHistory();
  const burstWatch = createBurstWatch();
  const stepTest = createStepTest();
  const rampTest = createRampTest();
  const leaks = createLeakBook(district);
  const variation = createNightVariation(district);
  let shortEvents: ShortEvents | null = null;
  let rising: ExcursionCandidate | null = null;
  let falling: ExcursionCandidate | null = null;
  /** The profile from before the newest leak grew; null when something else was found since. */
  let reference: Float64Array | null = null;

  /** A leak that grew and ended: how it grew in its days is not known so well that they prove anything. */
  function doubtGrowth({ grewSinceMs }: Closing, { hour, day, endMs }: LocalHour): void {
    if (grewSinceMs === null) return;
    const hoursBefore = (endMs - grewSinceMs) / HOUR_MS - (hour + 1);
    history.doubtSince(day - Math.ceil(hoursBefore / HOURS));
  }

  /** Takes an offset that began so many hours ago, counted from the end of this hour, for part of what is usual. */
  function rebase(offsetM3h: number, { hour }: LocalHour, hoursAgo: number, dayClosed: boolean): void {
    const from = hour + 1 - hoursAgo;
    const daysAgo = Math.ceil(-from / HOURS) + (dayClosed ? 1 : 0);
    history.rebase(offsetM3h, Math.max(0, daysAgo), ((from % HOURS) + HOURS) % HOURS);
    burstWatch.restart();
    rising = null;
    falling = null;
  }

  function watchHour(
    hour: LocalHour,
    usualM3h: number,
    sigmaM3h: number,
    dayClosed: boolean,
  ): readonly Verdict[] {
    shortEvents ??= createShortEvents(hour.day);
    const deviationM3h = hour.flowM3h - usualM3h;
    const excursion = burstWatch.observe(deviationM3h, sigmaM3h);
    if (rising && !rising.follow(hour, deviationM3h, excursion)) {
      const { startMs } = rising;
      const lastedH = rising.hours();
      shortEvents.note(hour.day, startMs, lastedH, pressureFell(startMs, startMs + lastedH * HOUR_MS));
      rising = null;
    }
    if (falling && !falling.follow(hour, deviationM3h, excursion)) falling = null;
    if (excursion && excursion.sigmas >= parameters.burstSigmas) {
      if (excursion.offsetM3h < 0) falling ??= createExcursionCandidate(history, hour, usualM3h, excursion);
      else if (!shortEvents.isRecurring(hour.endMs - excursion.hours * HOUR_MS))
        rising ??= createExcursionCandidate(history, hour, usualM3h, excursion);
    }
    if (falling && falling.hours() >= leastHours && !falling.isOtherDay())
      return fall(falling, hour, dayClosed, shortEvents);
    const witnessed = rising !== null && pressureFell(rising.startMs, hour.endMs);
    const patienceH = Math.max(leastHours, shortEvents.patienceH(hour.day, witnessed));
    if (rising && rising.hours() >= patienceH && !rising.isOtherDay())
      return callBurst(rising, hour, dayClosed, shortEvents.longestH(hour.day));
    return NONE;
  }

  function fall(
    found: ExcursionCandidate,
    hour: LocalHour,
    dayClosed: boolean,
    events: ShortEvents,
  ): readonly Verdict[] {
    const { startMs } = found;
    const offsetM3h = found.offsetM3h();
    const sigmaM3h = Math.hypot(found.found().sigmaM3h, stepTest.dayVariesM3h());
    const closing = leaks.drop({ startMs, decidedMs: hour.endMs, fellM3h: -offsetM3h, sigmaM3h });
    const { verdicts } = closing;
    for (const { kind, startMs: beganMs, endMs } of verdicts) {
      if (kind !== "repair" && endMs !== null && endMs - beganMs < SHORT_MS)
        events.note(hour.day, beganMs, (endMs - beganMs) / HOUR_MS, pressureFell(beganMs, endMs));
    }
    if (verdicts.length === 0) return NONE;
    reference = null;
    // What came and went leaves what was usual before it, however large its end was measured.
    const { tookForUsualM3h } = closing;
    rebase(tookForUsualM3h === null ? offsetM3h : -tookForUsualM3h, hour, found.hours(), dayClosed);
    doubtGrowth(closing, hour);
    return verdicts;
  }

  function callBurst(
    candidate: ExcursionCandidate,
    hour: LocalHour,
    dayClosed: boolean,
    longestShortEventH: number,
  ): readonly Verdict[] {
    const { startMs, usualM3h } = candidate;
    const offsetM3h = candidate.offsetM3h();
    const lastedH = candidate.hours();
    const { sigmas } = candidate.found();
    // Days differ by more than their hours say: a size is no surer than that.
    const sigmaM3h = Math.hypot(candidate.found().sigmaM3h, stepTest.dayVariesM3h());
    if (leaks.isCorrection(offsetM3h, hour.endMs)) {
      rebase(offsetM3h, hour, lastedH, dayClosed);
      return leaks.correct(offsetM3h, sigmaM3h, hour.endMs);
    }
    const figures = { aboveM3h: offsetM3h, usualM3h, lastedH, timesUsualVariation: sigmas };
    const outlasted = evidence("outlasted-short-events", { lastedH, longestShortEventH });
    reference = null;
    const verdicts = leaks.rise({
      kind: "burst",
      startMs,
      decidedMs: hour.endMs,
      offsetM3h,
      sigmaM3h,
      sigmas,
      evidence: [evidence("flow-above-usual", figures)],
      ruledOut: [{ kind: "large-user", because: outlasted }],
    });
    rebase(offsetM3h, hour, lastedH, dayClosed);
    return verdicts;
  }

  function judgeStep(step: Step, hour: LocalHour): readonly Verdict[] {
    const hoursAgo = step.days * HOURS - step.fromHour;
    const at = {
      startMs: hour.endMs - hoursAgo * HOUR_MS,
      decidedMs: hour.endMs,
      sigmaM3h: sizeSigmaM3h(step),
    };
    if (step.offsetM3h < 0) {
      reference = null;
      const closing = leaks.drop({ ...at, fellM3h: -step.offsetM3h });
      rebase(step.offsetM3h, hour, hoursAgo, true);
      doubtGrowth(closing, hour);
      return closing.verdicts;
    }
    const growth = leaks.isGrowth({ kind: "leak", decidedMs: hour.endMs, offsetM3h: step.offsetM3h });
    if (!growth) reference = history.past(step.days - 1 + UNNOTICED_DAYS)?.profileM3h.slice() ?? null;
    const total = reference && sizeAgainst(reference, history);
    const grownBefore = total !== null && total - step.offsetM3h > GROWN_SIGMAS * step.sigmaM3h;
    rebase(step.offsetM3h, hour, hoursAgo, true);
    const found = evidence("constant-offset", {
      offsetM3h: step.offsetM3h,
      quartersDisagreeM3h: step.disagreementM3h,
      overDays: step.days,
      timesUsualVariation: step.sigmas,
    });
    return leaks.rise({
      ...at,
      kind: "leak",
      offsetM3h: step.offsetM3h,
      ...(total !== null && grownBefore ? { totalM3h: total } : {}),
      sigmas: step.sigmas,
      evidence: [found],
      ruledOut: [{ kind: "large-user", because: found }],
    });
  }

  function judgeRamp(ramp: Ramp, hour: LocalHour): readonly Verdict[] {
    const { offsetM3h, sigmaM3h, sigmas, overDays, seasonM3h } = ramp;
    history.rebaseGrowth(offsetM3h, overDays);
    rampTest.found(ramp);
    const figures = { riseM3h: offsetM3h, overDays, timesUsualVariation: sigmas, seasonM3h };
    return leaks.rise({
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

  function judgeDay(hour: LocalHour): readonly Verdict[] {
    const step = stepTest.judge(history);
    const ramp = rampTest.judge(history);
    if (variation.isTooLarge()) return NONE;
    if (step && step.sigmas >= CORRECTION_SIGMAS && leaks.isCorrection(step.offsetM3h, hour.endMs)) {
      rebase(step.offsetM3h, hour, step.days * HOURS - step.fromHour, true);
      return leaks.correct(step.offsetM3h, sizeSigmaM3h(step), hour.endMs);
    }
    if (step && step.sigmas >= parameters.stepSigmas) return judgeStep(step, hour);
    if (ramp && ramp.sigmas >= parameters.rampSigmas) return judgeRamp(ramp, hour);
    return NONE;
  }

  function judgeHour(hour: LocalHour): readonly Verdict[] {
    const usualM3h = history.expected(hour.hour, hour.day);
    const sigmaM3h = history.sigmas()[hour.hour]!;
    const isKnown = history.age() >= LEAST_AGE && history.isFresh();
    onHour({ ...hour, usualM3h: isKnown ? usualM3h : Number.NaN, sigmaM3h });
    const dayClosed = history.observe(hour);
    const isWatched = history.age() >= LEAST_AGE && history.isFresh() && !variation.isTooLarge();
    const watched = isWatched ? watchHour(hour, usualM3h, sigmaM3h, dayClosed) : NONE;
    if (!dayClosed) return watched;
    return [...watched, ...variation.observe(history, hour), ...judgeDay(hour)];
  }

  return {
    observe(startMs, endMs, netInflowM3h) {
      const hours = localHours.observe(startMs, endMs, netInflowM3h);
      return hours.length === 0 ? NONE : hours.flatMap(judgeHour);
    },
  };
}

/** How sure the size of a step is: by what such offsets usually vary, and by how far the quarters of its days are from agreeing. */
function sizeSigmaM3h({ sigmaM3h, disagreementM3h }: Step): number {
  return Math.hypot(sigmaM3h, disagreementM3h);
}

/** What the newest day has more than a profile, m3/h; null when too little of it is known. */
function sizeAgainst(profileM3h: Float64Array, history: FlowHistory): number | null {
  const newest = history.past(0)?.flowsM3h.map((flow, hour) => flow - profileM3h[hour]!);
  return (newest && dayOffset([newest], history.sigmas(), Number.POSITIVE_INFINITY)?.offsetM3h) ?? null;
}
