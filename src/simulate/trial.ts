/**
 * One trial of the judgement: a published network in two metered districts, lived through for weeks by seed, and one thing that befalls it.
 * Sizes are shares of the district's mean inflow; where and when is drawn. What must be said of it is the trial's `cause`.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { Failure } from "../model/failure.ts";
import { uniformDraws } from "../model/seeded-random.ts";
import { DISTRICTS, type DividedDistrict, type DividedNetwork, divideNetwork } from "./divided-network.ts";
import type { SensorPlace, SimulatedUtility } from "./simulated-utility.ts";
import { type Simulation, startSimulation } from "./simulation.ts";
import type { Trouble } from "./trouble.ts";
import { EVERYDAY_CHANCE, type UsePattern } from "./use-pattern.ts";

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

/** Loggers record, and hydraulics are solved, this often. */
export const TRIAL_STEP_MS = 15 * MINUTE_MS;
const HISTORY_DAYS = 30;
/** How long a trial goes on once its trouble has begun. */
const AFTER_DAYS: Readonly<Record<Cause, number>> = {
  leak: 24,
  burst: 4,
  "boundary-valve": 3,
  "meter-drift": 18,
  "sensor-stuck": 2,
  "tank-filling": 2,
  "large-user": 2,
  "data-gap": 3,
  nothing: 10,
};

const homes = [
  0.3, 0.2, 0.16, 0.15, 0.24, 0.85, 1.75, 1.9, 1.6, 1.35, 1.2, 1.12, 1.15, 1.12, 1.02, 1.0, 1.12, 1.35, 1.62,
  1.65, 1.3, 0.95, 0.62, 0.42,
];
const mixed = [
  0.38, 0.3, 0.27, 0.27, 0.36, 0.72, 1.3, 1.55, 1.6, 1.5, 1.45, 1.4, 1.4, 1.35, 1.28, 1.25, 1.3, 1.42, 1.5,
  1.4, 1.1, 0.8, 0.6, 0.45,
];

const USES: Readonly<Record<DividedDistrict, UsePattern>> = {
  upper: use(mixed, 1.04, 0.94),
  lower: use(homes, 1.03, 1.02),
};

function use(weekday: readonly number[], saturdayShare: number, sundayShare: number): UsePattern {
  return {
    weekday,
    weekend: weekday,
    saturdayShare,
    sundayShare,
    perWarmerC: 0.008,
    whenRainingShare: 0.97,
    chance: EVERYDAY_CHANCE,
  };
}

export interface TrialNetwork {
  readonly name: string;
  readonly divided: DividedNetwork;
  readonly utility: SimulatedUtility;
  /** Mean inflow of an untroubled first day, m3/h. */
  readonly meanM3h: Readonly<Record<DividedDistrict, number>>;
  /** Junctions that keep a fair pressure all day, where users are put, and pipes between them, where leaks are, with their pressure. */
  readonly junctions: Readonly<Record<DividedDistrict, readonly string[]>>;
  readonly pipes: Readonly<
    Record<DividedDistrict, readonly { readonly id: string; readonly pressureM: number }[]>
  >;
  /** The boundary valve that lets most water through when it is opened, and that, on average of a day. */
  readonly valve: { readonly link: string; readonly exchangedM3h: number };
}

export interface Trial {
  readonly network: TrialNetwork;
  readonly cause: Cause;
  readonly seed: number;
  readonly district: DividedDistrict;
  readonly startMs: number;
  readonly troubledMs: number;
  readonly endMs: number;
  readonly troubles: readonly Trouble[];
  readonly simulation: Simulation;
}

/** The meter between the districts. */
export const LOWER_METER = "lower-inflow";

export function inletMeter(at: number): string {
  return `inlet-${at + 1}`;
}

export function tankLevel(tank: string): string {
  return `level-${tank}`;
}

export function pressureGauge(district: DividedDistrict): string {
  return `${district}-pressure`;
}

/** Sensors: a meter for each inlet and the main between the districts, pressure in each district, levels of tanks. */
function sensorsOf({ inlets, entrance, tanks, junctions }: DividedNetwork): readonly SensorPlace[] {
  const meter = (id: string, link: string): SensorPlace => ({
    id,
    at: { kind: "flow", link },
    errorShare: 0.008,
    errorAtZero: 0.04,
  });
  const middle = (nodes: readonly string[]) => nodes[Math.floor(nodes.length / 2)] ?? "";
  const gauge = (district: DividedDistrict): SensorPlace => ({
    id: pressureGauge(district),
    at: { kind: "pressure", node: middle(junctions[district]) },
    errorShare: 0,
    errorAtZero: 0.1,
  });
  return [
    ...inlets.map(({ link }, at) => meter(inletMeter(at), link)),
    meter(LOWER_METER, entrance.link),
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
 * Divides a network and lives through a day of it. Published demands are often those of the worst hour: they are scaled down until most
 * junctions keep their pressure all day. Throws Failure when the network cannot be read, divided or supplied.
 */
export async function trialNetwork(name: string, inp: string): Promise<TrialNetwork> {
  const divided = divideNetwork(inp);
  for (const demandTimes of DEMAND_TIMES) {
    const network = await firstDay(name, divided, demandTimes);
    const fair = DISTRICTS.every(
      (district) =>
        network.junctions[district].length >= LEAST_FAIR_SHARE * divided.junctions[district].length &&
        network.pipes[district].length > 0 &&
        network.meanM3h[district] > LEAST_MEAN_M3H,
    );
    if (fair) return { ...network, valve: await busiestValve(network) };
  }
  throw new Failure("wrong-network", `${name} cannot keep its pressure when it is divided`);
}

/** Each of the widest boundary valves is opened for a day. */
async function busiestValve({ divided, utility, meanM3h }: Omit<TrialNetwork, "valve">) {
  let busiest = { link: "", exchangedM3h: 0 };
  for (const link of divided.boundaryValves.slice(0, VALVES_TRIED)) {
    const simulation = await startSimulation({
      utility,
      seed: 1,
      startMs: START_MS,
      stepMs: TRIAL_STEP_MS,
      troubles: [{ kind: "valve", link, open: true, fromMs: START_MS }],
    });
    const lowerM3h = divided.entrance.sign * dayMean(simulation, LOWER_METER);
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

async function firstDay(
  name: string,
  divided: DividedNetwork,
  demandTimes: number,
): Promise<Omit<TrialNetwork, "valve">> {
  const scaled = (district: DividedDistrict): UsePattern => {
    const weekday = USES[district].weekday.map((share) => share * demandTimes);
    return { ...USES[district], weekday, weekend: weekday };
  };
  const utility: SimulatedUtility = {
    inp: divided.inp,
    calendar: { timeZone: "Africa/Nairobi", holidays: [] },
    uses: { upper: scaled("upper"), lower: scaled("lower") },
    supplies: [],
    sensors: sensorsOf(divided),
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
    startMs: START_MS,
    stepMs: TRIAL_STEP_MS,
    troubles: [],
  });
  const lowerM3h = divided.entrance.sign * dayMean(simulation, LOWER_METER);
  const totalM3h = divided.inlets.reduce(
    (sum, { sign }, at) => sum + sign * dayMean(simulation, inletMeter(at)),
    0,
  );
  const pressures = new Map(
    probes.map(({ id }) => {
      const ofDay = DAY_TIMES_MS.map((timeMs) => simulation.truth(id, timeMs));
      const fair = ofDay.every((pressureM) => pressureM > LEAST_PRESSURE_M);
      return [id, fair ? ofDay.reduce((sum, one) => sum + one, 0) / ofDay.length : Number.NaN];
    }),
  );
  const pressureM = (node: string) => pressures.get(`probe-${node}`) ?? Number.NaN;
  const junctions = (district: DividedDistrict) =>
    divided.junctions[district].filter((node) => !Number.isNaN(pressureM(node)));
  const pipes = (district: DividedDistrict) =>
    divided.pipes[district]
      .map(({ id, from, to }) => ({ id, pressureM: (pressureM(from) + pressureM(to)) / 2 }))
      .filter((pipe) => !Number.isNaN(pipe.pressureM));
  return {
    name,
    divided,
    utility,
    meanM3h: { upper: totalM3h - lowerM3h, lower: lowerM3h },
    junctions: { upper: junctions("upper"), lower: junctions("lower") },
    pipes: { upper: pipes("upper"), lower: pipes("lower") },
  };
}

/** Midnight in Nairobi, of a Monday. */
const START_MS = Date.UTC(2026, 0, 4, 21);
const DAY_TIMES_MS = Array.from(
  { length: DAY_MS / TRIAL_STEP_MS },
  (_, step) => START_MS + step * TRIAL_STEP_MS,
);
const VALVES_TRIED = 6;
const LEAST_PRESSURE_M = 10;
const LEAST_FAIR_SHARE = 0.8;
const LEAST_MEAN_M3H = 1;
const DEMAND_TIMES = [1, 0.7, 0.5, 0.35, 0.25, 0.15] as const;

/** The same network, cause and seed give the same trial. */
export async function startTrial(network: TrialNetwork, cause: Cause, seed: number): Promise<Trial> {
  const draw = uniformDraws(seed);
  const between = (low: number, high: number) => low + (high - low) * draw();
  const district: DividedDistrict = draw() < 0.5 ? "upper" : "lower";
  const troubledMs = START_MS + HISTORY_DAYS * DAY_MS + Math.floor(between(0, 7 * 24)) * HOUR_MS;
  const troubles = troublesOf(network, cause, district, troubledMs, between);
  const simulation = await startSimulation({
    utility: network.utility,
    seed,
    startMs: START_MS,
    stepMs: TRIAL_STEP_MS,
    troubles,
  });
  const endMs = troubledMs + AFTER_DAYS[cause] * DAY_MS;
  return { network, cause, seed, district, startMs: START_MS, troubledMs, endMs, troubles, simulation };
}

function troublesOf(
  { divided, meanM3h, junctions, pipes, valve }: TrialNetwork,
  cause: Cause,
  district: DividedDistrict,
  fromMs: number,
  between: (low: number, high: number) => number,
): readonly Trouble[] {
  const one = <T>(from: readonly T[]): T =>
    from[Math.min(from.length - 1, Math.floor(between(0, from.length)))]!;
  const sizeM3h = (low: number, high: number) => between(low, high) * meanM3h[district];
  const hole = (m3h: number, growsForMs: number): Trouble => {
    const { id, pressureM } = one(pipes[district]);
    return { kind: "leak", pipe: id, m3hAt50M: m3h * Math.sqrt(50 / pressureM), growsForMs, fromMs };
  };
  const meter =
    district === "lower" ? LOWER_METER : inletMeter(Math.floor(between(0, divided.inlets.length)));
  switch (cause) {
    case "leak":
      return [hole(sizeM3h(0.15, 0.35), between(6, 16) * DAY_MS)];
    case "burst":
      return [hole(sizeM3h(0.25, 0.6), 0)];
    case "boundary-valve":
      return [{ kind: "valve", link: valve.link, open: true, fromMs }];
    case "meter-drift":
      return [{ kind: "drift", sensor: meter, percentPerDay: between(0.8, 2), fromMs }];
    case "sensor-stuck":
      return [{ kind: "stuck", sensor: meter, fromMs }];
    case "tank-filling": {
      const m3h = sizeM3h(0.25, 0.5);
      return [{ kind: "fill", node: one(junctions[district]), m3h, volumeM3: m3h * between(3, 7), fromMs }];
    }
    case "large-user": {
      const toMs = fromMs + between(2, 8) * HOUR_MS;
      return [{ kind: "use", node: one(junctions[district]), m3h: sizeM3h(0.25, 0.5), fromMs, toMs }];
    }
    case "data-gap":
      return [{ kind: "outage", sensor: meter, fromMs, toMs: fromMs + between(2, 30) * HOUR_MS }];
    case "nothing":
      return [];
  }
}
