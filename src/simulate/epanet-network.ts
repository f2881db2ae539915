/**
 * An EPANET network under way: solved step by step by EPANET 2.3 (epanet-js, WebAssembly, in memory), while demand patterns, leaks,
 * valves and tanks are changed between steps. Flows m3/h, pressure m, levels m, volumes m3; whatever the INP's units.
 */

import {
  COUNT,
  FLOW_UNITS,
  FRESH,
  LINK,
  NODE,
  NODE_TYPE,
  OPTION,
  openProject,
  PRESSURE_METRES,
  type Project,
  TIME,
} from "../hydraulics/epanet-toolkit.ts";
import { Failure } from "../model/failure.ts";

/** Hydraulics run on for as long as anybody asks. */
const DURATION_S = 50 * 365 * 86_400;
const UNITS_M3H: Readonly<Record<number, number>> = {
  [FLOW_UNITS.cubicMetresPerH]: 1,
  [FLOW_UNITS.litresPerS]: 3.6,
};
/** At 1 m. An emitter set back to zero keeps a flow of 1 ft3/s in EPANET's books, so a hole that was closed stays this large. */
const LEAST_EMITTER_M3H = 1e-6;
/** Discharge coefficient of a sharp-edged orifice, times the root of twice gravity. */
const ORIFICE = 0.6 * Math.sqrt(2 * 9.81);

/** Volumes of one step, m3: what came from sources is what was used or leaked, stored in tanks, or spilled by them. */
export interface WaterBalance {
  readonly sourcedM3: number;
  readonly deliveredM3: number;
  readonly storedM3: number;
  /** Over the brim of tanks that may overflow. */
  readonly spilledM3: number;
}

export interface Pipe {
  readonly index: number;
  readonly ends: readonly [number, number];
}

/** What a network carries from one step to the next. */
export interface NetworkState {
  readonly levelsM: readonly number[];
  /** Of the links that controls act on. */
  readonly open: readonly boolean[];
}

export interface EpanetNetwork {
  readonly stepS: number;
  /** Index of a node or link. Throws Failure "unknown-element" naming it. */
  node(id: string): number;
  link(id: string): number;
  pipe(id: string): Pipe;
  pattern(id: string): number;
  readonly patternIds: readonly string[];
  /** The share of its base demand that everything on the pattern asks for from now on. */
  setPattern(pattern: number, share: number): void;
  setOpen(link: number, open: boolean): void;
  /** Holes at a junction, m2 in all, beside any emitter the INP has there. */
  setHole(node: number, areaM2: number): void;
  /** Further use at a junction, m3/h; hands back how to change it. */
  addUse(node: number, name: string): (m3h: number) => void;
  /** Simple controls of the INP that act on a link. */
  setControlled(link: number, controlled: boolean): void;
  setOverflowing(tank: number, overflowing: boolean): void;
  /** How much the links carried on average over the last step, by `watchFlows`. */
  watchFlows(links: readonly number[]): Float64Array;
  /** Runs one step. */
  advance(): WaterBalance;
  /** At the start of the last step; for a tank its level. */
  pressureM(node: number): number;
  /** After the last step. */
  state(): NetworkState;
}

export interface NetworkStart {
  readonly stepS?: number;
  /** Of the local day, for controls that act at a time of day. */
  readonly clockS?: number;
  /** Where another run of the same INP stood; its own beginning when left out. */
  readonly state?: NetworkState;
}

/** m3/h through a hole at the head given. */
export function orificeM3h(areaM2: number, pressureM: number): number {
  return 3600 * ORIFICE * areaM2 * Math.sqrt(Math.max(0, pressureM));
}

/** The hole that loses so much at 50 m. */
export function holeFor(m3hAt50M: number): number {
  return m3hAt50M / orificeM3h(1, 50);
}

/** From the INP's text, US units turned into metric ones; patterns are replaced by one share each, 1 until `setPattern` says otherwise. */
export async function openNetwork(
  inp: string,
  { stepS = 300, clockS = 0, state }: NetworkStart = {},
): Promise<EpanetNetwork> {
  const project = await openProject(inp);
  if (UNITS_M3H[project.getFlowUnits()] === undefined) project.setFlowUnits(FLOW_UNITS.cubicMetresPerH);
  // Metric flows leave a US network's pressures in psi, the levels of its tanks among them.
  project.setOption(OPTION.pressureUnits, PRESSURE_METRES);
  const toM3h = UNITS_M3H[project.getFlowUnits()];
  if (toM3h === undefined) throw new Failure("wrong-network", "the network's units are not known");
  project.setTimeParameter(TIME.duration, DURATION_S);
  project.setTimeParameter(TIME.hydraulicStep, stepS);
  project.setTimeParameter(TIME.patternStep, stepS);
  project.setTimeParameter(TIME.reportStep, stepS);
  if (clockS > 0) project.setTimeParameter(TIME.clockStart, clockS);
  const patternIds = Array.from({ length: project.getCount(COUNT.patterns) }, (_, at) =>
    project.getPatternId(at + 1),
  );
  for (const at of patternIds.keys()) project.setPattern(at + 1, [1]);
  if (state) resume(project, state);
  project.openH();
  project.initH(FRESH);
  return runningNetwork(project, { stepS, toM3h, patternIds });
}

function resume(project: Project, { levelsM, open }: NetworkState): void {
  for (const [at, tank] of tanksOf(project).entries()) {
    const least = project.getNodeValue(tank, NODE.leastLevel);
    const most = project.getNodeValue(tank, NODE.mostLevel);
    // A full tank may stand a rounding above its brim.
    project.setNodeValue(tank, NODE.level, Math.max(least, Math.min(most, levelsM[at]!)));
  }
  for (const [at, link] of [...controlsByLink(project).keys()].entries())
    project.setLinkValue(link, LINK.initialStatus, open[at] ? 1 : 0);
}

function tanksOf(project: Project): number[] {
  return Array.from({ length: project.getCount(COUNT.nodes) }, (_, at) => at + 1).filter(
    (node) => project.getNodeType(node) === NODE_TYPE.tank,
  );
}

interface Settings {
  readonly stepS: number;
  readonly toM3h: number;
  readonly patternIds: readonly string[];
}

function runningNetwork(project: Project, { stepS, toM3h, patternIds }: Settings): EpanetNetwork {
  const types = Array.from({ length: project.getCount(COUNT.nodes) }, (_, at) => project.getNodeType(at + 1));
  const tanks = tanksOf(project);
  const controls = controlsByLink(project);
  const emitters = project.getNodeValues(NODE.emitter);
  const holesM2 = new Map<number, number>();
  let watched: readonly number[] = [];
  let flowsM3h = new Float64Array();
  let atS = 0;
  let pressures: readonly number[] = [];
  const look = <T>(kind: string, id: string, find: (id: string) => T): T => {
    try {
      return find(id);
    } catch {
      throw new Failure("unknown-element", `the network has no ${kind} "${id}"`);
    }
  };
  const node = (id: string) => look("node", id, (one) => project.getNodeIndex(one));
  const link = (id: string) => look("link", id, (one) => project.getLinkIndex(one));
  const storedM3 = (tank: number) => project.getNodeValue(tank, NODE.tankVolume);

  function solveUntilNextEvent(first: boolean, carry: { sourced: number; delivered: number; tank: number }) {
    project.runH();
    if (first) pressures = project.getNodeValues(NODE.pressure);
    const outflows = project.getNodeValues(NODE.demand);
    const flows = watched.map((index) => project.getLinkValue(index, LINK.flow));
    const lastedS = project.nextH();
    const hours = lastedS / 3600;
    for (const [at, flow] of flows.entries()) flowsM3h[at]! += flow * toM3h * (lastedS / stepS);
    for (const [at, type] of types.entries()) {
      const m3 = outflows[at]! * toM3h * hours;
      if (type === NODE_TYPE.reservoir) carry.sourced -= m3;
      else if (type === NODE_TYPE.tank) carry.tank += m3;
      else carry.delivered += m3;
    }
    return lastedS;
  }

  return {
    stepS,
    patternIds,
    node,
    link,
    pipe(id) {
      const index = link(id);
      const { node1, node2 } = project.getLinkNodes(index);
      return { index, ends: [node1, node2] };
    },
    pattern: (id) => look("pattern", id, (one) => project.getPatternIndex(one)),
    setPattern: (pattern, share) => project.setPatternValue(pattern, 1, share),
    setOpen: (index, open) => project.setLinkValue(index, LINK.status, open ? 1 : 0),
    setHole(at, areaM2) {
      if ((holesM2.get(at) ?? 0) === areaM2) return;
      holesM2.set(at, areaM2);
      const m3h = Math.max(LEAST_EMITTER_M3H, orificeM3h(areaM2, 1));
      project.setNodeValue(at, NODE.emitter, emitters[at - 1]! + m3h / toM3h);
    },
    addUse(at, name) {
      project.addDemand(at, 0, "", name);
      const index = project.getNumberOfDemands(at);
      return (m3h) => project.setBaseDemand(at, index, m3h / toM3h);
    },
    setControlled(index, controlled) {
      for (const control of controls.get(index) ?? []) project.setControlEnabled(control, controlled ? 1 : 0);
    },
    setOverflowing: (tank, overflowing) => project.setNodeValue(tank, NODE.canOverflow, overflowing ? 1 : 0),
    watchFlows(links) {
      watched = links;
      flowsM3h = new Float64Array(links.length);
      return flowsM3h;
    },
    advance() {
      const before = tanks.reduce((sum, tank) => sum + storedM3(tank), 0);
      const carry = { sourced: 0, delivered: 0, tank: 0 };
      flowsM3h.fill(0);
      const untilS = atS + stepS;
      for (let first = true; atS < untilS; first = false) atS += solveUntilNextEvent(first, carry);
      const stored = tanks.reduce((sum, tank) => sum + storedM3(tank), 0) - before;
      const spilled = tanks.some((tank) => project.getNodeValue(tank, NODE.canOverflow) === 1);
      return {
        sourcedM3: carry.sourced,
        deliveredM3: carry.delivered,
        storedM3: stored,
        spilledM3: spilled ? carry.tank - stored : 0,
      };
    },
    pressureM: (at) => pressures[at - 1] ?? Number.NaN,
    state: () => ({
      levelsM: tanks.map((tank) => project.getNodeValue(tank, NODE.pressure)),
      open: [...controls.keys()].map((link) => project.getLinkValue(link, LINK.status) > 0),
    }),
  };
}

function controlsByLink(project: Project): ReadonlyMap<number, readonly number[]> {
  const byLink = new Map<number, number[]>();
  for (let index = 1; index <= project.getCount(COUNT.controls); index += 1) {
    const { linkIndex } = project.getControl(index);
    byLink.set(linkIndex, [...(byLink.get(linkIndex) ?? []), index]);
  }
  return byLink;
}
