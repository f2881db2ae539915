/**
 * One trial of the judgement: a published network in two metered districts, lived through for weeks by seed, and one thing that befalls it.
 * Sizes are shares of the district's mean inflow; where and when is drawn. What must be said of it is the trial's `cause`. All causes of one
 * seed befall the same weeks, which are lived through once.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { uniformDraws } from "../model/seeded-random.ts";
import type { DividedDistrict } from "./divided-network.ts";
import { type Simulation, startSimulation } from "./simulation.ts";
import type { TrialNetwork, TrialSupply } from "./trial-network.ts";
import { busiestShare, TRIAL_START_MS, TRIAL_STEP_MS } from "./trial-use.ts";
import { isOfSensor, type Trouble } from "./trouble.ts";

export const CAUSES = [
  "leak",
  "burst",
  "boundary-valve",
  "meter-drift",
  "sensor-stuck",
  "tank-filling",
  "large-user",
  "data-gap",
  "nothing",
] as const;
export type Cause = (typeof CAUSES)[number];

/** What is judged where supply is intermittent. What comes and goes within hours, and valves, are told from supply by nobody yet. */
export const CAUSES_BY_SUPPLY: Readonly<Record<TrialSupply, readonly Cause[]>> = {
  steady: CAUSES,
  intermittent: ["leak", "burst", "meter-drift", "sensor-stuck", "data-gap", "nothing"],
};

const HISTORY_DAYS = 30;
/** How long a trial goes on once its trouble has begun. */
const AFTER_DAYS: Readonly<Record<Cause, number>> = {
  leak: 24,
  burst: 4,
  "boundary-valve": 3,
  "meter-drift": 28,
  "sensor-stuck": 2,
  "tank-filling": 2,
  "large-user": 2,
  "data-gap": 3,
  nothing: 10,
};

/** Of the district's mean net inflow; of what comes and goes within hours, of its inflow at that time of day when that is more. */
const SIZE_SHARES: Readonly<Partial<Record<Cause, readonly [low: number, high: number]>>> = {
  leak: [0.15, 0.35],
  burst: [0.25, 0.6],
  "tank-filling": [0.35, 0.7],
  "large-user": [0.35, 0.7],
};

/** Weeks in which nothing happens. */
export interface TrialWeeks {
  readonly network: TrialNetwork;
  readonly seed: number;
  readonly simulation: Simulation;
}

export interface Trial {
  readonly network: TrialNetwork;
  readonly cause: Cause;
  readonly seed: number;
  readonly district: DividedDistrict;
  /** What the leak, burst or use amounts to at its full size; what the valve lets through; NaN for what has no size. */
  readonly sizeM3h: number;
  readonly startMs: number;
  readonly troubledMs: number;
  readonly endMs: number;
  readonly troubles: readonly Trouble[];
  readonly simulation: Simulation;
}

/** Those that can carry so much; the widest when none can. */
function ableTo<T extends { readonly carriesM3h: number }>(
  carryM3h: number,
  all: readonly T[],
): readonly T[] {
  const able = all.filter(({ carriesM3h }) => carriesM3h >= carryM3h);
  if (able.length > 0) return able;
  const most = Math.max(...all.map(({ carriesM3h }) => carriesM3h));
  return all.filter(({ carriesM3h }) => carriesM3h === most);
}

export async function trialWeeks(network: TrialNetwork, seed: number): Promise<TrialWeeks> {
  const simulation = await startSimulation({
    utility: network.utility,
    seed,
    startMs: TRIAL_START_MS,
    stepMs: TRIAL_STEP_MS,
    troubles: network.always,
    branches: true,
  });
  return { network, seed, simulation };
}

/** The same network, cause and seed give the same trial. */
export async function startTrial(
  { network, seed, simulation: weeks }: TrialWeeks,
  cause: Cause,
): Promise<Trial> {
  const draw = uniformDraws(seed + 100 * CAUSES.indexOf(cause));
  const between = (low: number, high: number) => low + (high - low) * draw();
  const drawn: DividedDistrict = draw() < 0.5 ? "upper" : "lower";
  const district = network.supply === "intermittent" ? "lower" : drawn;
  const troubledMs = TRIAL_START_MS + HISTORY_DAYS * DAY_MS + Math.floor(between(0, 7 * 24)) * HOUR_MS;
  const { sizeM3h, troubles } = troublesOf(network, cause, district, troubledMs, between);
  const ofWater = troubles.some((trouble) => !isOfSensor(trouble));
  const simulation = await weeks.branch(troubledMs, ofWater ? [...network.always, ...troubles] : troubles);
  const endMs = troubledMs + AFTER_DAYS[cause] * DAY_MS;
  return {
    network,
    cause,
    seed,
    district,
    sizeM3h,
    startMs: TRIAL_START_MS,
    troubledMs,
    endMs,
    troubles,
    simulation,
  };
}

function troublesOf(
  { weighty, meanM3h, junctions, pipes, valve }: TrialNetwork,
  cause: Cause,
  district: DividedDistrict,
  fromMs: number,
  between: (low: number, high: number) => number,
): { readonly sizeM3h: number; readonly troubles: readonly Trouble[] } {
  const one = <T>(from: readonly T[]): T =>
    from[Math.min(from.length - 1, Math.floor(between(0, from.length)))]!;
  const sizeM3h =
    between(...(SIZE_SHARES[cause] ?? [Number.NaN, Number.NaN])) *
    meanM3h[district] *
    (cause === "tank-filling" || cause === "large-user" ? busiestShare(district, fromMs) : 1);
  const hole = (growsForMs: number): Trouble => {
    const { id, pressureM } = one(ableTo(sizeM3h, pipes[district]));
    return { kind: "leak", pipe: id, m3hAt50M: sizeM3h * Math.sqrt(50 / pressureM), growsForMs, fromMs };
  };
  const only = (trouble: Trouble, size = Number.NaN) => ({ sizeM3h: size, troubles: [trouble] });
  switch (cause) {
    case "leak":
      return only(hole(between(6, 16) * DAY_MS), sizeM3h);
    case "burst":
      return only(hole(0), sizeM3h);
    case "boundary-valve":
      return only({ kind: "valve", link: valve.link, open: true, fromMs }, valve.exchangedM3h);
    case "meter-drift": {
      const percentPerDay = between(0.8, 2) * (between(0, 1) < 0.5 ? -1 : 1);
      return only({ kind: "drift", sensor: one(weighty[district]), percentPerDay, fromMs });
    }
    case "sensor-stuck":
      return only({ kind: "stuck", sensor: one(weighty[district]), fromMs });
    case "tank-filling": {
      const volumeM3 = sizeM3h * between(3, 7);
      return only(
        { kind: "fill", node: one(ableTo(sizeM3h, junctions[district])).id, m3h: sizeM3h, volumeM3, fromMs },
        sizeM3h,
      );
    }
    case "large-user": {
      const toMs = fromMs + between(2, 8) * HOUR_MS;
      return only(
        { kind: "use", node: one(ableTo(sizeM3h, junctions[district])).id, m3h: sizeM3h, fromMs, toMs },
        sizeM3h,
      );
    }
    case "data-gap": {
      const toMs = fromMs + between(2, 30) * HOUR_MS;
      return only({ kind: "outage", sensor: one(weighty[district]), fromMs, toMs });
    }
    case "nothing":
      return { sizeM3h: Number.NaN, troubles: [] };
  }
}
