/**
 * A utility lived through by seed: hydraulics every five minutes from a start on, and what its sensors show at any moment since. The
 * same utility, seed, start and troubles give the same bytes; asked for a later moment it lives up to it, and remembers.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { Failure } from "../model/failure.ts";
import { offsetMs } from "../model/local-time.ts";
import { type EpanetNetwork, type NetworkState, openNetwork, type WaterBalance } from "./epanet-network.ts";
import { troubleNetwork } from "./network-troubles.ts";
import { keyOf } from "./seeded-noise.ts";
import { type Reading, readingAt } from "./sensor-reading.ts";
import type { SensorPlace, SimulatedUtility } from "./simulated-utility.ts";
import { isOfSensor, isOfSite, type SensorTrouble, type Trouble } from "./trouble.ts";
import { useShare } from "./use-pattern.ts";

export const STEP_MS = 5 * MINUTE_MS;
/** Customers who had no water draw more when it comes, falling to this share in half an hour. */
const REFILL_SHARE = 0.6;
const REFILL_MS = 30 * MINUTE_MS;

export interface SimulationOptions {
  readonly utility: SimulatedUtility;
  readonly seed: number;
  /** A multiple of the step. */
  readonly startMs: number;
  /** Between two solutions of the hydraulics; a whole share of an hour, five minutes when left out. */
  readonly stepMs?: number;
  readonly troubles: readonly Trouble[];
  /** Remembers what `branch` needs. */
  readonly branches?: boolean;
}

export interface HourlyBalance extends WaterBalance {
  readonly startMs: number;
}

export interface Simulation {
  readonly sensors: readonly string[];
  readonly startMs: number;
  /** What the sensor shows; null while it is silent. RangeError for an unknown sensor or a time before the start. */
  reading(sensor: string, timeMs: number): Reading | null;
  /** What is there: mean flow of the step in m3/h, pressure or level in m. Errors as for `reading`. */
  truth(sensor: string, timeMs: number): number;
  /** What the leak that is `troubles[index]` loses, m3/h. */
  leakM3h(index: number, timeMs: number): number;
  /** Ends the trouble that is `troubles[index]` at a time to come; RangeError when that has been lived through already. */
  mend(index: number, atMs: number): void;
  /** Whole hours since the start, lived up to a time. */
  balances(untilMs: number): readonly HourlyBalance[];
  /**
   * The same weeks up to a time, and from then on with these troubles: what many trials have in common is lived through once. Troubles
   * of sensors alone change no water. RangeError unless the simulation was started with `branches` and the time is a step of it.
   */
  branch(atMs: number, troubles: readonly Trouble[]): Promise<Simulation>;
}

/** Throws Failure when the network cannot be read or a trouble names what it has not got. */
export async function startSimulation(given: SimulationOptions): Promise<Simulation> {
  // Its own, because a trouble that is mended ends earlier than it was told to.
  const troubles = given.troubles.map((trouble) => ({ ...trouble }) as Trouble & { toMs?: number });
  const options = { ...given, troubles };
  const { startMs } = options;
  const stepMs = options.stepMs ?? STEP_MS;
  if (startMs % stepMs !== 0)
    throw new Failure("wrong-start", "a simulation starts at a multiple of its step");
  return simulationOf(await lifeFrom(options), options, troubles);
}

async function lifeFrom(options: SimulationOptions, state?: NetworkState): Promise<Life> {
  const { utility, startMs, stepMs = STEP_MS } = options;
  const clockMs = (startMs + offsetMs(startMs, utility.calendar.timeZone)) % DAY_MS;
  const start = { stepS: stepMs / 1000, clockS: clockMs / 1000, ...(state ? { state } : {}) };
  return liveThrough(await openNetwork(utility.inp, start), options);
}

function simulationOf(
  life: Life,
  options: SimulationOptions,
  troubles: readonly (Trouble & { toMs?: number })[],
): Simulation {
  const { utility, seed, startMs, stepMs = STEP_MS } = options;
  const known = new Set(utility.sensors.map(({ id }) => id));
  for (const trouble of troubles) {
    if (isOfSensor(trouble) && !known.has(trouble.sensor))
      throw new Failure("unknown-element", `there is no sensor "${trouble.sensor}"`);
  }
  const places = new Map(utility.sensors.map((place, at) => [place.id, { place, at }]));
  const faults = Map.groupBy(troubles.filter(isOfSensor), ({ sensor }) => sensor);
  const keys = new Map(utility.sensors.map(({ id }) => [id, keyOf(`${seed}/${id}`)]));

  function placeOf(sensor: string, timeMs: number): { readonly place: SensorPlace; readonly at: number } {
    const found = places.get(sensor);
    if (!found) throw new RangeError(`the simulated utility has no sensor "${sensor}"`);
    if (timeMs < startMs) throw new RangeError("the simulation starts later");
    return found;
  }

  function truth(sensor: string, timeMs: number): number {
    const { place, at } = placeOf(sensor, timeMs);
    const step = Math.floor((timeMs - startMs) / stepMs);
    // A flow is the mean of its step, so that volumes are kept; pressures and levels move evenly to the next.
    if (place.at.kind === "flow") return life.value(at, step);
    const share = (timeMs - startMs) / stepMs - step;
    const now = life.value(at, step);
    return share === 0 ? now : now + share * (life.value(at, step + 1) - now);
  }

  return {
    sensors: [...places.keys()],
    startMs,
    truth,
    reading(sensor, timeMs) {
      const { place } = placeOf(sensor, timeMs);
      const wrong: readonly SensorTrouble[] = faults.get(sensor) ?? [];
      return readingAt(place, keys.get(sensor) ?? 0, wrong, (atMs) => truth(sensor, atMs), timeMs);
    },
    mend(index, atMs) {
      const trouble = troubles[index];
      if (!trouble) throw new RangeError(`there is no trouble ${index}`);
      if (atMs < life.livedMs()) throw new RangeError("what is past cannot be mended");
      trouble.toMs = Math.min(atMs, trouble.toMs ?? atMs);
    },
    leakM3h: (index, timeMs) => life.leaking(index, Math.floor((timeMs - startMs) / stepMs)),
    balances: (untilMs) => life.balances(Math.floor((untilMs - startMs) / HOUR_MS)),
    async branch(atMs, others) {
      const mine = others.map((trouble) => ({ ...trouble }) as Trouble & { toMs?: number });
      if (mine.every((trouble) => isOfSensor(trouble) || isOfSite(trouble)))
        return simulationOf(life, { ...options, troubles: mine }, mine);
      const step = (atMs - startMs) / stepMs;
      const later = { ...options, startMs: atMs, troubles: mine };
      const branched = await lifeFrom(later, life.stateBefore(step));
      return simulationOf(joined(life, step, branched), { ...options, troubles: mine }, mine);
    },
  };
}

/** One life up to a step and another from there on. */
function joined(before: Life, step: number, after: Life): Life {
  return {
    livedMs: after.livedMs,
    value: (sensor, at) => (at < step ? before.value(sensor, at) : after.value(sensor, at - step)),
    leaking: (trouble, at) => (at < step ? 0 : after.leaking(trouble, at - step)),
    balances() {
      throw new RangeError("a branch has no balances");
    },
    stateBefore() {
      throw new RangeError("a branch has no branches");
    },
  };
}

interface Life {
  /** Everything before it has happened. */
  livedMs(): number;
  /** Of the sensor with this place in the utility. */
  value(sensor: number, step: number): number;
  leaking(trouble: number, step: number): number;
  balances(hours: number): readonly HourlyBalance[];
  stateBefore(step: number): NetworkState;
}

function liveThrough(network: EpanetNetwork, options: SimulationOptions): Life {
  const { utility, startMs, troubles, stepMs = STEP_MS, branches = false } = options;
  const stepsPerHour = HOUR_MS / stepMs;
  const ofNetwork = troubles.map((trouble, index) => ({ trouble, index }));
  const befalling = ofNetwork.flatMap(({ trouble, index }) =>
    isOfSensor(trouble) || isOfSite(trouble) ? [] : [{ trouble, index }],
  );
  const troubled = troubleNetwork(
    network,
    befalling.map(({ trouble }) => trouble),
    utility.calendar.timeZone,
  );
  const demand = demandOf(network, options, troubled.useTimes);
  const read = readersOf(network, utility.sensors);
  const columns: number[][] = utility.sensors.map(() => []);
  const leaks: number[][] = befalling.map(() => []);
  const steps: WaterBalance[] = [];
  const states: NetworkState[] = [];

  function liveTo(step: number): void {
    while (steps.length <= step) {
      const timeMs = startMs + steps.length * stepMs;
      demand(timeMs);
      troubled.apply(timeMs);
      if (branches) states.push(network.state());
      steps.push(network.advance());
      for (const [at, value] of read().entries()) columns[at]!.push(value);
      for (const [at, m3h] of troubled.leaking().entries()) leaks[at]!.push(m3h);
    }
  }

  return {
    livedMs: () => startMs + steps.length * stepMs,
    value(sensor, step) {
      liveTo(step);
      return columns[sensor]![step]!;
    },
    stateBefore(step) {
      if (!branches || !Number.isInteger(step) || step < 0)
        throw new RangeError("a branch begins at a step of a simulation that keeps its states");
      liveTo(step);
      return states[step]!;
    },
    leaking(trouble, step) {
      liveTo(step);
      const at = befalling.findIndex(({ index }) => index === trouble);
      return leaks[at]?.[step] ?? 0;
    },
    balances(hours) {
      liveTo(hours * stepsPerHour - 1);
      return Array.from({ length: hours }, (_, hour) =>
        sumUp(steps.slice(hour * stepsPerHour, (hour + 1) * stepsPerHour), startMs + hour * HOUR_MS),
      );
    },
  };
}

function sumUp(steps: readonly WaterBalance[], startMs: number): HourlyBalance {
  const total = (of: keyof WaterBalance) => steps.reduce((sum, step) => sum + step[of], 0);
  return {
    startMs,
    sourcedM3: total("sourcedM3"),
    deliveredM3: total("deliveredM3"),
    storedM3: total("storedM3"),
    spilledM3: total("spilledM3"),
  };
}

/** Sets every demand pattern and supply valve for the step that begins at a time. */
function demandOf(
  network: EpanetNetwork,
  { utility, seed }: SimulationOptions,
  timesAsMuch: (pattern: string, timeMs: number) => number,
): (timeMs: number) => void {
  const { calendar, supplies } = utility;
  const uses = Object.entries(utility.uses).map(([id, use]) => {
    const chance = { seed, key: keyOf(`${seed}/${id}`) };
    const supply = supplies.find(({ pattern }) => pattern === id);
    return { id, index: network.pattern(id), use, chance, supply };
  });
  const gates = supplies.map((supply) => ({ supply, link: network.link(supply.link) }));
  return (timeMs) => {
    for (const { id, index, use, chance, supply } of uses) {
      const suppliedMs = supply ? suppliedFor(supply.hours, timeMs, calendar.timeZone) : null;
      const refill =
        suppliedMs === null ? 1 : suppliedMs < 0 ? 0 : 1 + REFILL_SHARE * Math.exp(-suppliedMs / REFILL_MS);
      const times = refill * timesAsMuch(id, timeMs);
      network.setPattern(index, times * useShare(use, calendar, chance, timeMs));
    }
    for (const { supply, link } of gates)
      network.setOpen(link, suppliedFor(supply.hours, timeMs, calendar.timeZone) >= 0);
  };
}

/** How long there has been water, ms; negative while there is none. */
function suppliedFor(
  hours: readonly (readonly [number, number])[],
  timeMs: number,
  timeZone: string,
): number {
  const ofDayMs = (timeMs + offsetMs(timeMs, timeZone)) % DAY_MS;
  const now = hours.find(([from, to]) => ofDayMs >= from * HOUR_MS && ofDayMs < to * HOUR_MS);
  return now ? ofDayMs - now[0] * HOUR_MS : -1;
}

/** Reads all sensors after a step, in their order. */
function readersOf(network: EpanetNetwork, sensors: readonly SensorPlace[]): () => readonly number[] {
  const links = sensors.flatMap(({ at }) => (at.kind === "flow" ? [network.link(at.link)] : []));
  const flowsM3h = network.watchFlows(links);
  let flow = 0;
  const readers = sensors.map(({ at }): (() => number) => {
    if (at.kind === "flow") {
      const mine = flow;
      flow += 1;
      return () => flowsM3h[mine]!;
    }
    const node = network.node(at.kind === "pressure" ? at.node : at.tank);
    return () => network.pressureM(node);
  });
  return () => readers.map((read) => read());
}
