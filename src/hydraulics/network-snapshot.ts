/**
 * A network at one moment, solved by EPANET for the demands and tank levels it is given: what a model says the sensors should read. Flows
 * m3/h, pressure m, lengths m.
 */
import { Failure } from "../model/failure.ts";
import {
  AS_LAST,
  COUNT,
  FLOW_UNITS,
  FRESH,
  LINK,
  NODE,
  NODE_TYPE,
  OPTION,
  openProject,
  type Project,
  TIME,
} from "./epanet-toolkit.ts";

const UNITS_M3H: Readonly<Record<number, number>> = {
  [FLOW_UNITS.cubicMetresPerH]: 1,
  [FLOW_UNITS.litresPerS]: 3.6,
};
/** Of all flows, at the last trial: a leak's trace is a difference of two solutions, which must be finer than the trace. */
const ACCURACY = 1e-6;
const TRIALS = 200;
const HOURS = 24;
const PIPE_TYPES = [0, 1];

export interface NetworkNode {
  readonly id: string;
  readonly kind: "junction" | "reservoir" | "tank";
  readonly x: number;
  readonly y: number;
}

export interface NetworkLink {
  readonly id: string;
  readonly isPipe: boolean;
  /** Places in `nodes`. */
  readonly from: number;
  readonly to: number;
  /** 0 for pumps and valves. */
  readonly lengthM: number;
  /** By the INP. */
  readonly open: boolean;
}

/** Nodes and links are known by their place in `nodes` and `links`. */
export interface NetworkSnapshot {
  readonly nodes: readonly NetworkNode[];
  readonly links: readonly NetworkLink[];
  /** What each node uses in an hour of the day by the INP's demands and the mean of its patterns over all days. */
  usualUseM3h(hour: number): Float64Array;
  /** From now on. */
  setUse(node: number, m3h: number): void;
  setLevel(tank: number, levelM: number): void;
  shut(link: number): void;
  /** Times the INP's roughness coefficient. */
  roughen(link: number, times: number): void;
  /** Holes beside those of the INP: what they lose at 1 m. */
  setEmitter(node: number, m3hAt1M: number): void;
  solve(): void;
  /** Of the last solution. */
  pressureM(node: number): number;
  flowM3h(link: number): number;
  /** Everything that leaves at each node: use, and leakage where the INP has it; what enters at sources and tanks is negative. */
  outflowsM3h(): Float64Array;
}

/** Throws Failure "wrong-network" when the INP cannot be read or is not metric. */
export async function openSnapshot(inp: string): Promise<NetworkSnapshot> {
  const project = await openProject(inp);
  const toM3h = UNITS_M3H[project.getFlowUnits()];
  if (toM3h === undefined) throw new Failure("wrong-network", "the network must be in CMH or LPS");
  const nodes = nodesOf(project);
  const links = linksOf(project);
  const usual = usualUse(project, nodes, toM3h);
  for (let at = 1; at <= project.getCount(COUNT.patterns); at += 1) project.setPattern(at, [1]);
  project.setOption(OPTION.accuracy, ACCURACY);
  project.setOption(OPTION.trials, TRIALS);
  const roughness = project.getLinkValues(LINK.roughness);
  const emitters = project.getNodeValues(NODE.emitter);
  project.openH();
  /** Nodes all of whose use stands in the first of their demands. */
  const joined = new Set<number>();
  let started = false;
  return {
    nodes,
    links,
    usualUseM3h: (hour) => usual[hour]!,
    setUse(node, m3h) {
      const count = joined.has(node) ? 1 : project.getNumberOfDemands(node + 1);
      for (let one = 1; one <= count; one += 1)
        project.setBaseDemand(node + 1, one, one === 1 ? m3h / toM3h : 0);
      joined.add(node);
    },
    setLevel: (tank, levelM) => project.setNodeValue(tank + 1, NODE.level, levelM),
    shut: (link) => project.setLinkValue(link + 1, LINK.initialStatus, 0),
    roughen: (link, times) => project.setLinkValue(link + 1, LINK.roughness, roughness[link]! * times),
    setEmitter: (node, m3hAt1M) =>
      project.setNodeValue(node + 1, NODE.emitter, emitters[node]! + m3hAt1M / toM3h),
    solve() {
      project.initH(started ? AS_LAST : FRESH);
      started = true;
      project.runH();
    },
    pressureM: (node) => project.getNodeValue(node + 1, NODE.pressure),
    flowM3h: (link) => project.getLinkValue(link + 1, LINK.flow) * toM3h,
    outflowsM3h: () => Float64Array.from(project.getNodeValues(NODE.demand), (value) => value * toM3h),
  };
}

function nodesOf(project: Project): readonly NetworkNode[] {
  return Array.from({ length: project.getCount(COUNT.nodes) }, (_, at) => {
    const type = project.getNodeType(at + 1);
    const kind = type === NODE_TYPE.tank ? "tank" : type === NODE_TYPE.reservoir ? "reservoir" : "junction";
    return { id: project.getNodeId(at + 1), kind, ...project.getCoordinates(at + 1) } as const;
  });
}

function linksOf(project: Project): readonly NetworkLink[] {
  return Array.from({ length: project.getCount(COUNT.links) }, (_, at) => {
    const { node1, node2 } = project.getLinkNodes(at + 1);
    const isPipe = PIPE_TYPES.includes(project.getLinkType(at + 1));
    return {
      id: project.getLinkId(at + 1),
      isPipe,
      from: node1 - 1,
      to: node2 - 1,
      lengthM: isPipe ? project.getLinkValue(at + 1, LINK.length) : 0,
      open: project.getLinkValue(at + 1, LINK.initialStatus) !== 0,
    };
  });
}

/** For each hour of the day, the use of each node. */
function usualUse(project: Project, nodes: readonly NetworkNode[], toM3h: number): readonly Float64Array[] {
  const stepS = project.getTimeParameter(TIME.patternStep);
  const shares = Array.from({ length: project.getCount(COUNT.patterns) }, (_, at) => {
    const periods = project.getPatternLength(at + 1);
    return dayOf(
      Array.from({ length: periods }, (_, period) => project.getPatternValue(at + 1, period + 1)),
      stepS,
    );
  });
  return Array.from({ length: HOURS }, (_, hour) =>
    Float64Array.from(nodes, ({ kind }, at) => {
      if (kind !== "junction") return 0;
      let m3h = 0;
      for (let one = 1; one <= project.getNumberOfDemands(at + 1); one += 1) {
        const pattern = project.getDemandPattern(at + 1, one);
        const share = pattern === 0 ? 1 : shares[pattern - 1]![hour]!;
        m3h += project.getBaseDemand(at + 1, one) * toM3h * share;
      }
      return m3h;
    }),
  );
}

/** A pattern of any length and step as 24 hourly means. */
function dayOf(values: readonly number[], stepS: number): readonly number[] {
  const sums = new Float64Array(HOURS);
  const counts = new Float64Array(HOURS);
  // A pattern repeats: one that is no whole number of days is gone through until every hour is met.
  const steps = Math.max(values.length, Math.ceil((HOURS * 3600) / stepS));
  for (let step = 0; step < steps; step += 1) {
    const hour = Math.floor((step * stepS) / 3600) % HOURS;
    sums[hour]! += values[step % values.length]!;
    counts[hour]! += 1;
  }
  return Array.from(sums, (sum, hour) => (counts[hour]! > 0 ? sum / counts[hour]! : 1));
}
