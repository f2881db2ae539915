/**
 * A published network made fit for trials: divided into two metered districts in the first way in which it keeps its pressure and a boundary
 * valve matters, its demands scaled to what it can supply, with the places where users and leaks may be put.
 */
import { DAY_MS } from "../model/clock.ts";
import { Failure } from "../model/failure.ts";
import {
  DISTRICTS,
  type DividedDistrict,
  type DividedMeter,
  type DividedNetwork,
  type DividedPipe,
  divisionsOf,
} from "./divided-network.ts";
import type { SensorPlace, SimulatedUtility } from "./simulated-utility.ts";
import { type Simulation, startSimulation } from "./simulation.ts";
import { TRIAL_START_MS, TRIAL_STEP_MS, TRIAL_USES } from "./trial-use.ts";
import type { Trouble } from "./trouble.ts";
import type { UsePattern } from "./use-pattern.ts";

const SUPPLIED_HOURS = [
  [5, 11],
  [16, 21],
] as const;
/** Pipes that leak a little always, each this share of the mean inflow: without them a district that is shut off keeps its pressure. */
const SEEPING_PIPES = 5;
const SEEPING_SHARE = 0.03;
const DAY_TIMES_MS = Array.from(
  { length: DAY_MS / TRIAL_STEP_MS },
  (_, step) => TRIAL_START_MS + step * TRIAL_STEP_MS,
);
const DIVISIONS_TRIED = 8;
const VALVES_TRIED = 6;
const LEAST_EXCHANGED_SHARE = 0.08;
const WEIGHTY_SHARE = 0.3;
const LEAST_PRESSURE_M = 10;
const MOST_SPEED_M_PER_S = 1.5;
const LEAST_FAIR_SHARE = 0.8;
const LEAST_MEAN_M3H = 1;
/** What a burst adds must be there to be had. */
const RESERVE = 1.5;
const DEMAND_TIMES = [1, 0.7, 0.5, 0.35, 0.25, 0.15] as const;

/** How a trial's lower district is supplied: all day, or at some hours by a valve in its one main. */
export type TrialSupply = "steady" | "intermittent";

export interface TrialMeter extends DividedMeter {
  readonly id: string;
  readonly district: DividedDistrict;
  /** Between the districts: what enters this one leaves the other. */
  readonly isMain: boolean;
}

export interface TrialNetwork {
  readonly name: string;
  readonly supply: TrialSupply;
  readonly divided: DividedNetwork;
  readonly utility: SimulatedUtility;
  readonly meters: readonly TrialMeter[];
  /** Published demands times this, so that the network keeps its pressure with half as much again. */
  readonly demandTimes: number;
  /** Mean net inflow of an untroubled first day, m3/h. */
  readonly meanM3h: Readonly<Record<DividedDistrict, number>>;
  /** Meters that carry enough of their district's water for it to matter when they are wrong. */
  readonly weighty: Readonly<Record<DividedDistrict, readonly string[]>>;
  /** Junctions that keep a fair pressure all day, where users are put, and pipes between them, where leaks are, with their pressure. */
  readonly junctions: Readonly<Record<DividedDistrict, readonly TrialJunction[]>>;
  readonly pipes: Readonly<Record<DividedDistrict, readonly TrialPipe[]>>;
  /** The boundary valve that lets most water through when it is opened, and that, on average of a day. */
  readonly valve: { readonly link: string; readonly exchangedM3h: number };
  /** What is so from the beginning. */
  readonly always: readonly Trouble[];
}

export interface TrialPipe {
  readonly id: string;
  readonly pressureM: number;
  /** What it can carry without tearing along, m3/h. */
  readonly carriesM3h: number;
}

export interface TrialJunction {
  readonly id: string;
  readonly pressureM: number;
  /** Of the widest pipe that ends there. */
  readonly carriesM3h: number;
}

export function tankLevel(tank: string): string {
  return `level-${tank}`;
}

export function pressureGauge(district: DividedDistrict): string {
  return `${district}-pressure`;
}

function metersOf({ inlets, mains }: DividedNetwork): readonly TrialMeter[] {
  return [
    ...inlets.map((one, at): TrialMeter => ({ ...one, id: `inlet-${at + 1}`, isMain: false })),
    ...mains.map(
      (one, at): TrialMeter => ({ ...one, id: `main-${at + 1}`, district: "lower", isMain: true }),
    ),
  ];
}

/** A district's meters with their signs. */
export function boundaryOf(
  meters: readonly TrialMeter[],
  district: DividedDistrict,
): readonly { readonly sensor: string; readonly sign: 1 | -1 }[] {
  return meters.flatMap(({ id, sign, district: entered, isMain }) => {
    if (entered === district) return [{ sensor: id, sign }];
    return isMain ? [{ sensor: id, sign: sign === 1 ? (-1 as const) : (1 as const) }] : [];
  });
}

export function tankAreaM2({ diameterM }: { readonly diameterM: number }): number {
  return (Math.PI * diameterM ** 2) / 4;
}

/** Sensors: a meter for each inlet and each link between the districts, pressure in each district, levels of tanks. */
function sensorsOf(
  { tanks, junctions }: DividedNetwork,
  meters: readonly TrialMeter[],
): readonly SensorPlace[] {
  const middle = (nodes: readonly string[]) => nodes[Math.floor(nodes.length / 2)] ?? "";
  const gauge = (district: DividedDistrict): SensorPlace => ({
    id: pressureGauge(district),
    at: { kind: "pressure", node: middle(junctions[district]) },
    errorShare: 0,
    errorAtZero: 0.1,
  });
  return [
    ...meters.map(
      ({ id, link }): SensorPlace => ({
        id,
        at: { kind: "flow", link },
        errorShare: 0.008,
        errorAtZero: 0.04,
      }),
    ),
    gauge("upper"),
    gauge("lower"),
    ...tanks.map(
      ({ id }): SensorPlace => ({
        id: tankLevel(id),
        at: { kind: "level", tank: id },
        errorShare: 0,
        errorAtZero: 0.001,
      }),
    ),
  ];
}

/**
 * Divides a network and lives through a day of it, in the first way in which it keeps its pressure and a boundary valve matters. Published
 * demands are often those of the worst hour: they are scaled down until most junctions keep their pressure all day with half as much again.
 * Throws Failure when the network cannot be read, divided or supplied.
 */
export async function trialNetwork(
  name: string,
  inp: string,
  supply: TrialSupply = "steady",
): Promise<TrialNetwork> {
  let otherwise: TrialNetwork | null = null;
  const divisions = divisionsOf(inp).filter((one) => supply === "steady" || canBeShutOff(one));
  for (const divided of divisions.slice(0, DIVISIONS_TRIED)) {
    const network = await suppliedNetwork(name, divided);
    if (!network) continue;
    if (supply === "intermittent") return shutOffAtHours(network);
    const found = { ...network, valve: await busiestValve(network) };
    if (exchangesEnough(found)) return found;
    otherwise ??= found;
  }
  if (otherwise) return otherwise;
  throw new Failure("wrong-network", `${name} cannot keep its pressure when it is divided`);
}

/** By one pipe, with no tank or source behind it. */
function canBeShutOff({ mains, tanks, inlets, pipes }: DividedNetwork): boolean {
  const [main, ...others] = mains;
  const hasOwn = [...tanks, ...inlets].some(({ district }) => district === "lower");
  return main !== undefined && others.length === 0 && main.isPipe && !hasOwn && pipes.lower.length > 0;
}

function shutOffAtHours(network: Omit<TrialNetwork, "valve">): TrialNetwork {
  const { divided, utility, meanM3h, pipes, junctions } = network;
  // The highest point is the first to be without water; at the lowest some stands in the pipes always.
  const highest = junctions.lower.reduce((top, one) => (one.pressureM < top.pressureM ? one : top));
  const every = Math.max(1, Math.floor(pipes.lower.length / SEEPING_PIPES));
  const seeping = pipes.lower.filter((_, at) => at % every === 0).slice(0, SEEPING_PIPES);
  return {
    ...network,
    supply: "intermittent",
    valve: { link: "", exchangedM3h: 0 },
    utility: {
      ...utility,
      sensors: utility.sensors.map((sensor) =>
        sensor.id === pressureGauge("lower")
          ? { ...sensor, at: { kind: "pressure" as const, node: highest.id } }
          : sensor,
      ),
      supplies: [{ link: divided.mains[0]!.link, hours: SUPPLIED_HOURS, pattern: "lower" }],
    },
    always: seeping.map(({ id, pressureM }) => ({
      kind: "leak",
      pipe: id,
      m3hAt50M: SEEPING_SHARE * meanM3h.lower * Math.sqrt(50 / pressureM),
      growsForMs: 0,
      fromMs: TRIAL_START_MS,
    })),
  };
}

/** Whether opening its busiest boundary valve is an event, in the larger district too. */
export function exchangesEnough({ valve, meanM3h }: TrialNetwork): boolean {
  return valve.exchangedM3h >= LEAST_EXCHANGED_SHARE * Math.max(meanM3h.upper, meanM3h.lower);
}

async function suppliedNetwork(
  name: string,
  divided: DividedNetwork,
): Promise<Omit<TrialNetwork, "valve"> | null> {
  for (const demandTimes of DEMAND_TIMES) {
    const strained = await firstDay(name, divided, RESERVE * demandTimes);
    const fair = DISTRICTS.every(
      (district) =>
        strained.junctions[district].length >= LEAST_FAIR_SHARE * divided.junctions[district].length &&
        strained.pipes[district].length > 0 &&
        strained.weighty[district].length > 0 &&
        strained.meanM3h[district] > LEAST_MEAN_M3H,
    );
    if (fair) return { ...(await firstDay(name, divided, demandTimes)), demandTimes };
  }
  return null;
}

/** Each of the widest boundary valves is opened for a day. */
async function busiestValve({ divided, utility, meters, meanM3h }: Omit<TrialNetwork, "valve">) {
  let busiest = { link: "", exchangedM3h: 0 };
  for (const link of divided.boundaryValves.slice(0, VALVES_TRIED)) {
    const simulation = await startSimulation({
      utility,
      seed: 1,
      startMs: TRIAL_START_MS,
      stepMs: TRIAL_STEP_MS,
      troubles: [{ kind: "valve", link, open: true, fromMs: TRIAL_START_MS }],
    });
    const lowerM3h = dayInflow(simulation, divided, meters, "lower");
    const exchangedM3h = Math.abs(lowerM3h - meanM3h.lower);
    if (exchangedM3h > busiest.exchangedM3h) busiest = { link, exchangedM3h };
  }
  return busiest;
}

function dayMean(simulation: Simulation, sensor: string): number {
  return (
    DAY_TIMES_MS.reduce((sum, timeMs) => sum + simulation.truth(sensor, timeMs), 0) / DAY_TIMES_MS.length
  );
}

/** Mean net inflow of the first day, m3/h. */
function dayInflow(
  simulation: Simulation,
  { tanks }: DividedNetwork,
  meters: readonly TrialMeter[],
  district: DividedDistrict,
): number {
  const enteredM3h = boundaryOf(meters, district).reduce(
    (sum, { sensor, sign }) => sum + sign * dayMean(simulation, sensor),
    0,
  );
  const storedM3 = tanks
    .filter((tank) => tank.district === district)
    .reduce((sum, tank) => {
      const level = (timeMs: number) => simulation.truth(tankLevel(tank.id), timeMs);
      return sum + tankAreaM2(tank) * (level(TRIAL_START_MS + DAY_MS) - level(TRIAL_START_MS));
    }, 0);
  return enteredM3h - storedM3 / 24;
}

async function firstDay(
  name: string,
  divided: DividedNetwork,
  demandTimes: number,
): Promise<Omit<TrialNetwork, "valve">> {
  const scaled = (district: DividedDistrict): UsePattern => {
    const weekday = TRIAL_USES[district].weekday.map((share) => share * demandTimes);
    return { ...TRIAL_USES[district], weekday, weekend: weekday };
  };
  const meters = metersOf(divided);
  const utility: SimulatedUtility = {
    inp: divided.inp,
    calendar: { timeZone: "Africa/Nairobi", holidays: [] },
    uses: { upper: scaled("upper"), lower: scaled("lower") },
    supplies: [],
    sensors: sensorsOf(divided, meters),
  };
  const probes = [...divided.junctions.upper, ...divided.junctions.lower].map(
    (node): SensorPlace => ({
      id: `probe-${node}`,
      at: { kind: "pressure", node },
      errorShare: 0,
      errorAtZero: 0,
    }),
  );
  const simulation = await startSimulation({
    utility: { ...utility, sensors: [...utility.sensors, ...probes] },
    seed: 1,
    startMs: TRIAL_START_MS,
    stepMs: TRIAL_STEP_MS,
    troubles: [],
  });
  const of = <T>(make: (district: DividedDistrict) => T) => ({ upper: make("upper"), lower: make("lower") });
  const meanM3h = of((district) => dayInflow(simulation, divided, meters, district));
  const pressures = new Map(
    probes.map(({ id }) => {
      const ofDay = DAY_TIMES_MS.map((timeMs) => simulation.truth(id, timeMs));
      const fair = ofDay.every((pressureM) => pressureM > LEAST_PRESSURE_M);
      return [id, fair ? ofDay.reduce((sum, one) => sum + one, 0) / ofDay.length : Number.NaN];
    }),
  );
  const pressureM = (node: string) => pressures.get(`probe-${node}`) ?? Number.NaN;
  return {
    name,
    supply: "steady",
    always: [],
    divided,
    utility,
    meters,
    demandTimes,
    meanM3h,
    weighty: of((district) =>
      meters
        .filter((meter) => meter.district === district)
        .map(({ id }) => id)
        .filter((id) => Math.abs(dayMean(simulation, id)) > WEIGHTY_SHARE * meanM3h[district]),
    ),
    junctions: of((district) =>
      divided.junctions[district]
        .filter((node) => !Number.isNaN(pressureM(node)))
        .map((id) => {
          const ending = divided.pipes[district].filter(({ from, to }) => from === id || to === id);
          const carriesM3h = Math.max(0, ...ending.map(carriedM3h));
          return { id, pressureM: pressureM(id), carriesM3h };
        }),
    ),
    pipes: of((district) =>
      divided.pipes[district]
        .map((pipe) => ({
          id: pipe.id,
          pressureM: (pressureM(pipe.from) + pressureM(pipe.to)) / 2,
          carriesM3h: carriedM3h(pipe),
        }))
        .filter((pipe) => !Number.isNaN(pipe.pressureM)),
    ),
  };
}

function carriedM3h({ diameterM }: DividedPipe): number {
  return ((Math.PI * diameterM ** 2) / 4) * MOST_SPEED_M_PER_S * 3600;
}
