/**
 * What a district's inflow usually is, by hour of the day and day of the week, learnt as it comes and never looked back for: a
 * profile that forgets within days, because seasons and weather move it, and deviations of the weekdays from it that forget
 * within weeks. Memory is bounded. When a leak or a repair is found, the past is rebased as if it had always been so:
 * then the next one stands out again.
 */
import { HOURS, type LocalHour, weekdayOf } from "./local-hours.ts";

/** Share of the profile that a day leaves as it was: measured best of 0.3 to 0.9 on ten real districts. */
const PROFILE_KEPT = 0.6;
const WEEKDAY_LEARNT = 0.15;
const SIGMA_LEARNT = 0.03;
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

export interface FlowHistory {
  /** True when the hour closes its day, and the day counts. */
  observe(hour: LocalHour): boolean;
  /** Days that count since the last silence of days. */
  age(): number;
  /** False while the profile catches up with what it missed in a silence of days. */
  isFresh(): boolean;
  /** What the hour's flow usually is, NaN when that is not known. */
  expected(hour: number, day: number): number;
  /** What it would be if the day were another: 0 Sunday .. 6 Saturday, of the morning that ends it. */
  expectedOn(hour: number, weekday: number): number;
  sigmas(): Float64Array;
  /** Newest first. */
  past(back: number): PastDay | null;
  /** Deviations of the newest `count` days from the profile before the first of them; newest first. Null with too few. */
  deviations(count: number): readonly Float64Array[] | null;
  /** This day and what follows, up to now, prove nothing about slow growth. */
  doubtSince(day: number): void;
  /** Adds an offset to all that lies before an hour: hours from now on, and the newest `days` days, have it in them already. */
  rebase(offsetM3h: number, days: number, fromHour: number): void;
  /** The same for an offset that grew evenly over so many days and is whole in the newest. */
  rebaseGrowth(offsetM3h: number, overDays: number): void;
}

interface KeptDay {
  readonly day: number;
  readonly flowsM3h: Float64Array;
  profileM3h: Float64Array;
  isDoubtful: boolean;
}

export function createFlowHistory(): FlowHistory {
  const weekdays = Array.from({ length: 7 }, () => new Float64Array(HOURS));
  const weekdayCounts = new Uint32Array(7);
  const sigmas = new Float64Array(HOURS);
  let sigmaCount = 0;
  let profile: Float64Array | null = null;
  let age = 0;
  let daysSinceStale = CATCH_UP_DAYS;
  /** Oldest first. */
  let days: KeptDay[] = [];
  let openDay = Number.NaN;
  let open = new Float64Array(HOURS).fill(Number.NaN);

  function learnSigmas(flows: Float64Array, usual: Float64Array): void {
    sigmaCount += 1;
    const share = Math.max(SIGMA_LEARNT, 1 / sigmaCount);
    const known = usual.filter((flow) => !Number.isNaN(flow));
    const mean = known.reduce((sum, flow) => sum + Math.abs(flow), 0) / Math.max(1, known.length);
    for (let hour = 0; hour < HOURS; hour += 1) {
      const deviation = flows[hour]! - usual[hour]!;
      if (Number.isNaN(deviation)) continue;
      const limit = sigmaCount > 10 ? CLIP_SIGMAS * sigmas[hour]! : Number.POSITIVE_INFINITY;
      const size = TO_SIGMA * Math.min(Math.abs(deviation), limit);
      sigmas[hour] = Math.max(sigmas[hour]! + share * (size - sigmas[hour]!), LEAST_SIGMA_SHARE * mean);
    }
  }

  function learnWeekday(weekday: number, flows: Float64Array, usual: Float64Array): void {
    weekdayCounts[weekday]! += 1;
    const own = weekdays[weekday]!;
    const share = Math.max(WEEKDAY_LEARNT, 1 / weekdayCounts[weekday]!);
    for (let hour = 0; hour < HOURS; hour += 1) {
      const deviation = flows[hour]! - usual[hour]!;
      if (Number.isNaN(deviation)) continue;
      const limit = weekdayCounts[weekday]! > 2 ? CLIP_SIGMAS * sigmas[hour]! : Number.POSITIVE_INFINITY;
      own[hour]! += share * Math.max(-limit, Math.min(limit, deviation));
    }
    // The weekdays' deviations sum to nothing: what is common to all belongs to the profile.
    for (let hour = 0; hour < HOURS; hour += 1) {
      let mean = 0;
      for (const one of weekdays) mean += one[hour]! / 7;
      for (const one of weekdays) one[hour]! -= mean;
    }
  }

  function learnProfile(before: Float64Array, flows: Float64Array): Float64Array {
    return before.map((usual, hour) => {
      const deviation = flows[hour]! - usual;
      if (Number.isNaN(usual)) return flows[hour]!;
      if (Number.isNaN(deviation)) return usual;
      const limit = sigmaCount > 10 ? CLIP_SIGMAS * sigmas[hour]! : Number.POSITIVE_INFINITY;
      return usual + (1 - PROFILE_KEPT) * Math.max(-limit, Math.min(limit, deviation));
    });
  }

  function closeDay(): boolean {
    const raw = open;
    const day = openDay;
    open = new Float64Array(HOURS).fill(Number.NaN);
    openDay = Number.NaN;
    if (raw.filter((flow) => !Number.isNaN(flow)).length < LEAST_HOURS) return false;
    const newest = days.at(-1);
    if (newest && day - newest.day > FORGET_DAYS) {
      profile = null;
      days = [];
      age = 0;
    }
    daysSinceStale = newest && day - newest.day > STALE_DAYS ? 0 : daysSinceStale + 1;
    const weekday = weekdayOf(day);
    const flowsM3h = raw.map((flow, hour) => flow - weekdays[weekday]![hour]!);
    const before = profile;
    days.push({ day, flowsM3h, profileM3h: before ?? Float64Array.from(flowsM3h), isDoubtful: false });
    if (days.length > DAYS_KEPT) days.shift();
    age += 1;
    profile = before ? learnProfile(before, flowsM3h) : Float64Array.from(flowsM3h);
    if (before) {
      learnSigmas(flowsM3h, before);
      const usual = before.map((flow, hour) => flow + weekdays[weekday]![hour]!);
      learnWeekday(weekday, raw, usual);
    }
    return true;
  }

  const expectedOn = (hour: number, weekday: number) =>
    profile ? profile[hour]! + weekdays[weekday]![hour]! : Number.NaN;

  return {
    observe({ day, hour, flowM3h }) {
      const closed = !Number.isNaN(openDay) && day !== openDay && closeDay();
      openDay = day;
      open[hour] = flowM3h;
      return hour === HOURS - 1 ? closeDay() : closed;
    },
    age: () => age,
    isFresh: () => daysSinceStale >= CATCH_UP_DAYS,
    expected: (hour, day) => expectedOn(hour, weekdayOf(day)),
    expectedOn,
    sigmas: () => sigmas,
    past: (back) => days[days.length - 1 - back] ?? null,
    deviations(count) {
      const first = days[days.length - count];
      if (!first || age <= count) return null;
      return days
        .slice(-count)
        .reverse()
        .map(({ flowsM3h }) => flowsM3h.map((flow, hour) => flow - first.profileM3h[hour]!));
    },
    doubtSince(day) {
      for (const kept of days) kept.isDoubtful ||= kept.day >= day;
    },
    rebase(offsetM3h, count, fromHour) {
      const onset = days.length - count;
      const add = (flows: Float64Array, until = HOURS) => {
        for (let hour = 0; hour < until; hour += 1) flows[hour]! += offsetM3h;
      };
      for (const kept of days.slice(0, Math.max(0, onset))) {
        add(kept.flowsM3h);
        add(kept.profileM3h);
      }
      const first = days[onset];
      if (first) {
        add(first.profileM3h);
        add(first.flowsM3h, fromHour);
        let before = first.profileM3h;
        for (const kept of days.slice(onset)) {
          kept.profileM3h = before;
          before = learnProfile(before, kept.flowsM3h);
        }
        profile = before;
      } else {
        if (profile) add(profile);
        add(open, fromHour);
      }
    },
    rebaseGrowth(offsetM3h, overDays) {
      for (const [index, { flowsM3h, profileM3h }] of days.entries()) {
        const back = days.length - 1 - index;
        const added = offsetM3h * Math.min(1, back / overDays);
        for (let hour = 0; hour < HOURS; hour += 1) {
          flowsM3h[hour]! += added;
          profileM3h[hour]! += added;
        }
      }
    },
  };
}
