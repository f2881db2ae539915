/**
 * What a district's inflow usually is, by hour of the day and day of the week, learnt as it comes and never looked back for: a
 * profile that forgets within days, because seasons and weather move it, and deviations of the weekdays from it that forget
 * within weeks. Memory is bounded. When a leak or a repair is found, the past is rebased as if it had always been so:
 * then the next one stands out again.
 */
import { HOURS, type LocalHour, type WallHour, weekdayOf } from "./local-hours.ts";

/** Share of the profile that a day leaves as it was: measured best of 0.3 to 0.9 on ten real districts. */
const PROFILE_KEPT = 0.6;
const WEEKDAY_LEARNT = 0.15;
const SIGMA_LEARNT = 0.03;
/** On fewer days than this an hour has not shown by how much it varies. */
const LEAST_SIZES = 7;
/** With more, a day teaches at most this many standard deviations. */
const CLIP_FROM_SIZES = 10;
/** A day teaches at most this many standard deviations. */
const CLIP_SIGMAS = 3;
/** Mean absolute deviation of a normal variable to its standard deviation. */
const TO_SIGMA = 1.2533;
/** No meter is so exact that flow could be told apart finer than this share of its mean. */
const LEAST_SIGMA_SHARE = 0.002;
/** Days with fewer known hours teach nothing and are judged on nothing. */
const LEAST_HOURS = 12;
const DAYS_KEPT = 64;
/** After so many days without one that counts, what was usual is not known any more. */
const FORGET_DAYS = 28;
/** After so many the profile is old, and needs some days to catch up. */
const STALE_DAYS = 4;
const CATCH_UP_DAYS = 4;

export interface PastDay {
  readonly day: number;
  /** Flow by hour, less what is usual for the weekday. NaN where unknown. */
  readonly flowsM3h: Float64Array;
  /** The profile as it was before this day. */
  readonly profileM3h: Float64Array;
  /** A leak grew in these days and nobody knows how: their level proves nothing. */
  readonly isDoubtful: boolean;
}

interface KeptDay {
  readonly day: number;
  readonly flowsM3h: Float64Array;
  profileM3h: Float64Array;
  isDoubtful: boolean;
}

export interface FlowHistory {
  /** Deviations from the profile by weekday, 0 Sunday .. 6 Saturday, and hour. */
  readonly weekdays: readonly Float64Array[];
  readonly weekdayCounts: Uint32Array;
  /** Standard deviation of a day's flow from the profile, by hour; 0 while it is not known. */
  readonly sigmas: Float64Array;
  /** What they are learnt in, from the first day on, and of how many days it is. */
  readonly sizes: Float64Array;
  readonly sizeCounts: Uint32Array;
  profile: Float64Array | null;
  /** Days that count since the last silence of days. */
  age: number;
  daysSinceStale: number;
  /** Oldest first. */
  days: KeptDay[];
  openDay: number;
  open: Float64Array;
}

export function createFlowHistory(): FlowHistory {
  return {
    weekdays: Array.from({ length: 7 }, () => new Float64Array(HOURS)),
    weekdayCounts: new Uint32Array(7),
    sigmas: new Float64Array(HOURS),
    sizes: new Float64Array(HOURS),
    sizeCounts: new Uint32Array(HOURS),
    profile: null,
    age: 0,
    daysSinceStale: CATCH_UP_DAYS,
    days: [],
    openDay: Number.NaN,
    open: new Float64Array(HOURS).fill(Number.NaN),
  };
}

/** True when the hour closes its day, and the day counts. */
export function learnHour(history: FlowHistory, { day, hour, flowM3h }: LocalHour): boolean {
  const closed = !Number.isNaN(history.openDay) && day !== history.openDay && learnDay(history);
  history.openDay = day;
  const before = history.open[hour]!;
  // The clock repeats an hour in autumn: its flow is that of both, or of the one that is known.
  const isRepeated = !Number.isNaN(before);
  if (!isRepeated) history.open[hour] = flowM3h;
  else if (!Number.isNaN(flowM3h)) history.open[hour] = (before + flowM3h) / 2;
  return hour === HOURS - 1 ? learnDay(history) : closed;
}

/** False on the days after a silence of days, while the profile catches up with what it missed. */
export function isHistoryFresh({ days, daysSinceStale }: FlowHistory, day: number): boolean {
  const newest = days.at(-1);
  return daysSinceStale >= CATCH_UP_DAYS && !(newest && day - newest.day > STALE_DAYS);
}

/** What the hour's flow usually is, NaN when that is not known. */
export function usualFlow(history: FlowHistory, hour: number, day: number): number {
  return usualFlowOn(history, hour, weekdayOf(day));
}

/** What it would be if the day were another: 0 Sunday .. 6 Saturday, of the morning that ends it. */
export function usualFlowOn({ profile, weekdays }: FlowHistory, hour: number, weekday: number): number {
  return profile ? profile[hour]! + weekdays[weekday]![hour]! : Number.NaN;
}

/** Newest first. */
export function pastDay({ days }: FlowHistory, back: number): PastDay | null {
  return days[days.length - 1 - back] ?? null;
}

/** Deviations of the newest `count` days from the profile before the first of them; newest first. Null with too few. */
export function dayDeviations({ days, age }: FlowHistory, count: number): readonly Float64Array[] | null {
  const first = days[days.length - count];
  if (!first || age <= count) return null;
  return days
    .slice(-count)
    .reverse()
    .map(({ flowsM3h }) => flowsM3h.map((flow, hour) => flow - first.profileM3h[hour]!));
}

/** This day and what follows, up to now, prove nothing about slow growth. */
export function doubtDaysSince(history: FlowHistory, day: number): void {
  for (const kept of history.days) kept.isDoubtful ||= kept.day >= day;
}

/** Adds an offset to all that lies before an hour: that hour and what follows have it in them already. */
export function rebaseHistory(history: FlowHistory, offsetM3h: number, from: WallHour): void {
  const { days } = history;
  const before = days.filter(({ day }) => day < from.day);
  const since = days.slice(before.length);
  const add = (flows: Float64Array, until = HOURS) => {
    for (let hour = 0; hour < until; hour += 1) flows[hour]! += offsetM3h;
  };
  for (const kept of before) {
    add(kept.flowsM3h);
    add(kept.profileM3h);
  }
  if (history.openDay === from.day) add(history.open, from.hour);
  const [first] = since;
  if (first) {
    if (first.day === from.day) add(first.flowsM3h, from.hour);
    add(first.profileM3h);
    let profile = first.profileM3h;
    for (const kept of since) {
      kept.profileM3h = profile;
      profile = learntProfile(history, profile, kept.flowsM3h);
    }
    history.profile = profile;
  } else if (history.profile) add(history.profile);
}

/** The same for an offset that grew evenly over so many days and is whole in the newest. */
export function rebaseGrowth({ days }: FlowHistory, offsetM3h: number, overDays: number): void {
  for (const [index, { flowsM3h, profileM3h }] of days.entries()) {
    const back = days.length - 1 - index;
    const added = offsetM3h * Math.min(1, back / overDays);
    for (let hour = 0; hour < HOURS; hour += 1) {
      flowsM3h[hour]! += added;
      profileM3h[hour]! += added;
    }
  }
}

function learnDay(history: FlowHistory): boolean {
  const { open: raw, openDay: day } = history;
  history.open = new Float64Array(HOURS).fill(Number.NaN);
  history.openDay = Number.NaN;
  if (raw.filter((flow) => !Number.isNaN(flow)).length < LEAST_HOURS) return false;
  const newest = history.days.at(-1);
  if (newest && day - newest.day > FORGET_DAYS) {
    history.profile = null;
    history.days = [];
    history.age = 0;
  }
  history.daysSinceStale = newest && day - newest.day > STALE_DAYS ? 0 : history.daysSinceStale + 1;
  const weekday = weekdayOf(day);
  const ofWeekday = history.weekdays[weekday]!;
  const flowsM3h = raw.map((flow, hour) => flow - ofWeekday[hour]!);
  const before = history.profile;
  history.days.push({ day, flowsM3h, profileM3h: before ?? Float64Array.from(flowsM3h), isDoubtful: false });
  if (history.days.length > DAYS_KEPT) history.days.shift();
  history.age += 1;
  history.profile = before ? learntProfile(history, before, flowsM3h) : Float64Array.from(flowsM3h);
  if (before) {
    learnSigmas(history, flowsM3h, before);
    const usual = before.map((flow, hour) => flow + ofWeekday[hour]!);
    learnWeekday(history, weekday, raw, usual);
  }
  return true;
}

function learnSigmas(history: FlowHistory, flows: Float64Array, usual: Float64Array): void {
  const { sigmas, sizes, sizeCounts } = history;
  const known = usual.filter((flow) => !Number.isNaN(flow));
  const mean = known.reduce((sum, flow) => sum + Math.abs(flow), 0) / Math.max(1, known.length);
  for (let hour = 0; hour < HOURS; hour += 1) {
    const deviation = flows[hour]! - usual[hour]!;
    if (Number.isNaN(deviation)) continue;
    const limit = mostTaughtM3h(history, hour, sizeCounts[hour]! + 1);
    const size = TO_SIGMA * Math.min(Math.abs(deviation), limit);
    sizeCounts[hour]! += 1;
    const share = Math.max(SIGMA_LEARNT, 1 / sizeCounts[hour]!);
    sizes[hour] = Math.max(sizes[hour]! + share * (size - sizes[hour]!), LEAST_SIGMA_SHARE * mean);
    if (sizeCounts[hour]! >= LEAST_SIZES) sigmas[hour] = sizes[hour]!;
  }
}

/** How far off what is usual an hour may be for its day to teach all of it; where it never varied nothing tells what is wild. */
function mostTaughtM3h({ sizes }: FlowHistory, hour: number, count: number): number {
  return count > CLIP_FROM_SIZES && sizes[hour]! > 0 ? CLIP_SIGMAS * sizes[hour]! : Number.POSITIVE_INFINITY;
}

function learnWeekday(history: FlowHistory, weekday: number, flows: Float64Array, usual: Float64Array): void {
  const { weekdays, weekdayCounts } = history;
  weekdayCounts[weekday]! += 1;
  const own = weekdays[weekday]!;
  const share = Math.max(WEEKDAY_LEARNT, 1 / weekdayCounts[weekday]!);
  for (let hour = 0; hour < HOURS; hour += 1) {
    const deviation = flows[hour]! - usual[hour]!;
    if (Number.isNaN(deviation)) continue;
    const limit = mostTaughtM3h(history, hour, weekdayCounts[weekday]! > 2 ? CLIP_FROM_SIZES + 1 : 0);
    own[hour]! += share * Math.max(-limit, Math.min(limit, deviation));
  }
  // The weekdays' deviations sum to nothing: what is common to all belongs to the profile.
  for (let hour = 0; hour < HOURS; hour += 1) {
    let mean = 0;
    for (const one of weekdays) mean += one[hour]! / 7;
    for (const one of weekdays) one[hour]! -= mean;
  }
}

function learntProfile(history: FlowHistory, before: Float64Array, flows: Float64Array): Float64Array {
  return before.map((usual, hour) => {
    const deviation = flows[hour]! - usual;
    if (Number.isNaN(usual)) return flows[hour]!;
    if (Number.isNaN(deviation)) return usual;
    const limit = mostTaughtM3h(history, hour, history.sizeCounts[hour]!);
    return usual + (1 - PROFILE_KEPT) * Math.max(-limit, Math.min(limit, deviation));
  });
}
